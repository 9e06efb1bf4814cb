import type { Fault } from '../../chat/fault.ts';
import type { Part } from '../../chat/parts.ts';
import type { StopReason } from '../../chat/reply.ts';

/**
 * The vendor's finish reasons in the chat model; those with ERROR_ are of its older API, whose words are still met.
 * Source: https://docs.cohere.com/reference/chat (finish_reason), https://docs.cohere.com/v1/reference/chat
 */
const READ: Readonly<Record<string, StopReason>> = {
  COMPLETE: 'stop',
  STOP_SEQUENCE: 'stop-sequence',
  MAX_TOKENS: 'length',
  TOOL_CALL: 'tool-calls',
  ERROR_TOXIC: 'content-filter',
  ERROR_LIMIT: 'context-window',
};

const WRITE: Readonly<Record<StopReason, string>> = {
  stop: 'COMPLETE',
  'stop-sequence': 'STOP_SEQUENCE',
  length: 'MAX_TOKENS',
  'tool-calls': 'TOOL_CALL',
  'content-filter': 'ERROR_TOXIC',
  refusal: 'COMPLETE',
  pause: 'COMPLETE',
  'context-window': 'MAX_TOKENS',
  other: 'COMPLETE',
};

/** Answers that ended so are broken, however much of them there is. */
const FAILED: Readonly<Record<string, Fault>> = {
  ERROR: { kind: 'unavailable', status: 500, message: 'The generation failed due to an internal error.' },
  TIMEOUT: { kind: 'timeout', status: 504, message: 'The generation was stopped because it took too long.' },
  USER_CANCEL: { kind: 'unavailable', status: 499, message: 'The generation was cancelled.' },
};

/** The fault that a finish reason stands for; undefined for an answer that ended by itself. `words`: what the vendor says of it. */
export function failureOf(word: string | undefined, words: string | undefined): Fault | undefined {
  const failed = word !== undefined && Object.hasOwn(FAILED, word) ? FAILED[word] : undefined;
  return failed === undefined || words === undefined || words === '' ? failed : { ...failed, message: words };
}

/** Why the answer ended, from the vendor's word and from what happened: a call for the client that was not cut is `tool-calls`. */
export function readStop(
  word: string | undefined,
  calledTool: boolean,
): { stopReason: StopReason; nativeStopReason?: string } {
  const told: StopReason = word !== undefined && Object.hasOwn(READ, word) ? (READ[word] ?? 'other') : 'other';
  if (!calledTool && told === 'tool-calls') return { stopReason: 'stop' };
  const stopReason = calledTool && (told === 'stop' || told === 'other') ? 'tool-calls' : told;
  return word !== undefined && told === 'other' ? { stopReason, nativeStopReason: word } : { stopReason };
}

/** Our reason in the vendor's words. */
export const writeStop = (reason: StopReason): string => WRITE[reason];

/** Does the content hold a call that the client has to run? */
export const callsTool = (content: readonly Part[]): boolean => content.some((part) => part.type === 'tool-call');
