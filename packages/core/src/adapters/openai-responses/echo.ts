import { type Json, record, string } from '../shared/read.ts';

/**
 * What a response repeats of its request. Where the request says nothing it is the API's documented default.
 * Source: https://platform.openai.com/docs/api-reference/responses/object
 */
export function echo(body: unknown): Json {
  const request = record(body) ?? {};
  const given = (name: string, usual: unknown): unknown => request[name] ?? usual;
  const reasoning = record(request.reasoning);
  const text = record(request.text);
  return {
    instructions: given('instructions', null),
    max_output_tokens: given('max_output_tokens', null),
    max_tool_calls: given('max_tool_calls', null),
    parallel_tool_calls: given('parallel_tool_calls', true),
    previous_response_id: null,
    prompt_cache_key: given('prompt_cache_key', null),
    reasoning: { ...reasoning, effort: reasoning?.effort ?? null, summary: reasoning?.summary ?? null },
    safety_identifier: given('safety_identifier', null),
    temperature: given('temperature', 1),
    text: { ...text, format: text?.format ?? { type: 'text' } },
    tool_choice: given('tool_choice', 'auto'),
    tools: toolsOf(request.tools),
    top_logprobs: given('top_logprobs', 0),
    top_p: given('top_p', 1),
    truncation: given('truncation', 'disabled'),
    presence_penalty: given('presence_penalty', 0),
    frequency_penalty: given('frequency_penalty', 0),
    metadata: given('metadata', {}),
    ...(typeof request.user === 'string' ? { user: request.user } : {}),
  };
}

/** The fields of a function that its schema requires in an answer. */
function toolsOf(tools: unknown): unknown[] {
  if (!Array.isArray(tools)) return [];
  return tools.map((tool: unknown) => {
    const fields = record(tool);
    if (string(fields?.type) !== 'function') return tool;
    return { description: null, parameters: null, strict: null, ...fields };
  });
}
