import { asObject } from '../../kit/json.ts';
import { lettersAndDigits } from '../../kit/random.ts';
import type { Frame } from '../../wire/frame.ts';
import type { Saying } from '../format.ts';
import { completionId, isAzureDeployment, PROMPT_FILTER, serviceTier, vendorFields } from './body.ts';
import { choiceDeltas, interleave } from './deltas.ts';
import { openAiUsage } from './usage.ts';

/**
 * The chunks of a streamed completion. Source: openai-openapi `CreateChatCompletionStreamResponse`; the stream ends with `data: [DONE]`.
 * The role comes in the first chunk, the finish reason in a last one with an empty delta. With `stream_options.include_usage` every chunk has
 * `usage: null` but one more, whose `choices` is empty.
 */
export function openAiFrames(saying: Saying): Frame[] {
  const options = asObject(asObject(saying.received.body)?.stream_options);
  const usage = options?.include_usage === true ? saying.usage : undefined;
  const chunk = chunks(saying);
  const padding = options?.include_obfuscation === false ? () => ({}) : obfuscation(saying);
  const unknownYet = usage === undefined ? {} : { usage: null };
  const deltas = interleave(saying.answers.map((answer) => choiceDeltas(saying, answer)));
  const said = deltas.map(([index, step], place): Frame => {
    const choice = { index, delta: step.delta, logprobs: null, finish_reason: step.finish ?? null };
    return { role: step.role, tokens: step.tokens, data: chunk([choice], { ...unknownYet, ...padding(place) }) };
  });
  return [
    ...(isAzureDeployment(saying.received) ? [azurePrologue()] : []),
    ...said,
    ...(usage === undefined
      ? []
      : [{ role: 'usage', tokens: 0, data: chunk([], { usage: openAiUsage(usage) }) } as const]),
    { role: 'terminal', tokens: 0, data: '[DONE]' },
  ];
}

/** Makes the chunks of one completion: all have its id, model and time. */
function chunks(saying: Saying): (choices: readonly unknown[], more: Record<string, unknown>) => string {
  const head = {
    id: completionId(saying),
    object: 'chat.completion.chunk',
    created: saying.created,
    model: saying.ask.model,
    service_tier: serviceTier(saying),
    system_fingerprint: 'fp_postern_sim',
  };
  const tail = vendorFields(saying);
  return (choices, more) => JSON.stringify({ ...head, choices, ...more, ...tail });
}

/** Padding against reading the text off the lengths of packets; on by default. Source: openai-openapi `stream_options.include_obfuscation`. */
function obfuscation(saying: Saying): (place: number) => Record<string, unknown> {
  const letters = lettersAndDigits(32, 'obfuscation', saying.seed);
  return (place) => ({ obfuscation: letters.slice(place % 16, (place % 16) + 4 + (place % 8)) });
}

/** Azure's first chunk has no choices and no id. Source: https://learn.microsoft.com/azure/ai-services/openai/concepts/content-streaming. */
function azurePrologue(): Frame {
  return {
    role: 'open',
    tokens: 0,
    data: JSON.stringify({
      choices: [],
      created: 0,
      id: '',
      model: '',
      object: '',
      prompt_filter_results: PROMPT_FILTER,
    }),
  };
}
