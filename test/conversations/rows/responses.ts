import { isObject, type Json, maybeObjects } from '../read/json.ts';

/**
 * A conversation that is written for the chat API, as it is written for the Responses API of the same vendor. undefined: that one has no form for it.
 * Source: https://platform.openai.com/docs/guides/migrate-to-responses
 */
export function responsesOf(chat: Json): object | undefined {
  const body: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(chat)) {
    if (Object.hasOwn(MEMBERS, name)) Object.assign(body, MEMBERS[name]?.(value));
    else if (SAME.has(name)) body[name] = value;
    else return undefined;
  }
  if (chat.logprobs === true) body.include = ['message.output_text.logprobs'];
  return JSON.stringify(body).includes(NO_FORM) ? undefined : body;
}

const SAME = new Set(
  'logprobs metadata novelty parallel_tool_calls prompt_cache_key service_tier store temperature top_logprobs top_p user'.split(
    ' ',
  ),
);
/** Stands where the other API has no form. */
const NO_FORM = '(no form)';

const MEMBERS: Readonly<Record<string, (value: unknown) => object>> = {
  messages: (value) => ({ input: maybeObjects(value, 'messages').flatMap(items) }),
  max_completion_tokens: (value) => ({ max_output_tokens: value }),
  reasoning_effort: (value) => ({ reasoning: { effort: value } }),
  tools: (value) => ({ tools: maybeObjects(value, 'tools').map(tool) }),
  tool_choice: (value) => ({ tool_choice: choice(value) }),
  response_format: (value) => ({ text: { format: format(value as Json) } }),
  logprobs: () => ({}),
};

function items(message: Json): object[] {
  if (message.name !== undefined) return [{ type: NO_FORM }];
  const { role, content, tool_calls: calls, tool_call_id: id } = message;
  if (role === 'tool') return [{ type: 'function_call_output', call_id: id, output: content }];
  const said =
    content === null
      ? []
      : [{ role, content: typeof content === 'string' ? content : maybeObjects(content, 'content').map(part) }];
  return [...said, ...maybeObjects(calls, 'tool_calls').map(call)];
}

function call({ id, function: called }: Json): object {
  return { type: 'function_call', call_id: id, ...(isObject(called) ? called : {}) };
}

function part(value: Json): object {
  if (value.type === 'text') return { type: 'input_text', text: value.text };
  if (value.type === 'file') return { type: 'input_file', ...(isObject(value.file) ? value.file : {}) };
  if (value.type !== 'image_url' || !isObject(value.image_url)) return { type: NO_FORM };
  const { url, ...more } = value.image_url;
  return { type: 'input_image', image_url: url, ...more };
}

/** Functions are strict there unless they say otherwise. */
const tool = (value: Json): object => ({
  type: 'function',
  strict: false,
  ...(isObject(value.function) ? value.function : {}),
});

function choice(value: unknown): unknown {
  if (!isObject(value)) return value;
  const allowed = isObject(value.allowed_tools) ? value.allowed_tools : undefined;
  if (allowed === undefined) return { type: 'function', ...(isObject(value.function) ? value.function : {}) };
  return { type: 'allowed_tools', mode: allowed.mode, tools: maybeObjects(allowed.tools, 'tools').map(choice) };
}

function format({ json_schema: schema, ...more }: Json): object {
  return { ...more, ...(isObject(schema) ? schema : {}) };
}
