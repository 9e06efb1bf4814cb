import { type ClientRequest, type IncomingHttpHeaders, type IncomingMessage, request as open } from 'node:http';

/** An answer as it came over the socket. */
export interface RawAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly chunks: readonly Buffer[];
  readonly text: string;
  /** `complete`: ended as HTTP ends; else the error's code. */
  readonly end: string;
}

/** A request over a real socket. */
export interface RawRequest {
  readonly path: string;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  readonly method?: string;
  /** Called once the headers are there, and with every chunk. */
  readonly onData?: (request: ClientRequest, response: IncomingMessage) => void;
}

/** Headers with a key for every vendor, and what Anthropic requires. */
export const KEYS = {
  authorization: 'Bearer sk-test',
  'x-api-key': 'sk-test',
  'x-goog-api-key': 'sk-test',
  'anthropic-version': '2023-06-01',
};

/** Sends a request with node:http and takes the answer as it comes; never rejects once connected. */
export function send(
  url: string,
  { path, body, headers = KEYS, method = body === undefined ? 'GET' : 'POST', onData }: RawRequest,
): Promise<RawAnswer> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    const request = open(
      `${url}${path}`,
      { method, headers: { 'content-type': 'application/json', ...headers }, agent: false },
      (response) => {
        const done = (end: string) =>
          resolve({
            status: response.statusCode ?? 0,
            headers: response.headers,
            chunks,
            text: Buffer.concat(chunks).toString(),
            end,
          });
        response.on('data', (chunk: Buffer) => {
          chunks.push(chunk);
          onData?.(request, response);
        });
        response.on('error', (error: NodeJS.ErrnoException) => done(error.code ?? error.message));
        response.on('end', () => done('complete'));
      },
    );
    request.on('error', (error: NodeJS.ErrnoException) =>
      resolve({ status: 0, headers: {}, chunks, text: '', end: error.code ?? error.message }),
    );
    request.end(typeof body === 'string' ? body : JSON.stringify(body));
  });
}

/** One event of a stream: its name and its data, parsed when it is JSON. */
export interface RawEvent {
  readonly event: string | undefined;
  readonly data: string;
  /** The parsed data; the text itself when it is no JSON. */
  readonly json: unknown;
}

/** Server-sent events out of a text, by the letter of the standard (all three line ends, comments, fields). */
export function eventsOf(text: string): RawEvent[] {
  if (text.startsWith('{')) return linesOf(text);
  const blocks = text.split(/\r\n\r\n|\n\n|\r\r/).filter((block) => block.trim() !== '');
  return blocks.map((block) => {
    const lines = block.split(/\r\n|\n|\r/);
    const field = (name: string) =>
      lines.filter((line) => line.startsWith(`${name}:`)).map((line) => line.slice(name.length + 1).replace(/^ /, ''));
    const data = field('data').join('\n');
    return { event: field('event')[0], data, json: parse(data) };
  });
}

/** Lines of JSON as events. */
function linesOf(text: string): RawEvent[] {
  const lines = text.split(/\r?\n/).filter((line) => line !== '');
  return lines.map((data) => ({ event: undefined, data, json: parse(data) }));
}

/** The JSON of all events that are JSON. */
export function jsonOf(text: string): unknown[] {
  return eventsOf(text)
    .map(({ json }) => json)
    .filter((json) => typeof json === 'object');
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** A chat request of each format for a model, streamed or not. */
export const CHATS = {
  'openai-chat': (model: string, stream: boolean, more: object = {}): RawRequest => ({
    path: '/v1/chat/completions',
    body: {
      model,
      messages: [{ role: 'user', content: 'Hello there' }],
      ...(stream ? { stream, stream_options: { include_usage: true } } : {}),
      ...more,
    },
  }),
  'anthropic-messages': (model: string, stream: boolean, more: object = {}): RawRequest => ({
    path: '/v1/messages',
    body: {
      model,
      max_tokens: 1000,
      messages: [{ role: 'user', content: 'Hello there' }],
      ...(stream ? { stream } : {}),
      ...more,
    },
  }),
  ollama: (model: string, stream: boolean, more: object = {}): RawRequest => ({
    path: '/api/chat',
    body: { model, messages: [{ role: 'user', content: 'Hello there' }], ...(stream ? {} : { stream }), ...more },
  }),
  'openai-responses': (model: string, stream: boolean, more: object = {}): RawRequest => ({
    path: '/v1/responses',
    body: { model, input: 'Hello there', ...(stream ? { stream } : {}), ...more },
  }),
  gemini: (model: string, stream: boolean, more: object = {}): RawRequest => ({
    path: `/v1beta/models/${encodeURIComponent(model)}:${stream ? 'streamGenerateContent?alt=sse' : 'generateContent'}`,
    body: { contents: [{ role: 'user', parts: [{ text: 'Hello there' }] }], ...more },
  }),
  cohere: (model: string, stream: boolean, more: object = {}): RawRequest => ({
    path: '/v2/chat',
    body: { model, messages: [{ role: 'user', content: 'Hello there' }], ...(stream ? { stream } : {}), ...more },
  }),
  'bedrock-converse': (model: string, stream: boolean, more: object = {}): RawRequest => ({
    path: `/model/${encodeURIComponent(model)}/${stream ? 'converse-stream' : 'converse'}`,
    body: { messages: [{ role: 'user', content: [{ text: 'Hello there' }] }], ...more },
  }),
} as const;

/** The names of the formats. */
export const FORMATS = ['openai-chat', 'anthropic-messages', 'gemini', 'cohere', 'ollama', 'openai-responses'] as const;

/** All visible text of an answer, streamed or not, in any format. */
export function visibleText(text: string): string {
  const whole = parse(text);
  const values = Array.isArray(whole) ? whole : typeof whole === 'object' ? [whole] : jsonOf(text);
  return values.map(textIn).join('');
}

function textIn(value: unknown): string {
  const reply = value as Reply;
  const choices = (reply.choices ?? []).map((choice) => choice.delta?.content ?? choice.message?.content ?? '');
  const piece = typeof reply.delta === 'string' ? undefined : reply.delta;
  const said = reply.message?.content ?? piece?.message?.content ?? [];
  const blocks = [reply.content ?? [], said]
    .flat()
    .map((block) => (typeof block === 'string' ? block : (block.text ?? '')));
  const candidates = (reply.candidates ?? []).flatMap((candidate) =>
    candidate.content.parts.map((part) => (part.thought ? '' : (part.text ?? ''))),
  );
  const items = (reply.output ?? []).flatMap((item) => (item.content ?? []).map((part) => part.text ?? ''));
  const delta = typeof reply.delta !== 'string' ? (reply.delta?.text ?? '') : reply.type === SAID ? reply.delta : '';
  return [...choices, ...blocks, delta, ...candidates, ...items].join('');
}

/** The event of the Responses API that brings a piece of text. */
const SAID = 'response.output_text.delta';

interface Reply {
  type?: string;
  output?: { content?: { text?: string }[] }[];
  choices?: { delta?: { content?: string | null }; message?: { content?: string | null } }[];
  content?: { text?: string }[];
  delta?: { text?: string; message?: { content?: { text?: string } } } | string;
  message?: { content?: string | { text?: string }[] };
  candidates?: { content: { parts: { text?: string; thought?: boolean }[] } }[];
}
