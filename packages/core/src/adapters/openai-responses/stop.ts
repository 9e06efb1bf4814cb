import type { Part } from '../../chat/parts.ts';
import type { StopReason } from '../../chat/reply.ts';
import { type Json, record, text } from '../shared/read.ts';

/** Why an answer is incomplete, in the API's words. Source: https://platform.openai.com/docs/api-reference/responses/object (incomplete_details) */
const REASONS: Readonly<Record<string, StopReason>> = {
  max_output_tokens: 'length',
  max_tokens: 'length',
  max_prompt_tokens: 'context-window',
  content_filter: 'content-filter',
};

/** How a response ended, derived from what is in it. */
export function stopOf(
  response: Json,
  content: readonly Pick<Part, 'type'>[],
): { stopReason: StopReason; nativeStopReason?: string } {
  if (response.status === 'incomplete') {
    const reason = text(record(response.incomplete_details)?.reason);
    const known = reason !== undefined && Object.hasOwn(REASONS, reason) ? REASONS[reason] : undefined;
    return known === undefined
      ? { stopReason: 'other', ...(reason === undefined ? {} : { nativeStopReason: reason }) }
      : { stopReason: known };
  }
  if (content.some(({ type }) => type === 'tool-call')) return { stopReason: 'tool-calls' };
  return { stopReason: content.some(({ type }) => type === 'refusal') ? 'refusal' : 'stop' };
}

/** What stands in a response for the end of its answer. */
export interface Ending {
  readonly status: 'completed' | 'incomplete';
  readonly incomplete_details: { readonly reason: string } | null;
}

const COMPLETED: Ending = { status: 'completed', incomplete_details: null };
const incomplete = (reason: string): Ending => ({ status: 'incomplete', incomplete_details: { reason } });

/** The end in this format's words. A refusal in words is a complete answer; one without words is an answer that a filter withheld. */
export function endingOf(reason: StopReason, refused: boolean, nativeReason?: string): Ending {
  switch (reason) {
    case 'length':
    case 'context-window':
      return incomplete('max_output_tokens');
    case 'content-filter':
      return incomplete('content_filter');
    case 'refusal':
      return refused ? COMPLETED : incomplete('content_filter');
    case 'other':
      return nativeReason === undefined ? COMPLETED : incomplete(nativeReason);
    default:
      return COMPLETED;
  }
}
