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

/** Words of this API that the chat model has none for: a model that was put into memory, or out of it. Source: https://docs.ollama.com/api/chat */
const OWN: ReadonlySet<string> = new Set(['load', 'unload']);

/** `done_reason`. The API's own words are `stop` and `length`; what a filter withheld must not look like a finished answer. */
export function writeDone(reason: StopReason, word: string | undefined): string {
  if (word !== undefined && OWN.has(word)) return word;
  if (reason === 'length' || reason === 'context-window') return 'length';
  return reason === 'content-filter' || reason === 'refusal' ? 'content_filter' : 'stop';
}
