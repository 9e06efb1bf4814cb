import type { Finish } from '../../answer/answer.ts';
import { asList, asObject } from '../../kit/json.ts';
import { lettersAndDigits } from '../../kit/random.ts';
import type { Saying } from '../format.ts';
import { vendorFields } from '../openai/body.ts';
import { doneItem, saidItems } from './items.ts';
import { responsesUsage } from './usage.ts';

/** What a response repeats of its request, with the API's defaults. Source: openai-openapi `ResponseProperties`. */
const DEFAULTS = {
  instructions: null,
  max_output_tokens: null,
  max_tool_calls: null,
  parallel_tool_calls: true,
  previous_response_id: null,
  prompt_cache_key: null,
  reasoning: { effort: null, summary: null },
  safety_identifier: null,
  store: true,
  temperature: 1,
  text: { format: { type: 'text' }, verbosity: 'medium' },
  tool_choice: 'auto',
  tools: [],
  top_logprobs: 0,
  top_p: 1,
  truncation: 'disabled',
  user: null,
  metadata: {},
  // Source: https://www.openresponses.org/reference: the vendor tells these too.
  presence_penalty: 0,
  frequency_penalty: 0,
};

/** A function as a response repeats it: with all of its members, and strict unless it said otherwise. Source: openai-openapi `FunctionTool`. */
function repeated(tool: unknown): unknown {
  const fields = asObject(tool);
  return fields?.type === 'function' ? { description: null, parameters: null, strict: true, ...fields } : tool;
}

/** All of a response but its end. */
export function responseHead(saying: Saying): Record<string, unknown> {
  const request = asObject(saying.received.body) ?? {};
  const told = Object.entries(DEFAULTS).map(([name, usual]) => [name, request[name] ?? usual]);
  return {
    id: `resp_${lettersAndDigits(48, 'response', saying.seed, saying.nonce)}`,
    object: 'response',
    created_at: saying.created,
    background: false,
    error: null,
    ...Object.fromEntries(told),
    tools: (asList(request.tools) ?? []).map(repeated),
    model: saying.ask.model,
    ...vendorFields(saying),
  };
}

/** Why an answer is incomplete. Source: openai-openapi `incomplete_details.reason`. */
const INCOMPLETE: Readonly<Partial<Record<Finish, string>>> = {
  length: 'max_output_tokens',
  filtered: 'content_filter',
};

/** A response that is over. Source: openai-openapi `Response`. */
export function responsesBody(saying: Saying): Record<string, unknown> {
  const [answer] = saying.answers;
  const reason = answer === undefined ? undefined : INCOMPLETE[answer.finish];
  return {
    ...responseHead(saying),
    status: reason === undefined ? 'completed' : 'incomplete',
    completed_at: reason === undefined ? saying.created : null,
    incomplete_details: reason === undefined ? null : { reason },
    service_tier: saying.script.words.has('priority') ? 'priority' : 'default',
    output: answer === undefined ? [] : saidItems(saying, answer).map((item) => doneItem(saying, item)),
    usage: saying.usage === undefined ? null : responsesUsage(saying.usage),
  };
}
