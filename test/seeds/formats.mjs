/** Answers of two providers, and what a client reads in them. Sources: https://platform.openai.com/docs/api-reference/chat, https://docs.claude.com/en/api/messages-streaming */
const sse = (data, event) => `${event === undefined ? '' : `event: ${event}\n`}data: ${JSON.stringify(data)}\n\n`;
const chunk = (delta, finish = null) =>
  sse({
    id: 'c',
    object: 'chat.completion.chunk',
    created: 1,
    model: 'm',
    choices: [{ index: 0, delta, finish_reason: finish }],
  });
const typed = (type, more) => sse({ type, ...more }, type);

export const FORMATS = {
  'openai-chat': {
    whole: (words) => ({
      id: 'c',
      object: 'chat.completion',
      created: 1,
      model: 'm',
      choices: [{ index: 0, message: { role: 'assistant', content: words.join('') }, finish_reason: 'stop' }],
      usage: { prompt_tokens: 3, completion_tokens: words.length, total_tokens: 3 + words.length },
    }),
    events: (words) => [
      chunk({ role: 'assistant', content: '' }),
      ...words.map((content) => chunk({ content })),
      chunk({}, 'stop'),
      sse({
        id: 'c',
        object: 'chat.completion.chunk',
        created: 1,
        model: 'm',
        choices: [],
        usage: { prompt_tokens: 3, completion_tokens: words.length, total_tokens: 3 + words.length },
      }),
      'data: [DONE]\n\n',
    ],
    textOf: (body) => body?.choices?.[0]?.message?.content,
    read(events) {
      const data = events.filter((event) => event.data !== '[DONE]').map((event) => JSON.parse(event.data));
      return {
        text: data.map((one) => one.choices?.[0]?.delta?.content ?? '').join(''),
        ends: events.filter((event) => event.data === '[DONE]').length,
        errors: data.filter((one) => one.error !== undefined).length,
      };
    },
  },
  'anthropic-messages': {
    whole: (words) => ({
      id: 'm',
      type: 'message',
      role: 'assistant',
      model: 'm',
      content: [{ type: 'text', text: words.join('') }],
      stop_reason: 'end_turn',
      stop_sequence: null,
      usage: { input_tokens: 3, output_tokens: words.length },
    }),
    events: (words) => [
      typed('message_start', {
        message: {
          id: 'm',
          type: 'message',
          role: 'assistant',
          model: 'm',
          content: [],
          stop_reason: null,
          stop_sequence: null,
          usage: { input_tokens: 3, output_tokens: 1 },
        },
      }),
      typed('content_block_start', { index: 0, content_block: { type: 'text', text: '' } }),
      ...words.map((text) => typed('content_block_delta', { index: 0, delta: { type: 'text_delta', text } })),
      typed('content_block_stop', { index: 0 }),
      typed('message_delta', {
        delta: { stop_reason: 'end_turn', stop_sequence: null },
        usage: { output_tokens: words.length },
      }),
      typed('message_stop', {}),
    ],
    textOf: (body) => body?.content?.map(({ text }) => text ?? '').join(''),
    read(events) {
      const data = events.map((event) => JSON.parse(event.data));
      return {
        text: data.map((one) => one.delta?.text ?? '').join(''),
        ends: data.filter(({ type }) => type === 'message_stop').length,
        errors: data.filter(({ type }) => type === 'error').length,
      };
    },
  },
};

/** The events of a whole stream. */
export function eventsIn(text) {
  return text
    .split('\n\n')
    .map((block) => ({
      data: block
        .split('\n')
        .filter((line) => line.startsWith('data:'))
        .map((line) => line.slice(5).trim())
        .join('\n'),
    }))
    .filter(({ data }) => data !== '');
}
