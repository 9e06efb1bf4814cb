import { eventMessages } from './event-stream.ts';
import type { ChatFormat } from './formats.ts';

/** An error as a client of some format reads it. */
export interface ToldError {
  readonly message: string;
  /** The status that the envelope itself names, where the format has one. */
  readonly status?: number;
}

/** An answer as a client of some format reads it, streamed or not. */
export interface ToldAnswer {
  readonly text: string;
  /** Arguments of the tool calls, in their order. */
  readonly calls: readonly unknown[];
  /** Has the format's own good end been reached? */
  readonly finished: boolean;
  /** The error that the answer is, or that its stream ends with. */
  readonly error: ToldError | undefined;
  /** Did anything come behind the error? */
  readonly afterError: boolean;
}

type Json = { readonly [name: string]: unknown };

/** Reads a whole body by the letter of the format. Throws when it is no JSON object. */
export function readWhole(format: ChatFormat, text: string): ToldAnswer {
  const body = object(JSON.parse(text));
  const error = READERS[format].error(body);
  if (error !== undefined) return { text: '', calls: [], finished: false, error, afterError: false };
  return { ...READERS[format].body(body), error: undefined, afterError: false };
}

/** Reads a stream by the letter of the format. Throws for a frame that is no JSON: no client could read it either. */
export function readStream(format: ChatFormat, text: string): ToldAnswer {
  const state: Mutable = { text: '', calls: [], finished: false, error: undefined, afterError: false, open: new Map() };
  const events =
    format === 'ollama' ? linesOf(text) : format === 'bedrock-converse' ? messagesOf(text) : eventsOf(text);
  for (const { event, data } of events) {
    if (state.error !== undefined) state.afterError = true;
    else if (data === '[DONE]') state.finished = format === 'openai-chat';
    else frame(format, object(JSON.parse(data)), event, state);
  }
  const { open, ...told } = state;
  return { ...told, calls: [...open.values()].map((pieces) => parsed(pieces)) };
}

interface Mutable {
  text: string;
  calls: unknown[];
  finished: boolean;
  error: ToldError | undefined;
  afterError: boolean;
  /** Tool calls by their index, as text. */
  readonly open: Map<number, string>;
}

function frame(format: ChatFormat, body: Json, event: string | undefined, state: Mutable): void {
  state.error = READERS[format].error(body);
  if (state.error === undefined) READERS[format].frame(body, state, event);
}

interface Reader {
  error(body: Json): ToldError | undefined;
  body(body: Json): Pick<ToldAnswer, 'text' | 'calls' | 'finished'>;
  frame(body: Json, state: Mutable, event: string | undefined): void;
}

const openai: Reader = {
  error(body) {
    if (body['error'] === undefined) return undefined;
    const error = object(body['error']);
    if (string(error['type']) === '' || !('param' in error) || !('code' in error)) throw new Error('no OpenAI error');
    return { message: string(error['message']) };
  },
  body(body) {
    const choice = object(list(body['choices'])[0]);
    const message = object(choice['message']);
    const calls = list(message['tool_calls'] ?? []).map((call) =>
      parsed(string(object(object(call)['function'])['arguments'])),
    );
    return { text: string(message['content'] ?? ''), calls, finished: string(choice['finish_reason']) !== '' };
  },
  frame(body, state) {
    for (const choice of list(body['choices'])) {
      const delta = object(object(choice)['delta']);
      state.text += string(delta['content'] ?? '');
      for (const call of list(delta['tool_calls'] ?? [])) {
        const { index, function: called } = object(call);
        append(state, Number(index), string(object(called ?? {})['arguments'] ?? ''));
      }
    }
  },
};

