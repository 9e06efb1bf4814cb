import type { TokenLogprob } from '../../chat/reply.ts';
import { array, type Json, number, record, string } from '../shared/read.ts';

/**
 * Log probabilities in the older form: lists side by side, and the alternatives of a token by their text. Positions count from the beginning of what is
 * shown. Source: https://platform.openai.com/docs/api-reference/completions/object#completions/object-choices
 */
export function writeLogprobs(entries: readonly TokenLogprob[], offset: number): Json {
  let at = offset;
  const offsets = entries.map(({ token }) => {
    const start = at;
    at += token.length;
    return start;
  });
  return {
    tokens: entries.map(({ token }) => token),
    token_logprobs: entries.map(({ logprob }) => logprob),
    top_logprobs: entries.map(({ top_logprobs: top }) =>
      Object.fromEntries(top.map(({ token, logprob }) => [token, logprob])),
    ),
    text_offset: offsets,
  };
}

/** The older form as entries of the chat model; undefined when there are none. The first token of an echoed prompt has none. */
export function readLogprobs(value: unknown): TokenLogprob[] | undefined {
  const lists = record(value);
  const tokens = array(lists?.['tokens']);
  if (tokens === undefined) return undefined;
  const numbers = array(lists?.['token_logprobs']) ?? [];
  const tops = array(lists?.['top_logprobs']) ?? [];
  return tokens.map((token, index) => ({
    token: string(token) ?? '',
    logprob: number(numbers[index]) ?? 0,
    bytes: null,
    top_logprobs: Object.entries(record(tops[index]) ?? {}).map(([alternative, logprob]) => ({
      token: alternative,
      logprob: number(logprob) ?? 0,
      bytes: null,
    })),
  }));
}
