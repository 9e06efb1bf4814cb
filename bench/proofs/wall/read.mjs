/**
 * What a client of each format reads in the bytes that it got, by the letter of the format:
 * `{ text, calls, finished, seems, error, behind, unreadable }`. `finished`: the format's whole good end. `seems`: any one sign of it, which is enough for some
 * client to take the answer for whole. `error`: the words of an error in the format's own shape. `behind`: something came after the error.
 * `calls`: arguments of tool calls, as text. Sources: https://platform.openai.com/docs/api-reference/chat-streaming,
 * https://platform.openai.com/docs/api-reference/responses-streaming, https://docs.claude.com/en/api/messages-streaming, https://ai.google.dev/api/generate-content,
 * https://docs.cohere.com/v2/docs/streaming, https://docs.ollama.com/api/streaming
 */

/** A stream, as text. */
export function readStream(format, text) {
  const { error, event } = FORMATS[format];
  const state = { text: '', open: new Map(), ended: false, reason: false, error: undefined, behind: false };
  let unreadable;
  for (const { name, data } of format === 'ollama' ? linesOf(text) : eventsOf(text)) {
    if (state.error !== undefined) state.behind = true;
    if (data === '[DONE]') {
      state.ended = true;
      continue;
    }
    try {
      const body = JSON.parse(data);
      const words = error(body);
      if (words !== undefined) state.error ??= words;
      else event(body, state, name);
    } catch (problem) {
      unreadable ??= `${problem.message}: ${data.slice(0, 80)}`;
    }
  }
  const needsBoth = format === 'openai-chat' || format === 'anthropic-messages';
  return {
    text: state.text,
    calls: [...state.open.values()],
    finished: needsBoth ? state.ended && state.reason : state.ended,
    seems: state.ended || state.reason,
    error: state.error,
    behind: state.behind,
    unreadable,
  };
}

/** A body that is not streamed, as text. */
export function readWhole(format, text) {
  const nothing = { text: '', calls: [], finished: false, seems: false, error: undefined, behind: false };
  try {
    const body = JSON.parse(text);
    const error = FORMATS[format].error(body);
    if (error !== undefined) return { ...nothing, error };
    const { finished, ...answer } = FORMATS[format].whole(body);
    return { ...nothing, ...answer, finished, seems: finished };
  } catch (problem) {
    return { ...nothing, unreadable: `${problem.message}: ${text.slice(0, 80)}` };
  }
}

const chat = {
  error({ error }) {
    if (error === undefined) return undefined;
    for (const name of ['type', 'param', 'code']) if (!(name in error)) throw new Error(`an error without ${name}`);
    return error.message;
  },
  whole({ choices: [{ finish_reason, message }] }) {
    const calls = (message.tool_calls ?? []).map((call) => call.function.arguments);
    return { text: message.content ?? '', calls, finished: typeof finish_reason === 'string' };
  },
  event({ choices = [] }, state) {
    for (const { delta = {}, finish_reason } of choices) {
      state.text += delta.content ?? '';
      for (const { function: called, index } of delta.tool_calls ?? []) add(state, index, called?.arguments);
      state.reason ||= typeof finish_reason === 'string';
    }
  },
};

const messages = {
  error({ error, type }) {
    if (type !== 'error') return undefined;
    if (!/^[a-z_]+$/.test(error.type)) throw new Error('an error without its type');
    return error.message;
  },
  whole({ content, stop_reason }) {
    const calls = content.filter(({ type }) => type === 'tool_use').map(({ input }) => JSON.stringify(input));
    return {
      text: content.map((block) => block.text ?? '').join(''),
      calls,
      finished: typeof stop_reason === 'string',
    };
  },
  event({ content_block, delta = {}, index, type }, state, name) {
    if (name !== type) throw new Error(`an event ${name} with data of ${type}`);
    if (type === 'message_stop') state.ended = true;
    if (type === 'message_delta') state.reason ||= typeof delta.stop_reason === 'string';
    if (content_block?.type === 'tool_use') add(state, index, '');
    if (type !== 'content_block_delta') return;
    state.text += delta.text ?? '';
    if (delta.type === 'input_json_delta') add(state, index, delta.partial_json);
  },
};

