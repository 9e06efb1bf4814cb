import type { StopReason } from '../../chat/reply.ts';

/** Why an answer ended, from the word and from what happened: a call for the client that was not cut ends it. */
export function readDone(
  word: string | undefined,
  hasCalls: boolean,
): { stopReason: StopReason; nativeStopReason?: string } {
  if (word === 'length') return { stopReason: 'length' };
  if (hasCalls) return { stopReason: 'tool-calls' };
  if (word === 'content_filter') return { stopReason: 'content-filter' };
  // Servers before 0.3 tell no reason.
  return word === 'stop' || word === undefined
    ? { stopReason: 'stop' }
    : { stopReason: 'other', nativeStopReason: word };
}

/** `done_reason`. The API's own words are `stop` and `length`; what a filter withheld must not look like a finished answer. */
export function writeDone(reason: StopReason): string {
  if (reason === 'length' || reason === 'context-window') return 'length';
  return reason === 'content-filter' || reason === 'refusal' ? 'content_filter' : 'stop';
}
