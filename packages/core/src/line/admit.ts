import { textLength } from '../chat/needs.ts';
import type { TokenClass } from '../cost/price.ts';
import { worstCost } from '../cost/worst.ts';
import { LimitError } from '../kit/errors.ts';
import { amountsOf, type Demand, UNBOUNDED_OUTPUT } from '../limits/demand.ts';
import type { Amounts, Call, Granted, Refused, Reservation } from '../store/store.ts';
import { estimatedTokens } from './estimate.ts';
import type { LineExchange } from './exchange.ts';
import { expiryOf, isMetered } from './held.ts';
import { giveBack } from './settle.ts';
import { goOnUnchecked } from './store-away.ts';
import { storeCall } from './store-call.ts';
import { tellCrossed } from './tell-crossed.ts';
import { countable } from './used.ts';

const ONE_REQUEST = Object.freeze({ requests: 1, concurrency: 1 });

/**
 * admit: reserves what the request may consume over all scopes of the caller and of the model, in one atomic step; `settle` puts what it did consume in
 * its place. What is refused has consumed nothing. Nobody is asked about a request that nothing limits, but for a session, which is extended by what it
 * uses. Throws LimitError.
 */
export function admit(exchange: LineExchange): void | Promise<void> {
  const { caller, line, model, route } = exchange;
  const isSession = route.operation === 'realtime';
  if (!isSession && !line.limits.holdsRequests(caller)) return;
  const call = storeCall(exchange);
  const scopes = line.limits.ofRequest({ caller, model }, call.now);
  if (isSession || scopes.length > 0) return reserve(exchange, scopes, call);
}

async function reserve(exchange: LineExchange, scopes: Reservation['scopes'], call: Call): Promise<void> {
  const { line } = exchange;
  const amounts = scopes.length === 0 ? ONE_REQUEST : amountsFor(exchange, scopes);
  const expires = expiryOf(exchange, call.now);
  const { onCrash } = line.settings.storage;
  let answer: Granted | Refused;
  try {
    answer = await line.store.limits.admit({ id: exchange.id, scopes, amounts, expires, onExpiry: onCrash }, call);
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

/** What is reserved over these scopes. Throws LimitError where a budget stands against a price that nobody knows. */
export function amountsFor(exchange: LineExchange, scopes: Reservation['scopes']): Amounts {
  const demand = demandOf(exchange);
  if (!scopes.some(({ limits }) => limits.some(({ counts, soft }) => counts === 'nanoUsd' && soft !== true)))
    return amountsOf(demand);
  return amountsOf({ ...demand, nanoUsd: worstOf(exchange, demand) });
}

/** Nano-dollars at the dearest of the attempts that are planned. */
function worstOf({ line, model, plan, route }: LineExchange, { input, output }: Demand): number {
  let worst = 0n;
  for (const { deployment } of plan) {
    const price = line.prices?.priceOf(deployment);
    if (price === undefined) {
      if (line.settings.unknownPrice === 'flag') continue;
      throw new LimitError(
        'budget_exhausted',
        `The model '${model.slice(0, 200)}' has no known price, and the caller has a budget.`,
        { shouldRetry: false },
      );
    }
    const cost = worstCost(price, input, output, route.operation === 'realtime' ? undefined : TEXT);
    if (cost > worst) worst = cost;
  }
  return countable(worst);
}

/** What a chat's tokens are, but for media: those that are there are counted when they are known. */
export const TEXT: readonly TokenClass[] = ['input', 'cacheRead', 'cacheWrite', 'cacheWrite1h', 'output', 'reasoning'];

/** Answer tokens of a stream that are reserved at first where `reserve` is `estimate`. */
const FIRST_SLICE = 1_000;
/** A session reserves ahead of each response, so that who has nothing left can't have even one; each then adds what it used. */
const RESPONSE: Demand = Object.freeze({ input: 1_000, output: 1_000 });

/** The dearest that the request may turn out to be, over the attempts that are planned. */
function demandOf(exchange: LineExchange): Demand {
  const { body, chat, line, peek, plan, route } = exchange;
  if (route.operation === 'realtime') return RESPONSE;
  const characters = body === undefined ? (chat === undefined ? 0 : textLength(chat)) : body.size;
  const input = estimatedTokens(characters);
  if (route.operation !== 'chat') return { input, output: 0 };
  const answers = peek.n ?? 1;
  const most = peek.maxOutputTokens ?? unboundedOutput(plan);
  // Only a stream can ask for more on its way.
  const first = peek.stream && line.settings.reserve === 'estimate' ? Math.min(most, FIRST_SLICE) : most;
  return { input, output: answers * first };
}

/** No model of the plan answers longer than this, or it is a guess. */
function unboundedOutput(plan: LineExchange['plan']): number {
  let longest = 0;
  for (const { deployment } of plan) longest = Math.max(longest, deployment.target.maxOutputTokens ?? UNBOUNDED_OUTPUT);
  return Math.min(longest, UNBOUNDED_OUTPUT);
}

/** What the caller is told. Money that is used up is no matter of waiting a moment, so SDKs are told not to. */
export function limitError(refused: Refused, now: number): LimitError {
  const retryAfter = Math.max(1, Math.ceil((refused.resetAt - now) / 1000));
  const what = `The limit '${refused.limit}' of ${refused.scope} is reached.`;
  return refused.counts === 'nanoUsd'
    ? new LimitError('budget_exhausted', what, { retryAfter, shouldRetry: false })
    : new LimitError('rate_limited', what, { retryAfter });
}
