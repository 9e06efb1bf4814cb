import { count, record } from '../shared/read.ts';

/** A candidate beyond this number is nonsense: no model gives near as many, and whoever closes a stream would write all before it. */
const MOST_CANDIDATES = 1024;

/** What a call remembers of how many answers it asked for: its stream has no last event, and is over when so many have ended. */
export interface CandidateMemo {
  /** `candidateCount` of the request. Source: https://ai.google.dev/api/generate-content#generationconfig */
  readonly candidates: number;
}

/** The memo for a request that asks for `n` answers; default 1, as the API's. */
export const candidateMemo = (n: number | undefined): CandidateMemo => ({
  candidates: Math.min(Math.max(n ?? 1, 1), MOST_CANDIDATES),
});

/** How many candidates a call asked for; 1 when its memo does not say. */
export const candidatesAsked = (memo: unknown): number => count(record(memo)?.['candidates']) ?? 1;
