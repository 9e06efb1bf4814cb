import { type ChatEvent, type Dispatcher, UpstreamError, type WireResponse } from '@postern/core';
import { describe, expect, it } from 'vitest';
import { CHATS } from '../kit/chat.ts';
import { eventText, wireBytes } from '../kit/event-stream.ts';
import type { ChatFormat } from '../kit/formats.ts';
import { type Answered, type Bench, bench } from '../kit/in-process.ts';
import { FORMATS, OPERATORS_KEY, PROVIDERS } from '../kit/stage.ts';

const letters = (length: number): string => 'aB3dE5gH7jK9mN1pQ2rS4tU6vW8xY0zZcFfIlLoOrRuUxX'.repeat(3).slice(0, length);
const hex = (length: number): string => '9f8e7d6c5b4a39281706f5e4d3c2b1a0'.repeat(4).slice(0, length);

/** Keys in the shapes that their makers give them, none of them real. The second member says what must not show; default: the key. */
const CANARIES: readonly (readonly [text: string, secret?: string])[] = [
  [`sk-${letters(48)}`],
  [`sk-proj-${letters(40)}_${letters(20)}`],
  [`sk-svcacct-${letters(60)}`],
  [`sk-ant-api03-${letters(60)}-${letters(20)}AA`],
  [`sk-ant-admin01-${letters(50)}`],
  [`sk-or-v1-${hex(64)}`],
  [`AIza${letters(35)}`],
  [`AQ.${letters(50)}`],
  [`ya29.${letters(60)}`],
  [`gsk_${letters(52)}`],
  [`xai-${letters(80)}`],
  [`pplx-${hex(48)}`],
  [`nvapi-${letters(60)}`],
  [`hf_${letters(34)}`],
  [`r8_${letters(37)}`],
  [`fw_${letters(24)}`],
  [`tgp_v1_${letters(43)}`],
  [`csk-${letters(48).toLowerCase()}`],
  [`dapi${hex(32)}`],
  ['AKIA' + 'Z7QW3RTY5UIO2PAS'],
  [`${letters(20)}/${letters(9)}+${letters(9)}`],
  [`ghp_${letters(36)}`],
  [`github_pat_11${letters(20)}_${letters(50)}`],
  [`glpat-${letters(20)}`],
  [`xoxb-123456789012-123456789012-${letters(24)}`],
  [`eyJhbGciOiJIUzI1NiJ9.${letters(40)}.${letters(43)}`],
  [`Bearer ${letters(32)}`, letters(32)],
  [
    `Basic ${Buffer.from('user:pa55word-of-the-shard').toString('base64')}`,
    Buffer.from('user:pa55word-of-the-shard').toString('base64'),
  ],
  [`api-key: ${hex(32)}`, hex(32)],
  [`x-api-key=${letters(12)}`, letters(12)],
  [`?key=${letters(24)}`, letters(24)],
  ['password=Tr0ub4dor&3', 'Tr0ub4dor'],
  ['postgres://admin:s3cr3tpass@db.internal:5432/llm', 's3cr3tpass'],
  [hex(32)],
  ['6f9619ff-8b86-d011-b42d-00cf4fc964ff'.replaceAll('-', '')],
  [`psk_${letters(8)}_${letters(40)}`],
];

const secretOf = ([text, secret]: (typeof CANARIES)[number]): string => secret ?? text;

/** A provider that always says this, and then fails when it is to. */
function saying(status: number, body: string, headers: Readonly<Record<string, string>>, failure?: Error): Dispatcher {
  return {
    close: async () => {},
    dispatch: async (): Promise<WireResponse> => ({
      status,
      header: (name) => headers[name],
      body: (async function* () {
        yield wireBytes(body);
        if (failure !== undefined) throw failure;
      })(),
      cancel: () => {},
    }),
  };
}

const JSON_TYPE = { 'content-type': 'application/json' };
const SSE_TYPE = { 'content-type': 'text/event-stream' };