const anthropic: Reader = {
  error(body) {
    if (body['type'] !== 'error') return undefined;
    const error = object(body['error']);
    if (!/^[a-z_]+$/.test(string(error['type']))) throw new Error('no Anthropic error');
    return { message: string(error['message']) };
  },
  body(body) {
    const blocks = list(body['content']).map(object);
    const calls = blocks.filter((block) => block['type'] === 'tool_use').map((block) => block['input']);
    const text = blocks.map((block) => (block['type'] === 'text' ? string(block['text']) : '')).join('');
    return { text, calls, finished: string(body['stop_reason']) !== '' };
  },
  frame(body, state, event) {
    if (event !== body['type']) throw new Error(`the event is named ${event} and its data ${body['type']}`);
    if (body['type'] === 'message_stop') state.finished = true;
    if (body['type'] === 'content_block_start' && object(body['content_block'])['type'] === 'tool_use')
      append(state, Number(body['index']), '');
    if (body['type'] !== 'content_block_delta') return;
    const delta = object(body['delta']);
    state.text += string(delta['text'] ?? '');
    if (delta['type'] === 'input_json_delta') append(state, Number(body['index']), string(delta['partial_json']));
  },
};

const gemini: Reader = {
  error(body) {
    if (body['error'] === undefined) return undefined;
    const error = object(body['error']);
    if (!/^[A-Z_]+$/.test(string(error['status']))) throw new Error('no Google error');
    return { message: string(error['message']), status: Number(error['code']) };
  },
  body(body) {
    const candidate = object(list(body['candidates'])[0]);
    const parts = list(object(candidate['content'] ?? { parts: [] })['parts'] ?? []).map(object);
    return {
      text: parts.map((part) => (part['thought'] === true ? '' : string(part['text'] ?? ''))).join(''),
      calls: parts.flatMap((part) =>
        part['functionCall'] === undefined ? [] : [object(part['functionCall'])['args']],
      ),
      finished: candidate['finishReason'] !== undefined,
    };
  },
  frame(body, state) {
    if (list(body['candidates'] ?? []).length === 0) return;
    const { text, calls, finished } = gemini.body(body);
    state.text += text;
    for (const call of calls) append(state, state.open.size, JSON.stringify(call));
    state.finished ||= finished;
  },
};

const responses: Reader = {
  error(body) {
    if (body['type'] !== 'error' && (body['object'] === 'response' || body['error'] === undefined)) return undefined;
    return openai.error(body);
  },
  body(body) {
    const items = list(body['output']).map(object);
    const content = items.flatMap((item) => (item['type'] === 'message' ? list(item['content']).map(object) : []));
    const calls = items.filter((item) => item['type'] === 'function_call');
    return {
      text: content.map((part) => string(part['text'] ?? '')).join(''),
      calls: calls.map((item) => parsed(string(item['arguments']))),
      finished: body['status'] === 'completed' || body['status'] === 'incomplete',
    };
  },
  frame(body, state, event) {
    if (event !== body['type']) throw new Error(`the event is named ${event} and its data ${body['type']}`);
    const index = Number(body['output_index']);
    if (event === 'response.output_text.delta') state.text += string(body['delta']);
    if (event === 'response.function_call_arguments.delta') append(state, index, string(body['delta']));
    if (event === 'response.output_item.added' && object(body['item'])['type'] === 'function_call')
      append(state, index, '');
    if (event === 'response.completed' || event === 'response.incomplete') state.finished = true;
  },
};

const messagesOf = (text: string) => eventMessages(text).map(({ name, payload }) => ({ event: name, data: payload }));

const bedrock: Reader = {
  error(body) {
    // A message and nothing else; in a stream the event's name tells as well.
    return Object.keys(body).join() === 'message' ? { message: string(body['message']) } : undefined;
  },
  body(body) {
    const blocks = list(object(object(body['output'])['message'])['content']).map(object);
    return {
      text: blocks.map((block) => string(block['text'] ?? '')).join(''),
      calls: blocks.flatMap((block) => (block['toolUse'] === undefined ? [] : [object(block['toolUse'])['input']])),
      finished: string(body['stopReason']) !== '',
    };
  },
  frame(body, state, event) {
    if (event === 'messageStop') state.finished = true;
    const index = Number(body['contentBlockIndex']);
    if (event === 'contentBlockStart') append(state, index, '');
    if (event !== 'contentBlockDelta') return;
    const delta = object(body['delta']);
    state.text += string(delta['text'] ?? '');
    if (delta['toolUse'] !== undefined) append(state, index, string(object(delta['toolUse'])['input']));
  },
};

