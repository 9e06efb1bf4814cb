/**
 * What the own upstream answers, made once per model name: `fake`, then words after dashes. `200x5`: 200 chunks of text, 5 ms apart; `d20`: 20 ms
 * before the answer. The wire forms are those of https://platform.openai.com/docs/api-reference/chat and
 * https://docs.claude.com/en/api/messages-streaming.
 */

/** `{ chunks, gap, wait }` of a model name; times in milliseconds. */
export function behaviourOf(model) {
  const behaviour = { chunks: 20, gap: 0, wait: 0 };
  for (const word of model.split('-')) {
    const [, chunks, gap] = /^(\d+)x(\d+)$/.exec(word) ?? [];
    if (chunks !== undefined) Object.assign(behaviour, { chunks: Number(chunks), gap: Number(gap) });
    const [, wait] = /^d(\d+)$/.exec(word) ?? [];
    if (wait !== undefined) behaviour.wait = Number(wait);
  }
  return behaviour;
}

const TEXT = 'Through the small gate in the wall, one after the other, with what they carry. '.repeat(3);
const HEAD = 'HTTP/1.1 200 OK\r\ncontent-type: text/event-stream; charset=utf-8\r\ntransfer-encoding: chunked\r\n\r\n';

export function plainAnswer(isMessages, model) {
  return jsonAnswer(isMessages ? message(model) : completion(model));
}

/** A whole answer with its head, as bytes. */
export function jsonAnswer(value) {
  const body = JSON.stringify(value);
  const head = `HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: ${Buffer.byteLength(body)}\r\n\r\n`;
  return Buffer.from(head + body);
}

/** A streamed answer: the head, then one write per event. */
export function streamedAnswer(isMessages, model, chunks) {
  const events = isMessages ? messageEvents(model, chunks) : completionEvents(model, chunks);
  const writes = events.map((event) => `${Buffer.byteLength(event).toString(16)}\r\n${event}\r\n`);
  return {
    head: Buffer.from(HEAD),
    writes: [...writes.slice(0, -1), `${writes.at(-1)}0\r\n\r\n`].map((text) => Buffer.from(text)),
  };
}

function completion(model) {
  return {
    id: 'chatcmpl-bench',
    object: 'chat.completion',
    created: 1_760_000_000,
    model,
    choices: [
      { index: 0, message: { role: 'assistant', content: TEXT, refusal: null }, logprobs: null, finish_reason: 'stop' },
    ],
    usage: { prompt_tokens: 40, completion_tokens: 50, total_tokens: 90 },
  };
}

function completionEvents(model, chunks) {
  const event = (delta, finish_reason = null) => {
    const choices = [{ index: 0, delta, logprobs: null, finish_reason }];
    return `data: ${JSON.stringify({ id: 'chatcmpl-bench', object: 'chat.completion.chunk', created: 1_760_000_000, model, choices })}\n\n`;
  };
  const texts = Array.from({ length: chunks }, () => event({ content: 'gates ' }));
  return [event({ role: 'assistant', content: '' }), ...texts, event({}, 'stop'), 'data: [DONE]\n\n'];
}

function message(model) {
  return {
    id: 'msg_bench',
    type: 'message',
    role: 'assistant',
    model,
    content: [{ type: 'text', text: TEXT }],
    stop_reason: 'end_turn',
    stop_sequence: null,
    usage: { input_tokens: 40, output_tokens: 50 },
  };
}

function messageEvents(model, chunks) {
  const event = (data) => `event: ${data.type}\ndata: ${JSON.stringify(data)}\n\n`;
  const start = { ...message(model), content: [], stop_reason: null, usage: { input_tokens: 40, output_tokens: 1 } };
  const delta = event({ type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text: 'gates ' } });
  return [
    event({ type: 'message_start', message: start }),
    event({ type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } }),
    ...Array.from({ length: chunks }, () => delta),
    event({ type: 'content_block_stop', index: 0 }),
    event({
      type: 'message_delta',
      delta: { stop_reason: 'end_turn', stop_sequence: null },
      usage: { output_tokens: chunks },
    }),
    event({ type: 'message_stop' }),
  ];
}