const gemini = {
  error({ error }) {
    if (error === undefined) return undefined;
    if (!/^[A-Z_]+$/.test(error.status) || typeof error.code !== 'number')
      throw new Error('an error without its status');
    return error.message;
  },
  whole({ candidates: [{ content, finishReason }] }) {
    const parts = content?.parts ?? [];
    return {
      text: parts.map((part) => (part.thought === true ? '' : (part.text ?? ''))).join(''),
      calls: parts.flatMap(({ functionCall }) =>
        functionCall === undefined ? [] : [JSON.stringify(functionCall.args)],
      ),
      finished: finishReason !== undefined,
    };
  },
  event(body, state) {
    if ((body.candidates ?? []).length === 0) return;
    const { calls, finished, text } = gemini.whole(body);
    state.text += text;
    for (const call of calls) add(state, state.open.size, call);
    state.ended ||= finished;
  },
};

const responses = {
  error(body) {
    if (body.type === 'error') return chat.error({ error: body.error ?? body });
    return body.type === undefined && body.object !== 'response' ? chat.error(body) : undefined;
  },
  whole({ output, status }) {
    const content = output.flatMap((item) => (item.type === 'message' ? item.content : []));
    const calls = output.filter(({ type }) => type === 'function_call').map((item) => item.arguments);
    const finished = status === 'completed' || status === 'incomplete';
    return { text: content.map((part) => part.text ?? '').join(''), calls, finished };
  },
  event({ delta, item, output_index, type }, state, name) {
    if (name !== type) throw new Error(`an event ${name} with data of ${type}`);
    if (type === 'response.output_text.delta') state.text += delta;
    if (type === 'response.output_item.added' && item.type === 'function_call') add(state, output_index, '');
    if (type === 'response.function_call_arguments.delta') add(state, output_index, delta);
    if (type === 'response.failed') state.error = 'response.failed';
    state.ended ||= type === 'response.completed' || type === 'response.incomplete';
  },
};

const cohere = {
  error({ delta, message }) {
    if (delta?.finish_reason === 'ERROR') return String(delta.error);
    return typeof message === 'string' ? message : undefined;
  },
  whole({ finish_reason, message }) {
    const text = (message.content ?? []).map((block) => (block.type === 'text' ? block.text : '')).join('');
    const calls = (message.tool_calls ?? []).map((call) => call.function.arguments);
    return { text, calls, finished: typeof finish_reason === 'string' };
  },
  event({ delta, index, type }, state, name) {
    if (name !== type) throw new Error(`an event ${name} with data of ${type}`);
    if (type === 'message-end') state.ended = typeof delta.finish_reason === 'string';
    if (type === 'content-delta') state.text += delta.message.content.text ?? '';
    if (type === 'tool-call-start' || type === 'tool-call-delta')
      add(state, index, delta.message.tool_calls.function.arguments);
  },
};

const ollama = {
  error: ({ error }) => error,
  whole({ done, message }) {
    const calls = (message.tool_calls ?? []).map((call) => JSON.stringify(call.function.arguments));
    return { text: message.content, calls, finished: done === true };
  },
  event(body, state) {
    const { calls, finished, text } = ollama.whole(body);
    state.text += text;
    for (const call of calls) add(state, state.open.size, call);
    state.ended ||= finished;
  },
};

/** Operations beside chats: whole is what has its vectors, or its images. */
const embeddings = {
  error: chat.error,
  whole: ({ data }) => ({ text: '', calls: [], finished: data.every(({ embedding }) => embedding.length > 0) }),
};

const images = {
  error: chat.error,
  whole: ({ data }) => ({ text: '', calls: [], finished: data.every(({ b64_json }) => b64_json.length > 0) }),
};

const FORMATS = {
  'openai-chat': chat,
  'anthropic-messages': messages,
  gemini,
  'openai-responses': responses,
  cohere,
  ollama,
  embeddings,
  images,
  speech: { error: chat.error },
};

function add({ open }, index, piece) {
  open.set(index, (open.get(index) ?? '') + (piece ?? ''));
}

/** Server-sent events; what no empty line closes is none. Source: https://html.spec.whatwg.org/multipage/server-sent-events.html */
function eventsOf(text) {
  const events = [];
  let [name, data] = [undefined, []];
  for (const line of text.split(/\r\n|\n|\r/)) {
    if (line.startsWith('event:')) name = line.slice(6).trim();
    if (line.startsWith('data:')) data.push(line.slice(5).replace(/^ /, ''));
    if (line !== '') continue;
    if (data.length > 0) events.push({ name, data: data.join('\n') });
    [name, data] = [undefined, []];
  }
  return events;
}

const linesOf = (text) =>
  text
    .split('\n')
    .slice(0, -1)
    .filter((line) => line.trim() !== '')
    .map((data) => ({ name: undefined, data }));
