import { lettersAndDigits } from '../../kit/random.ts';
import type { Saying } from '../format.ts';
import { blockParts, contentBlock, STOP_REASONS, stopDetails } from './blocks.ts';
import { anthropicUsage } from './usage.ts';

/** A whole message. Source: anthropic-sdk-typescript `Message`. */
export function anthropicBody(saying: Saying): unknown {
  const [answer] = saying.answers;
  if (answer === undefined) return {};
  return {
    ...messageHead(saying),
    content: blockParts(answer).flatMap((part) => contentBlock(saying, part) ?? []),
    stop_reason: STOP_REASONS[answer.finish],
    stop_sequence: answer.stopSequence ?? null,
    stop_details: stopDetails(answer.finish),
    ...(saying.usage === undefined ? {} : { usage: anthropicUsage(saying.usage, tier(saying)) }),
    ...vendorFields(saying),
  };
}

/** What a message and its `message_start` share. */
export function messageHead(saying: Saying): Record<string, unknown> {
  return {
    model: saying.ask.model,
    id: `msg_01${lettersAndDigits(22, 'message', saying.seed, saying.nonce)}`,
    type: 'message',
    role: 'assistant',
  };
}

/** Source: `Usage.service_tier`. */
export function tier(saying: Saying): string {
  return saying.script.words.has('priority') ? 'priority' : 'standard';
}

/** Under `paralleltools`: fields that no documentation names. */
export function vendorFields(saying: Saying): Record<string, unknown> {
  return saying.script.faults.has('paralleltools') ? { x_vendor: { shard: 7, trace: null } } : {};
}
