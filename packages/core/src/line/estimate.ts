import type { Usage } from '../chat/usage.ts';

/** Bytes of a body, or characters of an answer, per token. Providers' tokenisers give 3 to 4.5 for prose; 4 is the field's rule of thumb. */
const PER_TOKEN = 4;

/** Tokens of so many bytes or characters, counted without a tokeniser. */
export const estimatedTokens = (length: number): number => Math.ceil(length / PER_TOKEN);

/** The usage of a stream whose provider told none: marked as an estimate wherever it is shown. */
export function estimatedUsage(requestBytes: number, contentCharacters: number): Usage {
  return { input: estimatedTokens(requestBytes), output: estimatedTokens(contentCharacters), estimated: true };
}
