import type { Call, Granted, Refused, Reservation } from '../store/store.ts';
import { takeBudgetFallbacks } from './budget-fallbacks.ts';
import type { LineExchange } from './exchange.ts';
import { expiryOf, isMetered } from './held.ts';
import { limitError } from './limit-error.ts';
import { giveBack } from './settle.ts';
import { goOnUnchecked } from './store-away.ts';
import { storeCall } from './store-call.ts';
import { tellCrossed } from './tell-crossed.ts';
import { amountsFor, leaveOutDearest } from './worst-case.ts';

const ONE_REQUEST = Object.freeze({ requests: 1, concurrency: 1 });

/**
 * admit: reserves what the request may consume over all scopes of the caller and of the model, in one atomic step; `settle` puts what it did consume in
 * its place. What is refused has consumed nothing. Nobody is asked about a request that nothing limits, but for a session, which is extended by what it
 * uses. Throws LimitError.
 */
export function admit(exchange: LineExchange): void | Promise<void> {
  const { caller, endUser, line, model, route } = exchange;
  const isSession = route.operation === 'realtime';
  if (!isSession && !line.limits.holdsRequests(caller)) return;
  const call = storeCall(exchange);
  const scopes = line.limits.ofRequest({ caller, endUser, model }, call.now);
  if (isSession || scopes.length > 0) return reserve(exchange, scopes, call);
}

async function reserve(exchange: LineExchange, asked: Reservation['scopes'], call: Call): Promise<void> {
  const { caller, endUser, line } = exchange;
  let scopes = asked;
  let amounts = scopes.length === 0 ? ONE_REQUEST : amountsFor(exchange, scopes);
  const expires = expiryOf(exchange, call.now);
  const { onCrash } = line.settings.storage;
  let answer: Granted | Refused;
  try {
    answer = await line.store.limits.admit({ id: exchange.id, scopes, amounts, expires, onExpiry: onCrash }, call);
    while (!answer.granted && answer.counts === 'nanoUsd') {
      if (!leaveOutDearest(exchange)) {
        const model = takeBudgetFallbacks(exchange);
        if (model === undefined) break;
        scopes = line.limits.ofRequest({ caller, endUser, model }, call.now);
      }
      amounts = amountsFor(exchange, scopes);
      const again = { id: exchange.id, scopes, amounts, expires, onExpiry: onCrash };
      answer = await line.store.limits.admit(again, storeCall(exchange));
    }
  } catch (cause) {
    goOnUnchecked(exchange, scopes, cause);
    exchange.uncounted = scopes;
    return exchange.goOn();
  }
  if (!answer.granted) throw limitError(answer, call.now);
  exchange.reserved = true;
  exchange.hold = { id: exchange.id, amounts, metered: isMetered(scopes) };
  exchange.quota = answer.scopes;
  tellCrossed(exchange, answer.scopes);
  // Over meanwhile: what settled it could not know of the reservation.
  if (exchange.cancelled !== undefined) void giveBack(exchange);
  exchange.goOn();
}
