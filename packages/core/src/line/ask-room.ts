import { UNBOUNDED_OUTPUT } from '../limits/demand.ts';
import type { Amounts, Granted, Refused, Reservation } from '../store/store.ts';
import type { LineExchange } from './exchange.ts';
import { expiryOf } from './held.ts';
import { goOnUnchecked } from './store-away.ts';
import { storeCall } from './store-call.ts';
import { amountsFor, isUnbounded, longestAnswer } from './worst-case.ts';

/** What the store was asked for, and what it said. */
interface Asked {
  readonly amounts: Amounts;
  readonly answer: Granted | Refused;
}

const ONE_REQUEST = Object.freeze({ requests: 1, concurrency: 1 });

/**
 * Reserves over these scopes what the request may consume, in one atomic step. Of a whole answer without a bound that is first the longest that its models
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
  }
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
  const { onCrash } = settings.storage;
  const wanted = { ...as, scopes, amounts, expires: expiryOf(exchange, call.now), onExpiry: onCrash };
  try {
    return { amounts, answer: await store.limits.admit(wanted, call) };
  } catch (cause) {
    goOnUnchecked(exchange, scopes, cause);
    return undefined;
  }
}
