import type { StopReason } from '../../chat/reply.ts';

/** The API's stop reasons in the chat model. Source: https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_Converse.html (stopReason) */
const READ: Readonly<Record<string, StopReason>> = {
  end_turn: 'stop',
  tool_use: 'tool-calls',
  max_tokens: 'length',
  stop_sequence: 'stop-sequence',
  guardrail_intervened: 'content-filter',
  content_filtered: 'content-filter',
  model_context_window_exceeded: 'context-window',
  malformed_model_output: 'other',
  malformed_tool_use: 'other',
};

const WRITE: Readonly<Record<StopReason, string>> = {
  stop: 'end_turn',
  'stop-sequence': 'stop_sequence',
  length: 'max_tokens',
  'tool-calls': 'tool_use',
  'content-filter': 'content_filtered',
  refusal: 'content_filtered',
  pause: 'end_turn',
  'context-window': 'model_context_window_exceeded',
  other: 'end_turn',
};

const isKnown = (word: string | undefined): word is string => word !== undefined && Object.hasOwn(READ, word);

/** Why the answer ended, from the API's word and from what happened: a call for the client that was not cut is `tool-calls`. */
export function readStop(
  word: string | undefined,
  calledTool: boolean,
): { stopReason: StopReason; nativeStopReason?: string } {
  const told: StopReason = isKnown(word) ? (READ[word] ?? 'other') : 'other';
  if (!calledTool && told === 'tool-calls') return { stopReason: 'stop' };
  const stopReason = calledTool && (told === 'stop' || told === 'other') ? 'tool-calls' : told;
  const coarse = word !== undefined && (told === 'other' || word === 'guardrail_intervened');
  return coarse ? { stopReason, nativeStopReason: word } : { stopReason };
}

/** Our reason in the API's words; the provider's own word where it is one of the API's and ours is coarser. */
export function writeStop(reason: StopReason, native: string | undefined): string {
  if (isKnown(native) && (reason === 'other' || READ[native] === reason)) return native;
  return WRITE[reason];
}
