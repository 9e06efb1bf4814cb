import type { TokenLogprob } from '../../chat/reply.ts';
import { array, type Json, number, record, records, string } from '../shared/read.ts';

/**
 * One chunk of text with the log probabilities of the tokens in it. Several tokens of one chunk become one entry, whose probability is that of all.
 * Source: https://docs.cohere.com/reference/chat (logprobs)
 */
function readItem(item: Json): TokenLogprob[] {
  const token = string(item.text);
  const numbers = (array(item.logprobs) ?? []).flatMap((value) => number(value) ?? []);
  if (token === undefined || numbers.length === 0) return [];
  return [{ token, logprob: numbers.reduce((sum, value) => sum + value, 0), bytes: null, top_logprobs: [] }];
}

/** The entries of a list, or of the one item that an event of a stream has; undefined when there is none. */
export function readLogprobs(value: unknown): TokenLogprob[] | undefined {
  const items = Array.isArray(value) ? records(value) : [record(value) ?? {}];
  const entries = items.flatMap(readItem);
  return entries.length === 0 ? undefined : entries;
}

/** Entries as this format writes them. The ids of tokens are known to the vendor's own models only. */
export const writeLogprobs = (entries: readonly TokenLogprob[]): Json[] =>
  entries.map(({ token, logprob }) => ({ text: token, token_ids: [], logprobs: [logprob] }));

/** Has an entry more than this format has a place for? */
export const hasAlternatives = (entries: readonly TokenLogprob[]): boolean =>
  entries.some(({ top_logprobs: tops }) => tops.length > 0);
