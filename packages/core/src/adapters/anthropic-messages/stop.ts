import type { Part } from '../../chat/parts.ts';
import type { StopReason } from '../../chat/reply.ts';

/** The vendor's stop reasons in the chat model. Source: https://platform.claude.com/docs/en/build-with-claude/handling-stop-reasons */
const READ: Readonly<Record<string, StopReason>> = {
  end_turn: 'stop',
  max_tokens: 'length',
  stop_sequence: 'stop-sequence',
  tool_use: 'tool-calls',
  pause_turn: 'pause',
  compaction: 'pause',
  refusal: 'refusal',
  model_context_window_exceeded: 'context-window',
};

const WRITE: Readonly<Record<StopReason, string>> = {
  stop: 'end_turn',
  'stop-sequence': 'stop_sequence',
  length: 'max_tokens',
  'tool-calls': 'tool_use',
  'content-filter': 'refusal',
  refusal: 'refusal',
  pause: 'pause_turn',
  'context-window': 'model_context_window_exceeded',
  other: 'end_turn',
};

/** Words of the vendor that our reason does not give back. */
const COARSE: ReadonlySet<string> = new Set(['compaction']);

/** Why the answer ended, from the vendor's word and from what happened: a call for the client that was not cut is `tool-calls`. */
export function readStop(
  word: string | undefined,
  calledTool: boolean,
): { stopReason: StopReason; nativeStopReason?: string } {
  const told: StopReason = word !== undefined && Object.hasOwn(READ, word) ? (READ[word] ?? 'other') : 'other';
  if (!calledTool && told === 'tool-calls') return { stopReason: 'stop' };
  const stopReason = calledTool && (told === 'stop' || told === 'other') ? 'tool-calls' : told;
  const coarse = word !== undefined && (told === 'other' || COARSE.has(word));
  return coarse ? { stopReason, nativeStopReason: word } : { stopReason };
}

/** Our reason in the vendor's words; the provider's own word where it is one of theirs and ours is coarser. */
export function writeStop(reason: StopReason, native: string | undefined, refused: boolean): string {
  if (native !== undefined && (reason === 'other' || reason === 'pause') && Object.hasOwn(READ, native)) return native;
  return refused && reason === 'stop' ? 'refusal' : WRITE[reason];
}

/** Does the content hold a call that the client has to run? */
export const callsTool = (content: readonly Part[]): boolean => content.some((part) => part.type === 'tool-call');
