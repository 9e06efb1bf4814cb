import type { Fault } from '../chat/fault.ts';
import type { Usage } from '../chat/usage.ts';
import { weightOf, weightOfBytes } from '../chat/weight.ts';
import { Cancellation } from '../kit/cancel.ts';
import { RequestError } from '../kit/errors.ts';
import { hasRoom } from '../router/condition.ts';
import type { PlannedAttempt } from '../router/plan.ts';
import { nextAttempt, type Rests } from '../router/retry.ts';
import { withRoom } from '../router/with-room.ts';
import { isSpent, sizeOf } from '../transport/byte-source.ts';
import { type Answer, isAnswer } from './answer.ts';
import { dispatch } from './dispatch.ts';
import { enter } from './enter.ts';
import { estimatedUsage } from './estimate.ts';
import type { LineExchange } from './exchange.ts';
import { besides, countHedging, patience } from './hedge.ts';
import { expiryOf, extendHeld } from './held.ts';
import { pause } from './pause.ts';
import { type Failed, Race } from './race.ts';
import { isWork, ready } from './ready.ts';
import { closeAttempt } from './record.ts';
import { retell } from './retell.ts';
import { allowanceOf } from './stream/allowance.ts';
import { KeptText } from './tokens/kept.ts';
import { transportFault, upstreamError } from './upstream-error.ts';
import { usedIn } from './used.ts';
import type { Work } from './work/work.ts';

/**
 * attempt: the only loop, and the only owner of retries. Renders, dispatches and reads, one planned attempt after the other,
 * until one answers (a stream: until it speaks). Throws UpstreamError with the last fault, or RequestError when no target can
 * serve the request at all.
 */
export async function attempt(exchange: LineExchange): Promise<Answer> {
  const { line, plan } = exchange;
  const rests: Rests = new Map();
  const budget = plan[0]?.alias.budget;
  budget?.asked();
  countHedging(exchange);
  let failed: Fault | undefined;
  let index = 0;
  for (;;) {
    let planned = plan[index];
    if (planned === undefined) throw new TypeError('a plan without attempts');
    if (!hasRoom(planned.deployment.health)) {
      const from = planned.deployment.id;
      index = withRoom(plan, index, rests, line.platform.clock.now(), line.platform.random);
      const other = plan[index] ?? planned;
      planned = other === planned ? planned : retell(exchange, other, `${from} is full`);
    }
    const ms = patience(exchange, planned);
    const made = exchange.attempts.length;
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
    if (!(outcome instanceof RequestError)) failed = outcome;
    const fault = outcome instanceof RequestError ? UNFIT : outcome;
    if (!(outcome instanceof RequestError) && spent) throw upstreamError(outcome);
    const now = line.platform.clock.now();
    const found =
      exchange.attempts.length < line.settings.maxAttempts
        ? nextAttempt(plan, index, fault, rests, now, line.platform.random)
        : undefined;
    // Where nothing was called yet, what comes next is no further call.
    const may = found === undefined || exchange.attempts.length === 0 || budget === undefined || budget.take(now);
    const next = may ? found : undefined;
    // An outage weighs more than a fallback that could not express the request: the client may try again.
    if (next === undefined) throw failed === undefined ? outcome : upstreamError(failed);
    await makeRoom(exchange, made);
    if (next.waitMs > 0) await wait(exchange, next.waitMs);
    index = next.index;
  }
}

/** What a failed attempt used is kept beside what is reserved for the next one: there has to be room for both. Throws LimitError. */
async function makeRoom(exchange: LineExchange, made: number): Promise<void> {
  const { hold, line } = exchange;
  if (hold?.metered !== true) return;
  const { requests: _, ...used } = usedIn(exchange.attempts.slice(made), hold.amounts);
  if (!Object.values(used).some((amount) => amount > 0)) return;
  const expires = expiryOf(exchange, line.platform.clock.now());
  // A copy: what is held for the attempt under way stays what it was.
  const refused = await extendHeld(exchange, [{ ...hold }], () => used, expires);
  exchange.goOn();
  if (refused !== undefined) throw refused;
}

/** What came of an attempt: RequestError where it was never made, since the target can't express the request. */
type Tried = Answer | Fault | RequestError;

/** A target that can't express the request is not asked again for it; another one may serve it. */
const UNFIT: Fault = { kind: 'credentials', message: 'The target can not serve the request.', unfit: true };

/**
 * An attempt, and another one besides where it says nothing for so many ms: who speaks first is heard. Where none does, with the place at which the plan goes
 * on, and what the last of them failed with.
 */
