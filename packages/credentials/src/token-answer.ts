import type { Token } from '@postern/core';
import type { Members } from './ask.ts';

/** Life of a token, in ms, whose answer tells none. */
const UNKNOWN_LIFE = 300_000;
/** Numbers above this are milliseconds since the epoch, below it seconds. */
const MILLISECONDS = 100_000_000_000;

/**
 * The token in an answer (RFC 6749, 5.1). Its end is read from `expires_in` (seconds from now), else from `expires_on`, `expires_at` or
 * `expiration` (an instant, in seconds or milliseconds); numbers may be texts.
 * @param now milliseconds since the epoch
 * @param name of the member that holds the token
 */
export function tokenIn(answer: Members, now: number, name = 'access_token'): Token {
  const value = answer[name];
  if (typeof value !== 'string' || value === '') throw new Error(`the token endpoint answered without ${name}`);
  return { value, expires: expiryIn(answer, now) };
}

function expiryIn(answer: Members, now: number): number {
  const seconds = numberIn(answer.expires_in);
  if (seconds !== undefined) return now + seconds * 1000;
  const at = numberIn(answer.expires_on) ?? numberIn(answer.expires_at) ?? numberIn(answer.expiration);
  if (at === undefined) return now + UNKNOWN_LIFE;
  return at > MILLISECONDS ? at : at * 1000;
}

function numberIn(value: unknown): number | undefined {
  if (value === undefined || value === null || value === '') return undefined;
  const number = Number(value);
  return Number.isFinite(number) ? number : undefined;
}
