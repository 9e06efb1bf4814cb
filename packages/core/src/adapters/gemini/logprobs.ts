import type { TokenLogprob } from '../../chat/reply.ts';
import { number, record, records, string } from '../shared/read.ts';
import type { Wire } from './wire.ts';

const encoder = new TextEncoder();
const bytesOf = (token: string): number[] => [...encoder.encode(token)];

function entry(candidate: Wire): { token: string; logprob: number; bytes: number[] } | undefined {
  const token = string(candidate['token']);
  const logprob = number(candidate['logProbability']);
  return token === undefined || logprob === undefined ? undefined : { token, logprob, bytes: bytesOf(token) };
}

/** A `logprobsResult` as token entries; undefined when there is none. Source: https://ai.google.dev/api/generate-content#LogprobsResult */
export function readLogprobs(value: unknown): TokenLogprob[] | undefined {
  const result = record(value);
  if (result === undefined) return undefined;
  const tops = Array.isArray(result['topCandidates']) ? (result['topCandidates'] as unknown[]) : [];
  return records(result['chosenCandidates']).flatMap((candidate, index) => {
    const chosen = entry(candidate);
    if (chosen === undefined) return [];
    return [
      { ...chosen, top_logprobs: records(record(tops[index])?.['candidates']).flatMap((top) => entry(top) ?? []) },
    ];
  });
}

const written = (token: { token: string; logprob: number }): Wire => ({
  token: token.token,
  logProbability: token.logprob,
});

/** Token entries as a `logprobsResult`. */
export function writeLogprobs(tokens: readonly TokenLogprob[]): Wire {
  return {
    chosenCandidates: tokens.map(written),
    topCandidates: tokens.map((token) => ({ candidates: token.top_logprobs.map(written) })),
  };
}
