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
  /** Units that are no tokens, for models that are priced by them: characters of text to be spoken, seconds of audio heard, images made. */
  inputCharacters?: number;
  inputSeconds?: number;
  outputImages?: number;
  /** Pages of a document that was read, for models that are priced by them. */
  pages?: number;
  /** Of a predicted output: accepted and rejected tokens; both are part of `output` (the provider bills them as such). */
  predictionAccepted?: number;
  predictionRejected?: number;
  /** Calls of provider-side tools by name, for instance `{ web_search: 2 }`. */
  serverTools?: Record<string, number>;
  /** Searches of a reranker as its provider bills them: one query over up to so many documents. */
  searchUnits?: number;
  /** The service tier that the provider says it used. */
  serviceTier?: string;
  /** True when a number here was counted by Postern and not told by the provider. */
  estimated?: boolean;
}

/** All prompt tokens, cached ones included. */
export function inputTotal({ input, cacheRead, cacheWrite, cacheWrite1h, inputAudio, inputImage }: Usage): number {
  return (
    (input ?? 0) + (cacheRead ?? 0) + (cacheWrite ?? 0) + (cacheWrite1h ?? 0) + (inputAudio ?? 0) + (inputImage ?? 0)
  );
}

/** All answer tokens, reasoning included. */
export function outputTotal({ output, reasoning, outputAudio, outputImage }: Usage): number {
  return (output ?? 0) + (reasoning ?? 0) + (outputAudio ?? 0) + (outputImage ?? 0);
}

/** Two usages as one: what is counted is added, anything else is what the later one says. */
export function addUsage(sum: Usage | undefined, more: Usage): Usage {
  if (sum === undefined) return more;
  const total: Record<string, unknown> = { ...sum };
  for (const [name, value] of Object.entries(more)) {
    if (typeof value === 'number') total[name] = ((total[name] as number | undefined) ?? 0) + value;
    else if (name === 'serverTools') total[name] = addCounts(sum.serverTools, value as Record<string, number>);
    else total[name] = value;
  }
  return total as Usage;
}

function addCounts(sum: Record<string, number> | undefined, more: Record<string, number>): Record<string, number> {
  const total = { ...sum };
  for (const [name, count] of Object.entries(more)) total[name] = (total[name] ?? 0) + count;
  return total;
}
