import type { ChatFormat } from '../kit/formats.ts';

/** One turn of a conversation, in words of no vendor. The tool is `look({ at })`. */
export type Turn =
  | { readonly user: readonly string[] }
  | { readonly assistant: readonly ({ readonly text: string } | { readonly call: string })[] }
  | { readonly results: readonly { readonly id: string; readonly text: string }[] };

const PLAIN = { type: 'object', properties: { at: { type: 'string' } } };
const INPUT = { at: 'Bern' };
const ARGUMENTS = JSON.stringify(INPUT);

type Parts = Extract<Turn, { assistant: unknown }>['assistant'];
const textsOf = (parts: Parts): string[] => parts.flatMap((part) => ('text' in part ? [part.text] : []));
const callsOf = (parts: Parts): string[] => parts.flatMap((part) => ('call' in part ? [part.call] : []));

/** How each format writes one turn. */
type Writer = (turn: Turn) => object[];

const chat: Writer = (turn) => {
  if ('user' in turn) return [{ role: 'user', content: turn.user.map((text) => ({ type: 'text', text })) }];
  if ('results' in turn) return turn.results.map(({ id, text }) => ({ role: 'tool', tool_call_id: id, content: text }));
  const calls = callsOf(turn.assistant);
  const called = { id: '', type: 'function', function: { name: 'look', arguments: ARGUMENTS } };
  return [
    {
      role: 'assistant',
      content: textsOf(turn.assistant).join(''),
      ...(calls.length === 0 ? {} : { tool_calls: calls.map((id) => ({ ...called, id })) }),
    },
  ];
};

const anthropic: Writer = (turn) => {
  if ('user' in turn) return [{ role: 'user', content: turn.user.map((text) => ({ type: 'text', text })) }];
  if ('results' in turn)
    return [
      {
        role: 'user',
        content: turn.results.map(({ id, text }) => ({ type: 'tool_result', tool_use_id: id, content: text })),
      },
    ];
  return [
    {
      role: 'assistant',
      content: turn.assistant.map((part) =>
        'text' in part
          ? { type: 'text', text: part.text }
          : { type: 'tool_use', id: part.call, name: 'look', input: INPUT },
      ),
    },
  ];
};

const gemini: Writer = (turn) => {
  if ('user' in turn) return [{ role: 'user', parts: turn.user.map((text) => ({ text })) }];
  if ('results' in turn)
    return [
      {
        role: 'user',
        parts: turn.results.map(({ id, text }) => ({
          functionResponse: { id, name: 'look', response: { result: text } },
        })),
      },
    ];
  return [
    {
      role: 'model',
      parts: turn.assistant.map((part) =>
        'text' in part ? { text: part.text } : { functionCall: { id: part.call, name: 'look', args: INPUT } },
      ),
    },
  ];
};

const bedrock: Writer = (turn) => {
  if ('user' in turn) return [{ role: 'user', content: turn.user.map((text) => ({ text })) }];
  if ('results' in turn)
    return [
      {
        role: 'user',
        content: turn.results.map(({ id, text }) => ({ toolResult: { toolUseId: id, content: [{ text }] } })),
      },
    ];
  return [
    {
      role: 'assistant',
      content: turn.assistant.map((part) =>
        'text' in part ? { text: part.text } : { toolUse: { toolUseId: part.call, name: 'look', input: INPUT } },
      ),
    },
  ];
};

const ollama: Writer = (turn) => {
  if ('user' in turn) return turn.user.map((content) => ({ role: 'user', content }));
  if ('results' in turn)
    return turn.results.map(({ id, text }) => ({ role: 'tool', tool_name: 'look', tool_call_id: id, content: text }));
  const calls = callsOf(turn.assistant);
  return [
    {
      role: 'assistant',
      content: textsOf(turn.assistant).join(''),
      ...(calls.length === 0
        ? {}
        : { tool_calls: calls.map((id) => ({ id, function: { name: 'look', arguments: INPUT } })) }),
    },
  ];
};

const responses: Writer = (turn) => {
  if ('user' in turn) return [{ role: 'user', content: turn.user.map((text) => ({ type: 'input_text', text })) }];
  if ('results' in turn)
    return turn.results.map(({ id, text }) => ({ type: 'function_call_output', call_id: id, output: text }));
  return turn.assistant.map((part) =>
    'text' in part
      ? { role: 'assistant', content: part.text }
      : { type: 'function_call', call_id: part.call, name: 'look', arguments: ARGUMENTS },
  );
};

/** The conversation as a client of the format sends it, without model and stream; `schema` is the one of its tool. */
export function bodyOf(client: ChatFormat, turns: readonly Turn[], schema: object = PLAIN): object {
  const write = (writer: Writer): object[] => turns.flatMap(writer);
  const tools = [{ type: 'function', function: { name: 'look', parameters: schema } }];
  switch (client) {
    case 'openai-chat':
    case 'cohere':
      return { messages: write(chat), tools };
    case 'ollama':
      return { messages: write(ollama), tools };
    case 'anthropic-messages':
      return { max_tokens: 100, messages: write(anthropic), tools: [{ name: 'look', input_schema: schema }] };
    case 'gemini':
      return {
        contents: write(gemini),
        tools: [{ functionDeclarations: [{ name: 'look', parametersJsonSchema: schema }] }],
      };
    case 'bedrock-converse':
      return {
        messages: write(bedrock),
        toolConfig: { tools: [{ toolSpec: { name: 'look', inputSchema: { json: schema } } }] },
      };
    case 'openai-responses':
      return {
        input: write(responses),
        tools: [{ type: 'function', name: 'look', strict: false, parameters: schema }],
      };
  }
}
