/** Counts tokens, for `tokenizer` of the configuration; `tokenizer()` of @postern/tokens is one. */
export interface Tokenizer {
  /**
   * Tokens of a text, as the model `model` (the provider's own name of it) reads it. At most 256 Ki characters are given at a time. What throws, rejects,
   * gives no number or takes more than 5 s is replaced by an estimate. It runs on the process's own loop unless it sees to that itself.
   */
  count(text: string, model: string): number | Promise<number>;
}
