import { storedKind } from '../adapters/resources.ts';
import type { Fault } from '../chat/fault.ts';
import { hasRoom } from '../router/condition.ts';
import { patienceWith, sizeOf } from '../router/hedging.ts';
import type { PlannedAttempt } from '../router/plan.ts';
import { answerTokens } from '../router/question.ts';
import { nextAttempt, type Rests } from '../router/retry.ts';
import type { Answer } from './answer.ts';
import { callOnce, type Tried } from './call-once.ts';
import { estimatedTokens } from './estimate.ts';
import type { LineExchange } from './exchange.ts';
import { expiryOf, extendHeld } from './held.ts';
import { type Failed, Race } from './race.ts';
import { isWork, ready } from './ready.ts';
import { retell } from './retell.ts';

/** Whoever is slow is passed over as one that did not answer in time, but for that nobody asks it again. */
const SLOW: Fault = { kind: 'timeout', message: 'It has said nothing for long.', retryable: false };

/** A request has come: it adds to what hedges of its alias may cost. */
export function countHedging(exchange: LineExchange): void {
  const [first] = exchange.plan;
  if (first?.alias.hedge !== undefined) first.alias.hedge.budget.asked(costIn(exchange, first, first));
}

/** How many ms this attempt may be silent before another one is made besides; undefined: it is left alone, however slow it is. */
export function patience(exchange: LineExchange, { alias, deployment }: PlannedAttempt): number | undefined {
  // Who goes on with an answer goes on with what one broken stream said.
  if (alias.hedge === undefined || exchange.goingOn?.after !== undefined || !isSafeTwice(exchange)) return undefined;
  return patienceWith(alias.hedge, deployment.health, exchange.peek.stream);
}

/**
 * An attempt, and another one besides where it says nothing for so many ms: who speaks first is heard. Where none does, with the place at which the plan goes
 * on, and what the last of them failed with.
 */
export async function hedged(
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
  // What each of them says of its deployment holds for the attempts to come; of the last one it is noted when the plan goes on.
  for (const { fault, index: at } of came.slice(0, -1))
    nextAttempt(exchange.plan, at, fault, rests, clock.now(), random);
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

/**
 * May it be made twice at once? Chats only, as far as no provider keeps their answers or calls other servers for them, and what is sent is at hand as a
 * whole. A copy is in no hurry.
 */
function isSafeTwice({ body, home, isCopy, peek, route }: LineExchange): boolean {
  if (route.operation !== 'chat' || isCopy || home !== undefined || peek.remoteTools === true) return false;
  if (body === undefined) return true;
  return body.more === undefined && storedKind(route.format, route.operation, body.fields()) === undefined;
}

/**
 * The place in the plan of an attempt that may be made besides the one at `index`: there is a deployment that can be asked at once, the share of what the alias
 * costs has room for it, and so have the limits of the caller. undefined: there is none, and nothing is taken.
 */
async function besides(exchange: LineExchange, index: number, rests: Rests): Promise<number | undefined> {
  const { attempts, line, plan } = exchange;
  const { clock, random } = line.platform;
  const slow = plan[index];
  if (slow?.alias.hedge === undefined || attempts.length + 2 > exchange.mostAttempts) return undefined;
  const next = nextAttempt(plan, index, SLOW, new Map(rests), clock.now(), random);
  const other = next === undefined || next.waitMs > 0 ? undefined : plan[next.index];
  if (next === undefined || other === undefined || !hasRoom(other.deployment.health)) return undefined;
  const { budget } = slow.alias.hedge;
  const cost = costIn(exchange, slow, other);
  if (!budget.take(cost)) return undefined;
  if (await holdsBoth(exchange)) return next.index;
  budget.giveBack(cost);
  return undefined;
}

/** What a call to `other` counts against the budget of the alias that `asked` is of. */
function costIn({ body, line, peek }: LineExchange, asked: PlannedAttempt, other: PlannedAttempt): number {
  const { hedge } = asked.alias;
  if (hedge === undefined) return 0;
  const input = estimatedTokens(body?.size ?? 0);
  return sizeOf(hedge, other.deployment, input, answerTokens(peek.maxOutputTokens), line.platform.clock.now());
}

/** What is reserved is for one attempt: as much again, where a limit counts what it uses. */
async function holdsBoth(exchange: LineExchange): Promise<boolean> {
  const { hold, line } = exchange;
  if (hold?.metered !== true) return true;
  const { concurrency: _, requests: __, ...more } = hold.amounts;
  // A copy: what is held for the attempt under way stays what it was.
  const held = [{ ...hold }];
  return (await extendHeld(exchange, held, () => more, expiryOf(exchange, line.platform.clock.now()))) === undefined;
}
