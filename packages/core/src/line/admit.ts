import type { Amounts, Reservation } from '../store/store.ts';
import { askRoom } from './ask-room.ts';
import { takeBudgetFallbacks } from './budget-fallbacks.ts';
import type { LineExchange } from './exchange.ts';
import { isMetered } from './held.ts';
import { limitError } from './limit-error.ts';
import type { Held } from './outcome.ts';
import { giveBack } from './settle.ts';
import { storeCall } from './store-call.ts';
import { tellCrossed } from './tell-crossed.ts';
import { leaveOutDearest } from './worst-case.ts';

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
  if (isSession || scopes.length > 0) return reserve(exchange, scopes, call.now);
}

/** A class: it lives as long as a call runs (decisions/0006). */
class Hold implements Held {
  readonly id: string;
  amounts: Amounts;
  readonly metered: boolean;
  readonly scopes: Reservation['scopes'];

  constructor(id: string, amounts: Amounts, metered: boolean, scopes: Reservation['scopes']) {
    this.id = id;
    this.amounts = amounts;
    this.metered = metered;
    this.scopes = scopes;
  }
}

async function reserve(exchange: LineExchange, wanted: Reservation['scopes'], now: number): Promise<void> {
  const { caller, endUser, id, line } = exchange;
  let scopes = wanted;
  let asked = await askRoom(exchange, scopes, { id });
  while (asked?.answer.granted === false && asked.answer.counts === 'nanoUsd') {
    if (!leaveOutDearest(exchange)) {
      const model = takeBudgetFallbacks(exchange);
      if (model === undefined) break;
      scopes = line.limits.ofRequest({ caller, endUser, model }, now);
    }
    asked = await askRoom(exchange, scopes, { id });
  }
  if (asked === undefined) {
    exchange.uncounted = scopes;
    return exchange.goOn();
  }
  const { amounts, answer } = asked;
  if (!answer.granted) throw limitError(answer, now);
  exchange.reserved = true;
  exchange.hold = new Hold(id, amounts, isMetered(scopes), scopes);
  exchange.quota = answer.scopes;
  tellCrossed(exchange, answer.scopes);
  // Over meanwhile: what settled it could not know of the reservation.
  if (exchange.cancelled !== undefined) void giveBack(exchange);
  exchange.goOn();
}
