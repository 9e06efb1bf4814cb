import type { Saying } from '../format.ts';
import { blockParts, callFields, contentBlock, responseFields, STOP_REASONS } from './blocks.ts';
import { bedrockUsage } from './usage.ts';

/** A whole answer. Source: https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_Converse.html#API_runtime_Converse_ResponseSyntax */
export function bedrockBody(saying: Saying): unknown {
  const [answer] = saying.answers;
  if (answer === undefined) return {};
  const content = blockParts(answer).flatMap((part) => contentBlock(saying, part) ?? []);
  return {
    output: { message: { role: 'assistant', content } },
    stopReason: STOP_REASONS[answer.finish],
    ...responseFields(saying, answer),
    ...(saying.usage === undefined ? {} : { usage: bedrockUsage(saying.usage) }),
    ...callFields(saying),
    // Under `paralleltools`: fields that no documentation names.
    ...(saying.script.faults.has('paralleltools') ? { x_vendor: { shard: 7 } } : {}),
  };
}
