import type { FaultKind } from '../chat/fault.ts';
import { parseDuration } from '../kit/duration.ts';
import type { BreakerConfig, FaultPolicy, FloorConfig, RetryConfig } from './fault-types.ts';

/** {@link RetryConfig} with its defaults filled in. */
export interface RetrySettings {
  readonly policies: Readonly<Partial<Record<FaultKind, FaultPolicy>>>;
  readonly budget: number;
}

/** {@link BreakerConfig} with its defaults filled in; times in ms. */
export interface BreakerSettings {
  readonly inARow: number;
  /** 0 to 1. */
  readonly ratio: number;
  readonly calls: number;
  readonly window: number;
  readonly rest: number;
  readonly longestRest: number;
}

/** {@link FloorConfig}: characters, and ms. */
export interface FloorSettings {
  readonly characters: number;
  readonly over: number;
}

const CHARACTERS_PER_TOKEN = 4;

/** Undefined: a stream may be as slow as its idle timer allows. */
export function floorSettings(given: FloorConfig | undefined): FloorSettings | undefined {
  const over = parseDuration(given?.over);
  return given === undefined || over === undefined
    ? undefined
    : { characters: given.tokens * CHARACTERS_PER_TOKEN, over };
}

export const BREAKER: BreakerSettings = Object.freeze({
  inARow: 5,
  ratio: 0.5,
  calls: 20,
  window: 30_000,
  rest: 5_000,
  longestRest: 60_000,
});

const RETRY: RetrySettings = Object.freeze({ policies: Object.freeze({}), budget: 0.2 });

/** What an alias says weighs more than what the gateway does. */
export function retrySettings(given: RetryConfig | undefined, outer: RetrySettings = RETRY): RetrySettings {
  if (given === undefined) return outer;
  const { budget = outer.budget, ...policies } = given;
  return { policies: { ...outer.policies, ...policies }, budget };
}

/** Undefined: no deployment ever rests. */
export function breakerSettings(given: false | BreakerConfig = {}): BreakerSettings | undefined {
  if (given === false) return undefined;
  return {
    inARow: given.inARow ?? BREAKER.inARow,
    ratio: given.ratio ?? BREAKER.ratio,
    calls: given.calls ?? BREAKER.calls,
    window: parseDuration(given.window) ?? BREAKER.window,
    rest: parseDuration(given.rest) ?? BREAKER.rest,
    longestRest: parseDuration(given.longestRest) ?? BREAKER.longestRest,
  };
}