const ERROR_BODIES: Readonly<Record<ChatFormat, (message: string) => unknown>> = {
  'openai-chat': (message) => ({ error: { message, type: 'server_error', param: message, code: message } }),
  'anthropic-messages': (message) => ({ type: 'error', error: { type: 'api_error', message } }),
  ollama: (message) => ({ error: message }),
  'openai-responses': (message) => ({ error: { message, type: 'server_error', param: message, code: message } }),
  gemini: (message) => ({
    error: {
      code: 500,
      message,
      status: 'INTERNAL',
      details: [{ '@type': 'type.googleapis.com/google.rpc.ErrorInfo', reason: message }],
    },
  }),
  cohere: (message) => ({ id: message, message }),
  'bedrock-converse': (message) => ({ message }),
};

/** The beginning of a stream that has spoken. */
const SPOKEN: Readonly<Record<ChatFormat, string>> = {
  'openai-chat': `data: ${JSON.stringify({ id: 'c', object: 'chat.completion.chunk', created: 1, model: 'm', choices: [{ index: 0, delta: { role: 'assistant', content: 'hi' }, finish_reason: null }] })}\n\n`,
  'anthropic-messages': `event: message_start\ndata: ${JSON.stringify({ type: 'message_start', message: { id: 'm', type: 'message', role: 'assistant', model: 'm', content: [], stop_reason: null, stop_sequence: null, usage: { input_tokens: 1, output_tokens: 1 } } })}\n\nevent: content_block_start\ndata: {"type":"content_block_start","index":0,"content_block":{"type":"text","text":""}}\n\nevent: content_block_delta\ndata: {"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"hi"}}\n\n`,
  ollama: `${JSON.stringify({ model: 'm', created_at: '2026-01-01T00:00:00Z', message: { role: 'assistant', content: 'hi' }, done: false })}\n`,
  'openai-responses': `event: response.output_text.delta\ndata: {"type":"response.output_text.delta","item_id":"msg_1","output_index":0,"content_index":0,"delta":"hi"}\n\n`,
  gemini: `data: ${JSON.stringify({ candidates: [{ content: { parts: [{ text: 'hi' }], role: 'model' }, index: 0 }] })}\r\n\r\n`,
  cohere: `event: message-start\ndata: {"type":"message-start","id":"m","delta":{"message":{"role":"assistant"}}}\n\nevent: content-start\ndata: {"type":"content-start","index":0,"delta":{"message":{"content":{"type":"text","text":""}}}}\n\nevent: content-delta\ndata: {"type":"content-delta","index":0,"delta":{"message":{"content":{"text":"hi"}}}}\n\n`,
  'bedrock-converse':
    eventText('messageStart', '{"role":"assistant"}') +
    eventText('contentBlockDelta', '{"contentBlockIndex":0,"delta":{"text":"hi"}}'),
};

const inBand = (format: ChatFormat, message: string): string =>
  format === 'bedrock-converse'
    ? eventText('internalServerException', JSON.stringify(ERROR_BODIES[format](message)))
    : format === 'ollama'
      ? `${JSON.stringify(ERROR_BODIES[format](message))}\n`
      : `${format === 'anthropic-messages' || format === 'openai-responses' ? 'event: error\n' : ''}data: ${JSON.stringify(ERROR_BODIES[format](message))}\n\n`;

/** The ways in which a provider can say a secret. */
const WAYS: Readonly<
  Record<string, (format: ChatFormat, words: string) => { stream: boolean; dispatcher: Dispatcher }>
> = {
  'an error with status 500': (format, words) => whole(500, JSON.stringify(ERROR_BODIES[format](words))),
  'an error with status 400': (format, words) => whole(400, JSON.stringify(ERROR_BODIES[format](words))),
  'an error with status 401': (format, words) => whole(401, JSON.stringify(ERROR_BODIES[format](words))),
  'an error with status 429': (format, words) => whole(429, JSON.stringify(ERROR_BODIES[format](words))),
  'an error of plain text': (_, words) => whole(503, words, { 'content-type': 'text/plain' }),
  'an error in a page': (_, words) => whole(502, `<html>${words}</html>`, { 'content-type': 'text/html' }),
  'an error with status 200': (format, words) => whole(200, JSON.stringify(ERROR_BODIES[format](words))),
  'text instead of an answer': (_, words) => whole(200, words),
  'headers of an error': (format, words) =>
    whole(500, JSON.stringify(ERROR_BODIES[format]('boom')), {
      ...JSON_TYPE,
      'x-request-id': words,
      'www-authenticate': words,
      'set-cookie': words,
      'retry-after': words,
      'x-should-retry': words,
    }),
  'headers of a redirect': (_, words) => whole(302, '', { location: `https://evil.test/?${words}` }),
  'an error as the first event of a stream': (format, words) => streamed(inBand(format, words)),
  'an error in the middle of a stream': (format, words) => streamed(SPOKEN[format] + inBand(format, words)),
};

