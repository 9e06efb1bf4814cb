/**
 * What one attempt consumed, in disjoint token classes: no token is counted twice, so that
 * cost = Σ class × price. Absent = the provider did not say; an explicit 0 stays 0.
 */
export interface Usage {
  /** Prompt tokens that are in none of the classes below. */
  input?: number;
  /** Prompt tokens read from a cache. */
  cacheRead?: number;
  /** Prompt tokens written to a cache, by lifetime: 5 minutes (or unspecified) and 1 hour. */
  cacheWrite?: number;
  cacheWrite1h?: number;
  inputAudio?: number;
  inputImage?: number;
  /** Answer tokens that are in none of the classes below. */
  output?: number;
  /** Reasoning tokens, where the provider tells them apart from `output`. */
  reasoning?: number;
  outputAudio?: number;
  outputImage?: number;
  /** Of a predicted output: accepted and rejected tokens; both are part of `output` (the provider bills them as such). */
  predictionAccepted?: number;
  predictionRejected?: number;
  /** Calls of provider-side tools by name, for instance `{ web_search: 2 }`. */
  serverTools?: Record<string, number>;
  /** The service tier that the provider says it used. */
  serviceTier?: string;
  /** True when a number here was counted by Postern and not told by the provider. */
  estimated?: boolean;
}

const INPUT = ['input', 'cacheRead', 'cacheWrite', 'cacheWrite1h', 'inputAudio', 'inputImage'] as const;
const OUTPUT = ['output', 'reasoning', 'outputAudio', 'outputImage'] as const;

function sum(usage: Usage, classes: readonly ((typeof INPUT)[number] | (typeof OUTPUT)[number])[]): number {
  let total = 0;
  for (const name of classes) total += usage[name] ?? 0;
  return total;
}

/** All prompt tokens, cached ones included. */
export const inputTotal = (usage: Usage): number => sum(usage, INPUT);
/** All answer tokens, reasoning included. */
export const outputTotal = (usage: Usage): number => sum(usage, OUTPUT);
