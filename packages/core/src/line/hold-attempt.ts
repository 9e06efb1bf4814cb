import type { Fault } from '../chat/fault.ts';
import type { PlannedAttempt } from '../router/plan.ts';
import { askRoom } from './ask-room.ts';
import type { LineExchange } from './exchange.ts';
import { isMetered } from './held.ts';
import { limitError } from './limit-error.ts';
import { attemptId, releaseHeld } from './record.ts';
import { storeCall } from './store-call.ts';
import { tellCrossed } from './tell-crossed.ts';

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
  const asked = await askRoom(exchange, scopes, { id, attempt: id });
  if (asked === undefined) {
    exchange.uncountedHold = scopes;
    return undefined;
  }
  const { amounts, answer } = asked;
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