/** The ways in which the transport, which a host may bring along, can say one. It knows of no key but by its shape. */
const TRANSPORTS: typeof WAYS = {
  'a call that fails': (_, words) => ({
    stream: false,
    dispatcher: { close: async () => {}, dispatch: () => Promise.reject(broken(words)) },
  }),
  'an answer that breaks off': (_, words) => ({
    stream: false,
    dispatcher: saying(200, '{', JSON_TYPE, broken(words)),
  }),
  'an error that breaks off': (_, words) => ({ stream: false, dispatcher: saying(500, '{', JSON_TYPE, broken(words)) }),
  'a stream that breaks off': (format, words) => ({
    stream: true,
    dispatcher: saying(200, SPOKEN[format], SSE_TYPE, broken(words)),
  }),
};

const broken = (words: string): Error => new UpstreamError('upstream_unavailable', words);

function whole(status: number, body: string, headers: Readonly<Record<string, string>> = JSON_TYPE) {
  return { stream: false, dispatcher: saying(status, body, headers) };
}
const streamed = (body: string) => ({ stream: true, dispatcher: saying(200, body, SSE_TYPE) });

it('has more than 30 shapes, no two alike', () => {
  expect(new Set(CANARIES.map(secretOf)).size).toBeGreaterThan(30);
});

/** Everything that clients, listeners and operators get to read. */
function places(at: Bench, { body, headers }: Pick<Answered, 'body' | 'headers'>): Readonly<Record<string, string>> {
  return {
    body,
    headers: JSON.stringify([...headers]),
    log: at.logged.join('\n'),
    events: at.told.join('\n'),
    // An error's message is no member that JSON shows.
    errors: at.ended.map(({ error }) => read(error)).join('\n'),
  };
}

const read = (error: unknown): string =>
  error instanceof Error ? `${error.message} ${JSON.stringify(error)} ${String(error.cause)}` : String(error);

const hitsIn = (told: Readonly<Record<string, string>>, secret: string): string[] =>
  Object.entries(told).flatMap(([place, text]) => (text.includes(secret) ? [place] : []));

describe.each(FORMATS)('a key that %s says', (upstream) => {
  it.each(Object.entries({ ...WAYS, ...TRANSPORTS }))(
    'in %s stands in no reply, no log and no event',
    async (_, way) => {
      const hits: string[] = [];
      for (const [index, canary] of CANARIES.entries()) {
        const [words] = canary;
        const { stream, dispatcher } = way(upstream, `The shard refused ${words} (request 12)`);
        const at = bench({ dispatcher });
        // The redactor stands before the client's format: each shape meets one of them.
        const client = FORMATS[index % FORMATS.length] ?? upstream;
        const answer = await at.ask(CHATS[client]({ model: `${PROVIDERS[upstream]}/m`, stream }));
        for (const place of hitsIn(places(at, answer), secretOf(canary))) hits.push(`${place} of ${client}: ${words}`);
      }
      expect(hits).toEqual([]);
    },
  );

  it.each(Object.entries({ ...WAYS, ...TRANSPORTS }))('in %s stands in no error in process', async (_, way) => {
    const [words] = CANARIES[0] ?? [''];
    for (const streams of [false, true]) {
      const at = bench({ dispatcher: way(upstream, `The shard refused ${words} (request 12)`).dispatcher });
      expect(hitsIn({ ...places(at, NOTHING), thrown: await inProcess(at, upstream, streams) }, words)).toEqual([]);
    }
  });
});

const NOTHING = { body: '', headers: new Headers() };

