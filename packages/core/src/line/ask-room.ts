import { UNBOUNDED_OUTPUT } from '../limits/demand.ts';
import type { Amounts, Granted, Refused, Reservation } from '../store/store.ts';
import type { LineExchange } from './exchange.ts';
import { expiryOf } from './held.ts';
import { uncheckedBy } from './store-away.ts';
import { storeCall } from './store-call.ts';
import { amountsFor, isUnbounded, longestAnswer } from './worst-case.ts';

/** What the store was asked for, and what it said. */
interface Asked {
  readonly amounts: Amounts;
  readonly answer: Granted | Refused;
}

const ONE_REQUEST = Object.freeze({ requests: 1, concurrency: 1 });

/**
 * Reserves over these scopes what the request may consume, in one atomic step. Of an answer without a bound that is first the longest that its models
 * can give; where a limit has no room for it, or nobody knows how long that is, the answer is bound to {@link UNBOUNDED_OUTPUT} tokens and those are
 * reserved. undefined: the store is away, and the request goes on without. Throws LimitError.
 */
export async function askRoom(
  exchange: LineExchange,
  scopes: Reservation['scopes'],
  as: Pick<Reservation, 'id' | 'attempt'>,
): Promise<Asked | undefined> {
  const unbounded = isUnbounded(exchange, scopes);
  if (!unbounded) return ask(exchange, scopes, as);
  const longest = longestAnswer(exchange.plan);
  if (longest !== undefined) {
    const asked = await ask(exchange, scopes, as, unbounded);
    if (longest <= UNBOUNDED_OUTPUT || asked === undefined || !isOfAnswer(asked.answer)) return asked;
    exchange.goOn();
  }
  const { peek } = exchange;
  exchange.bound = UNBOUNDED_OUTPUT;
  exchange.peek = { ...peek, maxOutputTokens: UNBOUNDED_OUTPUT };
  const asked = await ask(exchange, scopes, as);
  if (asked?.answer.granted !== true) {
    exchange.bound = undefined;
    exchange.peek = peek;
  } else if (as.attempt !== undefined) exchange.unbound = peek;
  return asked;
}

/** Was it refused for what the answer may use? */
const isOfAnswer = (answer: Granted | Refused): boolean =>
  !answer.granted && (answer.counts === 'tokens' || answer.counts === 'outputTokens' || answer.counts === 'nanoUsd');

async function ask(
  exchange: LineExchange,
  scopes: Reservation['scopes'],
  as: Pick<Reservation, 'id' | 'attempt'>,
  unbounded = false,
): Promise<Asked | undefined> {
  const { settings, store } = exchange.line;
  const amounts = scopes.length === 0 ? ONE_REQUEST : amountsFor(exchange, scopes, unbounded);
  const call = storeCall(exchange);
  const wanted = new Reserving(as, scopes, amounts, expiryOf(exchange, call.now), settings.storage.onCrash);
  try {
    return { amounts, answer: await store.limits.admit(wanted, call) };
  } catch (cause) {
    const refusal = uncheckedBy(exchange, scopes, cause);
    if (refusal !== undefined) throw refusal;
    return undefined;
  }
}

/** A class: it lives as long as a call runs (decisions/0006). */
class Reserving implements Reservation {
  readonly id: string;
  declare attempt?: string;
  readonly scopes: Reservation['scopes'];
  readonly amounts: Amounts;
  readonly expires: number;
  readonly onExpiry: Reservation['onExpiry'];

  constructor(
    { attempt, id }: Pick<Reservation, 'id' | 'attempt'>,
    scopes: Reservation['scopes'],
    amounts: Amounts,
    expires: number,
    onExpiry: Reservation['onExpiry'],
  ) {
    this.id = id;
    if (attempt !== undefined) this.attempt = attempt;
    this.scopes = scopes;
    this.amounts = amounts;
    this.expires = expires;
    this.onExpiry = onExpiry;
  }
}
