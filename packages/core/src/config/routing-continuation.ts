/** May another deployment go on with a text stream that broke? `instruct`: by asking for it, also where the model takes no beginning of its answer. */
export type ContinuationConfig = boolean | { readonly instruct: true | string };

export interface ContinuationsConfig {
  /**
   * Streams of plain text that break are gone on with by another attempt. Such requests go through the chat model also where client and provider
   * speak one format, and are kept with their answer while it runs. Default false. See docs/routing.md.
   */
  readonly continuation?: ContinuationConfig;
}

export interface ContinuationSettings {
  /** What a model is told that takes no beginning of its answer; undefined: it is not asked. */
  readonly instruct: string | undefined;
}

const INSTRUCTION =
  'Your answer broke off. Go on exactly where it stopped, with the very next character: repeat nothing, add no introduction, and do not mention this.';

/** undefined: a stream that breaks stays broken. */
export function continuationSettings(
  given: ContinuationConfig | undefined,
  outer: ContinuationSettings | undefined = undefined,
): ContinuationSettings | undefined {
  if (given === undefined) return outer;
  if (given === false) return undefined;
  if (given === true) return { instruct: undefined };
  return { instruct: given.instruct === true ? INSTRUCTION : given.instruct };
}
