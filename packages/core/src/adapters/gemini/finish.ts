import type { StopReason } from '../../chat/reply.ts';

/** Finish reasons: https://ai.google.dev/api/generate-content#FinishReason */
const REASONS: Readonly<Record<string, StopReason>> = {
  STOP: 'stop',
  MAX_TOKENS: 'length',
  SAFETY: 'content-filter',
  RECITATION: 'content-filter',
  BLOCKLIST: 'content-filter',
  PROHIBITED_CONTENT: 'content-filter',
  SPII: 'content-filter',
  MODEL_ARMOR: 'content-filter',
  IMAGE_SAFETY: 'content-filter',
  IMAGE_PROHIBITED_CONTENT: 'content-filter',
  IMAGE_RECITATION: 'content-filter',
};

const WORDS: Readonly<Record<StopReason, string>> = {
  stop: 'STOP',
  'stop-sequence': 'STOP',
  'tool-calls': 'STOP',
  pause: 'STOP',
  length: 'MAX_TOKENS',
  'context-window': 'MAX_TOKENS',
  'content-filter': 'SAFETY',
  refusal: 'SAFETY',
  other: 'OTHER',
};

/** Why a candidate ended, from the vendor's word and from what happened; the word itself where ours is coarser. */
export interface Finish {
  readonly stopReason: StopReason;
  readonly nativeStopReason?: string;
}

/** Reads a `finishReason`. A candidate that was not cut and holds a call for the client ended with it, whatever the word. */
export function readFinish(reason: string | undefined, hasCalls: boolean): Finish {
  const word = reason === 'FINISH_REASON_UNSPECIFIED' ? undefined : reason;
  const told = word !== undefined && Object.hasOwn(REASONS, word) ? (REASONS[word] ?? 'other') : 'other';
  const stopReason = hasCalls && (told === 'stop' || word === undefined) ? 'tool-calls' : told;
  return word === undefined || WORDS[stopReason] === word ? { stopReason } : { stopReason, nativeStopReason: word };
}

/** The `finishReason` for a stop reason; a word of this vendor is shown as it was. */
export function writeFinish(finish: { stopReason: StopReason; nativeStopReason?: string }): string {
  const word = finish.nativeStopReason;
  return word !== undefined && /^[A-Z][A-Z_]*$/.test(word) ? word : WORDS[finish.stopReason];
}
