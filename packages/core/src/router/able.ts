import type { Target } from '../adapters/adapter.ts';
import { CAPABILITY_WORDS } from '../chat/capability.ts';
import type { Need } from '../chat/needs.ts';
import type { Deployment } from './deployment.ts';
import type { Alias } from './plan.ts';
import type { Question } from './question.ts';

/** Tokens are counted without a tokeniser here, so only what is beyond the window by this factor is refused. */
const FAR_BEYOND = 2;
const NONE: readonly Need[] = Object.freeze([]);

/** Of what is needed the first that a target is known to lack; undefined: nothing. */
export const lackOf = ({ lacks }: Target, needs: readonly Need[]): Need | undefined =>
  lacks?.find((need) => needs.includes(need));

/** Is a request of so many tokens too long for it beyond doubt? */
export const isBeyond = ({ contextWindow }: Pick<Target, 'contextWindow'>, tokens: number): boolean =>
  contextWindow !== undefined && tokens > FAR_BEYOND * contextWindow;

/**
 * Which deployments of the alias are to be asked, of those that fit: those that are not known to lack what the question asks for. Where all do each is, for it is not
 * here that such a request can be served, but the attempts say of what the fallbacks have to be for. undefined: each.
 */
export function ableOf(
  { deployments }: Pick<Alias, 'deployments'>,
  { needs, places, text }: Question,
  fits: ((deployment: Deployment) => boolean) | undefined,
): ((deployment: Deployment) => boolean) | undefined {
  if ((needs ?? places ?? text) === undefined) return fits;
  const able = (one: Deployment): boolean =>
    (fits === undefined || fits(one)) &&
    (places === undefined || places.includes(one.id)) &&
    lackOf(one.target, needs ?? NONE) === undefined &&
    !isBeyond(one.target, text ?? 0);
  return deployments.some(able) ? able : fits;
}

/** Why a target can not serve a request, in a few words. */
export const saysLack = (lacking: Need): string => `does not take ${CAPABILITY_WORDS[lacking]}`;
export const saysBeyond = ({ contextWindow = 0 }: Pick<Target, 'contextWindow'>, tokens: number): string =>
  `takes ${contextWindow} tokens, and this request has about ${tokens}`;

/** Why one is not {@link ableOf} it. */
export function unableOf({ target }: Deployment, { needs = NONE, text = 0 }: Question): string {
  const lacking = lackOf(target, needs);
  if (lacking !== undefined) return saysLack(lacking);
  return isBeyond(target, text) ? saysBeyond(target, text) : 'does not keep what the request names';
}
