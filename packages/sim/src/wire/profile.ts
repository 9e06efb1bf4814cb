import type { Script } from '../script/parse.ts';

/** How fast the model speaks, and in what portions. */
export interface Profile {
  /** ms before the first event of a stream, and before anything of another answer. Default 0. */
  readonly first: number;
  /** ms between tokens' events; an answer that is not streamed takes this long per token. Default 0. */
  readonly gap: number;
  /** Tokens per event. Default 1. */
  readonly tokensPerEvent: number;
  /** Bytes per write; 0: an event is one write. Default 0. */
  readonly split: number;
}

/** A profile with every default. */
export const PROMPT_PROFILE: Profile = { first: 0, gap: 0, tokensPerEvent: 1, split: 0 };

/** The profile of one call: the sim's, changed by the call's script. */
export function profileOf(base: Profile, script: Script): Profile {
  const words = script.words;
  return {
    first: words.get('first') ?? base.first,
    gap: words.get('gap') ?? base.gap,
    tokensPerEvent: Math.max(1, words.get('per') ?? base.tokensPerEvent),
    split: script.faults.has('utf8') ? 1 : (words.get('split') ?? base.split),
  };
}
