import { inputTotal, outputTotal, type Usage } from '../chat/usage.ts';

/** Bytes of a body, or characters of an answer, per token. Providers' tokenisers give 3 to 4.5 for prose; 4 is the field's rule of thumb. */
const PER_TOKEN = 4;

/** Tokens of so many bytes or characters, counted without a tokeniser. */
export const estimatedTokens = (length: number): number => Math.ceil(length / PER_TOKEN);

/** The usage of a stream whose provider told none: marked as an estimate wherever it is shown. */
export function estimatedUsage(requestBytes: number, contentCharacters: number): Usage {
  return { input: estimatedTokens(requestBytes), output: estimatedTokens(contentCharacters), estimated: true };
}

/**
 * The usage of a stream that broke off or was ended early: what its provider told up to then, which for the answer may be next to nothing, and at least
 * as much of the answer as came.
 */
export function partialUsage(told: Usage | undefined, requestBytes: number, contentCharacters: number): Usage {
  const guess = estimatedUsage(requestBytes, contentCharacters);
  if (told === undefined) return guess;
  const input = inputTotal(told) === 0 && told.input === undefined ? { input: guess.input ?? 0 } : {};
  const missing = Math.max(0, (guess.output ?? 0) - outputTotal(told));
  return { ...told, ...input, output: (told.output ?? 0) + missing, estimated: true };
}

/** The usage of a call that was given up before it answered: its prompt. */
export const promptUsage = (requestBytes: number): Usage => ({ input: estimatedTokens(requestBytes), estimated: true });
