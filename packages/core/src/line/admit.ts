import type { Amounts, Call, Granted, Refused, Reservation } from '../store/store.ts';
import type { LineExchange } from './exchange.ts';
import { expiryOf, isMetered } from './held.ts';
import { limitError } from './limit-error.ts';
import type { Held } from './outcome.ts';
import { giveBack } from './settle.ts';
import { uncheckedBy } from './store-away.ts';
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

/** A class, as is {@link Hold}: they live as long as a call runs (decisions/0006). */
class Reserving implements Reservation {
  readonly id: string;
  readonly scopes: Reservation['scopes'];
  readonly amounts: Amounts;
  readonly expires: number;
  readonly onExpiry: Reservation['onExpiry'];

  constructor(exchange: LineExchange, scopes: Reservation['scopes'], amounts: Amounts, now: number) {
    this.id = exchange.id;
    this.scopes = scopes;
    this.amounts = amounts;
    this.expires = expiryOf(exchange, now);
    this.onExpiry = exchange.line.settings.storage.onCrash;
  }
}

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

async function reserve(exchange: LineExchange, scopes: Reservation['scopes'], call: Call): Promise<void> {
  const { line } = exchange;
  let amounts = scopes.length === 0 ? ONE_REQUEST : amountsFor(exchange, scopes);
  const reservation = (): Reservation => new Reserving(exchange, scopes, amounts, call.now);
  let answer: Granted | Refused;
  try {
    answer = await line.store.limits.admit(reservation(), call);
    while (!answer.granted && answer.counts === 'nanoUsd' && leaveOutDearest(exchange)) {
      amounts = amountsFor(exchange, scopes);
      answer = await line.store.limits.admit(reservation(), storeCall(exchange));
    }
  } catch (cause) {
    const refusal = uncheckedBy(exchange, scopes, cause);
    if (refusal !== undefined) throw refusal;
    exchange.uncounted = scopes;
    return exchange.goOn();
  }
  if (!answer.granted) throw limitError(answer, call.now);
  exchange.reserved = true;
  exchange.hold = new Hold(exchange.id, amounts, isMetered(scopes), scopes);
  exchange.quota = answer.scopes;
  tellCrossed(exchange, answer.scopes);
  // Over meanwhile: what settled it could not know of the reservation.
  if (exchange.cancelled !== undefined) void giveBack(exchange);
  exchange.goOn();
}