/** What a caller in process gets to read when its request fails. */
async function inProcess(at: Bench, upstream: ChatFormat, streams: boolean): Promise<string> {
  const asked = { model: `${PROVIDERS[upstream]}/m`, messages: [{ role: 'user' as const, content: 'Hi' }] };
  const by = { caller: { id: 'me' } };
  try {
    if (!streams) return JSON.stringify(await at.gateway.chat(asked, by));
    const events: ChatEvent[] = [];
    for await (const event of await at.gateway.stream(asked, by)) events.push(event);
    return JSON.stringify(events);
  } catch (error) {
    return read(error);
  }
}

describe("the gateway's own key", () => {
  it.each(Object.entries(WAYS))(
    'stands nowhere, whatever its shape, when a provider says it back in %s',
    async (_, way) => {
      const words = `Incorrect API key provided: ${OPERATORS_KEY}.`;
      for (const upstream of FORMATS) {
        for (const client of FORMATS) {
          const { stream, dispatcher } = way(upstream, words);
          const seen: string[] = [];
          const onEvent = [(event: ChatEvent) => void seen.push(JSON.stringify(event))];
          for (const hooks of [{}, { onEvent }]) {
            const at = bench({ dispatcher, config: { hooks } });
            const answer = await at.ask(CHATS[client]({ model: `${PROVIDERS[upstream]}/m`, stream }));
            const told = { ...places(at, answer), hooks: seen.join(), thrown: await inProcess(at, upstream, stream) };
            expect(hitsIn(told, OPERATORS_KEY)).toEqual([]);
          }
        }
      }
    },
  );

  it('stands in no log when a hook or the store fails with it', async () => {
    const canary = `sk-proj-${letters(40)}`;
    const fails = () => {
      throw new Error(`could not reach https://user:${letters(12)}@db.internal with ${canary}`);
    };
    const at = bench({ config: { hooks: { onRequest: [fails] } } });
    const { status, body } = await at.ask(CHATS['openai-chat']({ model: 'oa/sim' }));
    expect(status).toBe(500);
    expect(at.logged.join('\n')).toContain('could not reach');
    for (const text of [body, ...at.logged, ...at.told])
      expect(text).not.toMatch(new RegExp(`${canary}|${letters(12)}@`));
  });

  it('travels in a header and in no URL', async () => {
    const at = bench();
    for (const upstream of FORMATS) await at.ask(CHATS[upstream]({ model: `${PROVIDERS[upstream]}/sim` }));
    expect(at.dialled).toHaveLength(FORMATS.length);
    for (const { path, headers, body } of at.dialled) {
      expect(path + String(body)).not.toContain(OPERATORS_KEY);
      expect(Object.values(headers).filter((value) => value.includes(OPERATORS_KEY))).toHaveLength(1);
    }
  });
});

it("the client's own key, cookie and forwarded headers never go upstream, whatever carries them", async () => {
  const own = `clients-own-${letters(20)}`;
  const at = bench({ sim: { unknownFields: 'allow' } });
  const NAMES = [
    'authorization',
    'x-api-key',
    'api-key',
    'x-goog-api-key',
    'cookie',
    'proxy-authorization',
    'x-postern-context',
    'x-auth-token',
    'openai-organization',
    'x-amz-security-token',
    'x-forwarded-for',
    'x-real-ip',
    'referer',
    'user-agent',
  ];
  for (const client of FORMATS) {
    for (const upstream of FORMATS) {
      const call = CHATS[client]({ model: `${PROVIDERS[upstream]}/sim` });
      const headers = { ...call.headers, ...Object.fromEntries(NAMES.map((name) => [name, `${own} ${name}`])) };
      const { status, body } = await at.ask({
        ...call,
        path: `${call.path}${call.path.includes('?') ? '&' : '?'}key=${own}`,
        headers,
      });
      expect([status, body.includes(own)]).toEqual([200, false]);
    }
  }
  expect(at.dialled).toHaveLength(FORMATS.length ** 2);
  for (const { path, headers } of at.dialled) expect(path + JSON.stringify(headers)).not.toContain(own);
  for (const text of [...at.logged, ...at.told]) expect(text).not.toContain(own);
});
