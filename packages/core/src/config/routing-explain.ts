/** How much is kept to explain requests by. */
export interface ExplainConfig {
  /** Requests of which it is remembered how they were decided; those of longest ago go first. Default 1,000. */
  readonly keep?: number;
}

const KEEP = 1_000;

/** Requests that can be explained; 0: none, and nobody can ask. */
export const explainSetting = (given: boolean | ExplainConfig = false): number =>
  given === false ? 0 : given === true ? KEEP : (given.keep ?? KEEP);
