import type { Fault } from '../chat/fault.ts';
import { weightOf } from '../chat/weight.ts';
import { Cancellation } from '../kit/cancel.ts';
import { RequestError } from '../kit/errors.ts';
import { hasRoom } from '../router/condition.ts';
import { budgetOf } from '../router/fallbacks.ts';
import { type NextAttempt, nextAttempt, type Rests } from '../router/retry.ts';
import { withRoom } from '../router/with-room.ts';
import { isSpent } from '../transport/byte-source.ts';
import { type Answer, isAnswer } from './answer.ts';
import { callOnce, land, type Tried } from './call-once.ts';
import type { GoingOn } from './continue/going-on.ts';
import { breakOff, leaveStream } from './continue/hand-over.ts';
import { estimatedTokens } from './estimate.ts';
import type { LineExchange } from './exchange.ts';
import { pickFurther } from './further.ts';
import { countHedging, hedged, patience } from './hedge.ts';
import { expiryOf, extendHeld } from './held.ts';
import { pause } from './pause.ts';
import { isWork, ready } from './ready.ts';
import { retell } from './retell.ts';
import { upstreamError } from './upstream-error.ts';
import { usedIn } from './used.ts';
import { amountsOfPrompt } from './worst-case.ts';

/**
 * attempt: the only loop, and the only owner of retries. Renders, dispatches and reads, one planned attempt after the other,
 * until one answers (a stream: until it speaks). Throws UpstreamError with the last fault, or RequestError when no target can
 * serve the request at all.
 */
export function attempt(exchange: LineExchange): Promise<Answer> {
  const [first] = exchange.plan;
  if (first !== undefined) budgetOf(first)?.asked();
  countHedging(exchange);
  return attemptFrom(exchange, 0, exchange.goingOn?.rests ?? new Map());
}

/**
 * The same behind a stream that broke in the middle of its answer: the attempts of the plan that are left, by the same table, budget and cap, each with the
 * request to go on with what the client has. Throws what {@link attempt} throws.
 */
export async function attemptAfter(exchange: LineExchange, going: GoingOn, fault: Fault): Promise<Answer> {
  const { attempts, open, plan } = exchange;
  const made = attempts.length;
  const index = open === undefined ? -1 : plan.indexOf(open.planned);
  breakOff(exchange, fault);
  const next = following(exchange, index, fault, going.rests);
  if (next === undefined) throw upstreamError(fault);
  leaveStream(exchange, going);
  await makeRoom(exchange, made, weightOf(going.text));
  if (next.waitMs > 0) await wait(exchange, next.waitMs);
  return attemptFrom(exchange, next.index, going.rests);
}

async function attemptFrom(exchange: LineExchange, from: number, rests: Rests): Promise<Answer> {
  const { goingOn } = exchange;
  let failed: Fault | undefined;
  let index = from;
  for (;;) {
    index = placeWithRoom(exchange, index, rests);
    const planned = exchange.plan[index];
    if (planned === undefined) throw new TypeError('a plan without attempts');
    const made = exchange.attempts.length;
    const ms = patience(exchange, planned);
    let outcome: Tried;
    let spent = false;
    if (ms === undefined) {
      const readying = ready(exchange, planned);
      const work = readying instanceof Promise ? await readying : readying;
      outcome = isWork(work) ? await callOnce(exchange, planned, work) : work;
      spent = isWork(work) && isSpent(work.call.body);
    } else [index, outcome] = await hedged(exchange, index, rests, ms);
    if (!(outcome instanceof RequestError) && isAnswer(outcome)) {
      if (exchange.open !== undefined) land(exchange, outcome);
      return outcome;
    }
    if (exchange.cancelled !== undefined) throw exchange.cancelled;
    let fault = UNFIT;
    if (!(outcome instanceof RequestError)) {
      if (spent) throw upstreamError(outcome);
      failed = outcome;
      // What a model says to the beginning of its answer is not about the client's request: another one may take it.
      if (goingOn?.after === undefined || outcome.kind !== 'rejected') fault = outcome;
    }
    if (exchange.attempts.length === made) await pickFurther(exchange, index);
    const next = following(exchange, index, fault, rests);
    // An outage weighs more than a fallback that could not express the request: the client may try again.
    if (next === undefined) throw failed === undefined ? outcome : upstreamError(failed);
    await makeRoom(exchange, made);
    if (next.waitMs > 0) await wait(exchange, next.waitMs);
    index = next.index;
  }
}

/** The place in the plan of the attempt to make: the next one, or one behind it where that deployment is full and another has room. */
function placeWithRoom(exchange: LineExchange, index: number, rests: Rests): number {
  const { line, plan } = exchange;
  const planned = plan[index];
  if (planned === undefined || hasRoom(planned.deployment.health)) return index;
  const place = withRoom(plan, index, rests, line.platform.clock.now(), line.platform.random);
  const other = plan[place];
  if (other !== undefined && other !== planned) retell(exchange, other, `${planned.deployment.id} is full`);
  return place;
}

/** The attempt that comes next, within the cap on calls and the budget for further ones. */
function following(exchange: LineExchange, index: number, fault: Fault, rests: Rests): NextAttempt | undefined {
  const { attempts, line, plan } = exchange;
  const budget = plan[0] && budgetOf(plan[0]);
  const now = line.platform.clock.now();
  const found =
    attempts.length < exchange.mostAttempts
      ? nextAttempt(plan, index, fault, rests, now, line.platform.random)
      : undefined;
  if (found === undefined || budget === undefined) return found;
  // An attempt that called nobody, such as one whose deployment was full, has used up nothing.
  if (attempts.length < exchange.paid) return found;
  if (!budget.take(now)) return undefined;
  exchange.paid = attempts.length + 1;
  return found;
}

/** What a failed attempt used is kept beside what is reserved for the next one: there has to be room for both. Throws LimitError. */
async function makeRoom(exchange: LineExchange, made: number, given = 0): Promise<void> {
  const { hold, line } = exchange;
  if (hold?.metered !== true) return;
  const { requests: _, ...used } = usedIn(exchange.attempts.slice(made), hold.amounts);
  if (!Object.values(used).some((amount) => amount > 0)) return;
  const expires = expiryOf(exchange, line.platform.clock.now());
  // A copy: what is held for the attempt under way stays what it was.
  let refused = await extendHeld(exchange, [{ ...hold }], () => used, expires);
  if (refused === undefined && given > 0) {
    const more = amountsOfPrompt(exchange, hold.scopes, estimatedTokens(given));
    refused = await extendHeld(exchange, [hold], () => more, expires);
  }
  exchange.goOn();
  if (refused !== undefined) throw refused;
}

/** A target that can't express the request is not asked again for it; another one may serve it. */
const UNFIT: Fault = { kind: 'credentials', message: 'The target can not serve the request.', unfit: true };

/** Waits before the next attempt. A request that ends meanwhile ends the pause. */
function wait(exchange: LineExchange, ms: number): Promise<void> {
  const abort = new Cancellation();
  exchange.abort = abort;
  return pause(exchange.line.platform.clock, ms, abort);
}