async function hedged(
  exchange: LineExchange,
  index: number,
  rests: Rests,
  ms: number,
): Promise<readonly [number, Tried]> {
  const { clock, random } = exchange.line.platform;
  const planned = exchange.plan[index];
  if (planned === undefined) throw new TypeError('a plan without attempts');
  const race = new Race(exchange);
  const first = race.enter();
  const work = await ready(first, planned);
  if (!isWork(work)) return [index, work];
  race.follow(first, index, callOnce(first, planned, work));
  race.after(ms, () => void hedge(exchange, race, index, rests), first);
  const came = await race.result;
  if (!isAll(came)) return [index, came];
  // What each of them says of its deployment holds for the attempts to come.
  for (const { fault, index: at } of came) nextAttempt(exchange.plan, at, fault, rests, clock.now(), random);
  const last = came.at(-1);
  if (last === undefined) throw new TypeError('a race that nobody ran');
  return [last.index, last.fault];
}

const isAll = (came: Answer | readonly Failed[]): came is readonly Failed[] => Array.isArray(came);

/** Another attempt is made besides the one at `index`, where that may be. Never rejects. */
async function hedge(exchange: LineExchange, race: Race, index: number, rests: Rests): Promise<void> {
  const place = await besides(exchange, index, rests);
  const [slow, other] = [exchange.plan[index], exchange.plan[place ?? -1]];
  if (place === undefined || slow === undefined || other === undefined || race.over) return;
  const twin = race.enter();
  twin.besides = 1;
  try {
    const work = await ready(twin, other);
    if (!isWork(work)) race.withdraw(twin);
    else if (!race.over) {
      const told = retell(exchange, other, `since ${slow.deployment.id} said nothing for long`);
      race.follow(twin, place, callOnce(twin, told, work));
    }
  } catch {
    race.withdraw(twin);
  }
}

async function callOnce(exchange: LineExchange, planned: PlannedAttempt, work: Work): Promise<Answer | Fault> {
  if (exchange.cancelled !== undefined) throw exchange.cancelled;
  exchange.served = planned;
  exchange.sentBytes = sizeOf(work.call.body);
  if (exchange.line.settings.tokenizer !== undefined && exchange.route.operation === 'chat')
    exchange.kept = new KeptText(exchange, planned.deployment.target);
  exchange.dropped = work.call.dropped;
  const { filled } = exchange;
  exchange.inserted = filled.length === 0 ? work.call.inserted : [...filled, ...work.call.inserted];
  const entering = enter(exchange, planned);
  const rests = entering === undefined ? undefined : await entering;
  if (exchange.cancelled !== undefined) throw exchange.cancelled;
  if (rests !== undefined) return rests;
  let outcome: Answer | Fault;
  try {
    outcome = await dispatch(exchange, planned, work);
  } catch (error) {
    if (exchange.cancelled !== undefined) throw exchange.cancelled;
    outcome = caught(error, exchange);
  }
  if (!isAnswer(outcome)) closeAttempt(exchange, 'fault', outcome);
  return outcome;
}

/** An answer is there, or begins: from here on there is no other attempt. */
function land(exchange: LineExchange, outcome: Answer): void {
  if (outcome.kind === 'reply' || outcome.kind === 'whole') {
    exchange.usage = usageOf(exchange, outcome);
    if (exchange.kept !== undefined) exchange.kept.whole = outcome;
    closeAttempt(exchange, 'ok');
  } else if (outcome.kind === 'relayed') closeAttempt(exchange, 'ok');
  else if (outcome.kind === 'relay') exchange.forgetRequest();
  else if (outcome.kind !== 'socket') {
    exchange.reading = outcome.stream.interpreter;
    if (outcome.kind !== 'bytes') outcome.stream.allowance = allowanceOf(exchange);
    exchange.forgetRequest();
    const now = exchange.line.platform.clock.now();
    exchange.firstTokenAt = now;
    const { open } = exchange;
    open?.planned.deployment.health.spoke(now - open.startedAt, now);
  }
}

/** What a whole answer used: as its provider told, which may be 0; of a chat that was told nothing about, estimated. */
function usageOf(
  { route, sentBytes }: LineExchange,
  answer: Extract<Answer, { kind: 'reply' | 'whole' }>,
): Usage | undefined {
  const told = answer.kind === 'reply' ? answer.reply.usage : answer.usage;
  if (told !== undefined || route.operation !== 'chat') return told;
  return estimatedUsage(sentBytes, weightIn(answer));
}

function weightIn(answer: Extract<Answer, { kind: 'reply' | 'whole' }>): number {
  if (answer.kind === 'reply') return weightOf(JSON.stringify(answer.reply.choices.map(({ content }) => content)));
  return typeof answer.body === 'string' ? weightOf(answer.body) : weightOfBytes(answer.body);
}

function caught(error: unknown, exchange: LineExchange): Fault {
  try {
    return transportFault(error);
  } catch {
    closeAttempt(exchange, 'fault');
    throw error;
  }
}

/** Waits before the next attempt. A request that ends meanwhile ends the pause. */
function wait(exchange: LineExchange, ms: number): Promise<void> {
  const abort = new Cancellation();
  exchange.abort = abort;
  return pause(exchange.line.platform.clock, ms, abort);
}