const cohere: Reader = {
  error(body) {
    const delta = object(body['delta'] ?? {});
    if (delta['finish_reason'] === 'ERROR') return { message: string(delta['error']) };
    return typeof body['message'] === 'string' ? { message: body['message'] } : undefined;
  },
  body(body) {
    const message = object(body['message']);
    const blocks = list(message['content'] ?? []).map(object);
    const calls = list(message['tool_calls'] ?? []).map((call) =>
      parsed(string(object(object(call)['function'])['arguments'])),
    );
    const text = blocks.map((block) => (block['type'] === 'text' ? string(block['text']) : '')).join('');
    return { text, calls: calls.map((call) => call ?? {}), finished: string(body['finish_reason']) !== '' };
  },
  frame(body, state, event) {
    if (event !== body['type']) throw new Error(`the event is named ${event} and its data ${body['type']}`);
    if (body['type'] === 'message-end') state.finished = string(object(body['delta'])['finish_reason']) !== '';
    const message = object(object(body['delta'] ?? {})['message'] ?? {});
    if (body['type'] === 'content-delta') state.text += string(object(message['content'])['text'] ?? '');
    if (body['type'] !== 'tool-call-start' && body['type'] !== 'tool-call-delta') return;
    const called = object(object(message['tool_calls'])['function']);
    append(state, Number(body['index']), string(called['arguments']));
  },
};

const ollama: Reader = {
  error(body) {
    return body['error'] === undefined ? undefined : { message: string(body['error']) };
  },
  body(body) {
    const message = object(body['message']);
    const calls = list(message['tool_calls'] ?? []).map((call) =>
      object(object(object(call)['function'])['arguments']),
    );
    return { text: string(message['content']), calls, finished: body['done'] === true };
  },
  frame(body, state) {
    const { text, calls, finished } = ollama.body(body);
    state.text += text;
    for (const call of calls) append(state, state.open.size, JSON.stringify(call));
    state.finished ||= finished;
  },
};

const READERS: Readonly<Record<ChatFormat, Reader>> = {
  'openai-chat': openai,
  'anthropic-messages': anthropic,
  gemini,
  cohere,
  ollama,
  'bedrock-converse': bedrock,
  'openai-responses': responses,
};

function append({ open }: Mutable, index: number, text: string): void {
  open.set(index, (open.get(index) ?? '') + text);
}

/** Server-sent events after the standard: any line end, comments, one event name, several lines of data. */
function eventsOf(text: string): { event: string | undefined; data: string }[] {
  const lines = text.split(/\r\n|\n|\r/);
  const events: { event: string | undefined; data: string }[] = [];
  let [event, data]: [string | undefined, string[]] = [undefined, []];
  for (const line of lines) {
    if (line === '' && data.length > 0) events.push({ event, data: data.join('\n') });
    if (line === '') [event, data] = [undefined, []];
    else if (line.startsWith('event:')) event = line.slice(6).trimStart();
    else if (line.startsWith('data:')) data.push(line.slice(5).replace(/^ /, ''));
  }
  // What is not closed by an empty line is no event.
  return events;
}

/** Lines of JSON; what has no line end yet is none. */
function linesOf(text: string): { event: string | undefined; data: string }[] {
  const lines = text.split('\n').slice(0, -1);
  return lines.filter((line) => line.trim() !== '').map((data) => ({ event: undefined, data }));
}

/** Arguments as a value; as text when they are cut. */
function parsed(text: string): unknown {
  try {
    return text === '' ? {} : JSON.parse(text);
  } catch {
    return text;
  }
}

function object(value: unknown): Json {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new Error(`no object: ${JSON.stringify(value)}`);
  return value as Json;
}
function list(value: unknown): readonly unknown[] {
  if (!Array.isArray(value)) throw new Error(`no list: ${JSON.stringify(value)}`);
  return value;
}
function string(value: unknown): string {
  if (typeof value !== 'string') throw new Error(`no text: ${JSON.stringify(value)}`);
  return value;
}
