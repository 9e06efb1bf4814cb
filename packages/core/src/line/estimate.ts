import { inputTotal, outputTotal, type Usage } from '../chat/usage.ts';

/** Bytes of a body, or the weight of an answer (chat/weight.ts), per token. */
const PER_TOKEN = 4;

/** Tokens of so many bytes, or of so much weight, counted without a tokeniser. */
export const estimatedTokens = (amount: number): number => Math.ceil(amount / PER_TOKEN);

/** The usage of a stream whose provider told none: marked as an estimate wherever it is shown. */
export function estimatedUsage(requestBytes: number, content: number): Usage {
  return { input: estimatedTokens(requestBytes), output: estimatedTokens(content), estimated: true };
}

/**
 * The usage of a stream that broke off or was ended early: what its provider told up to then, which for the answer may be next to nothing, and at least
 * as much of the answer as came.
 */
export function partialUsage(told: Usage | undefined, guess: Usage): Usage {
  if (told === undefined) return guess;
  const input = inputTotal(told) === 0 && told.input === undefined ? { input: guess.input ?? 0 } : {};
  const missing = Math.max(0, (guess.output ?? 0) - outputTotal(told));
  return { ...told, ...input, output: (told.output ?? 0) + missing, estimated: true };
}

/** The usage of a call that was given up before it answered: its prompt. */
export const promptUsage = (requestBytes: number): Usage => ({ input: estimatedTokens(requestBytes), estimated: true });
