import { inputTotal, outputTotal, type Usage } from '../../chat/usage.ts';
import { readUsage as readChatUsage } from '../openai-chat/usage.ts';
import { given, type Json, put, record, records, string } from '../shared/read.ts';

/**
 * Usage of an answer in disjoint classes. It is the chat API's under other names: `input_tokens` counts cached tokens too, `output_tokens` reasoning.
 * undefined when it is none. Source: https://platform.openai.com/docs/api-reference/responses/object#responses/object-usage
 */
function readUsage(value: unknown): Usage | undefined {
  const usage = record(value);
  if (usage === undefined) return undefined;
  return readChatUsage({
    ...usage,
    prompt_tokens: usage.input_tokens,
    completion_tokens: usage.output_tokens,
    prompt_tokens_details: usage.input_tokens_details,
    completion_tokens_details: usage.output_tokens_details,
  });
}

/** Calls that are billed each, by the type of their items, and what they are called. Source: https://platform.openai.com/docs/pricing#built-in-tools */
const BILLED: Readonly<Record<string, string>> = {
  web_search_call: 'web_search',
  file_search_call: 'file_search',
  code_interpreter_call: 'code_interpreter',
};

/** Usage of a whole response, with the calls of built-in tools that its items tell of. */
export function usageOf(response: Json): Usage | undefined {
  const usage = readUsage(response.usage);
  if (usage === undefined) return undefined;
  return {
    ...usage,
    ...given('serverTools', toolsIn(response.output) ?? usage.serverTools),
    ...given('serviceTier', string(response.service_tier)),
  };
}

function toolsIn(output: unknown): Record<string, number> | undefined {
  const calls = new Map<string, number>();
  for (const item of records(output)) {
    const type = string(item.type) ?? '';
    const name = Object.hasOwn(BILLED, type) ? BILLED[type] : undefined;
    if (name !== undefined) calls.set(name, (calls.get(name) ?? 0) + 1);
  }
  return calls.size === 0 ? undefined : Object.fromEntries(calls);
}

/** Usage as clients of this format read it: totals that count every class, and the details that the schema requires. */
export function usageBody(usage: Usage): Json {
  const input = inputTotal(usage);
  const output = outputTotal(usage);
  const inputDetails: Json = {
    cached_tokens: usage.cacheRead ?? 0,
    cache_write_tokens: (usage.cacheWrite ?? 0) + (usage.cacheWrite1h ?? 0),
  };
  put(inputDetails, 'audio_tokens', usage.inputAudio);
  put(inputDetails, 'image_tokens', usage.inputImage);
  const outputDetails: Json = { reasoning_tokens: usage.reasoning ?? 0 };
  put(outputDetails, 'audio_tokens', usage.outputAudio);
  put(outputDetails, 'image_tokens', usage.outputImage);
  return {
    input_tokens: input,
    input_tokens_details: inputDetails,
    output_tokens: output,
    output_tokens_details: outputDetails,
    total_tokens: input + output,
  };
}
