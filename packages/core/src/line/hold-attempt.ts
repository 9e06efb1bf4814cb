import type { Fault } from '../chat/fault.ts';
import type { PlannedAttempt } from '../router/plan.ts';
import type { Granted, Refused } from '../store/store.ts';
import type { LineExchange } from './exchange.ts';
import { expiryOf, isMetered } from './held.ts';
import { limitError } from './limit-error.ts';
import { attemptId, releaseHeld } from './record.ts';
import { uncheckedBy } from './store-away.ts';
import { storeCall } from './store-call.ts';
import { tellCrossed } from './tell-crossed.ts';
import { amountsFor } from './worst-case.ts';

/**
 * Reserves over the provider and the deployment of an attempt, where those are limited. A refusal is the fault of this attempt only: another one may have
 * room. Throws LimitError where the store is away and the scopes are closed then.
 */
export async function holdAttempt(exchange: LineExchange, { deployment }: PlannedAttempt): Promise<Fault | undefined> {
  const { caller, line, model } = exchange;
  const call = storeCall(exchange);
  const { provider } = deployment.target;
  const scopes = line.limits.ofAttempt({ caller, model, provider, deployment: deployment.id }, call.now);
  if (scopes.length === 0) return undefined;
  const id = attemptId(exchange);
  const amounts = amountsFor(exchange, scopes);
  const expires = expiryOf(exchange, call.now);
  const { onCrash } = line.settings.storage;
  let answer: Granted | Refused;
  try {
    answer = await line.store.limits.admit({ id, attempt: id, scopes, amounts, expires, onExpiry: onCrash }, call);
  } catch (cause) {
    const refusal = uncheckedBy(exchange, scopes, cause);
    if (refusal !== undefined) throw refusal;
    exchange.uncountedHold = scopes;
    return undefined;
  }
  if (answer.granted) {
    tellCrossed(exchange, answer.scopes);
    exchange.held = { id, amounts, metered: isMetered(scopes), scopes };
    // Over meanwhile: what settled it could not know of this.
    if (exchange.cancelled !== undefined) releaseHeld(exchange);
    return undefined;
  }
  const error = limitError(answer, call.now);
  return {
    kind: 'rate-limited',
    message: error.message,
    error,
    ...(error.retryAfter === undefined ? {} : { retryAfter: error.retryAfter }),
  };
}
