import { storedKind } from '../adapters/resources.ts';
import type { Fault } from '../chat/fault.ts';
import { hasRoom } from '../router/condition.ts';
import { patienceWith, sizeOf } from '../router/hedging.ts';
import type { PlannedAttempt } from '../router/plan.ts';
import { nextAttempt, type Rests } from '../router/retry.ts';
import { estimatedTokens } from './estimate.ts';
import type { LineExchange } from './exchange.ts';
import { expiryOf, extendHeld } from './held.ts';

/** Tokens of an answer that the client does not bound, as far as its cost is estimated. */
const ANSWER = 1_000;

/** Whoever is slow is passed over as one that did not answer in time, but for that nobody asks it again. */
const SLOW: Fault = { kind: 'timeout', message: 'It has said nothing for long.', retryable: false };

/** A request has come: it adds to what hedges of its alias may cost. */
export function countHedging(exchange: LineExchange): void {
  const [first] = exchange.plan;
  if (first?.alias.hedge !== undefined) first.alias.hedge.budget.asked(costIn(exchange, first, first));
}

/** How many ms this attempt may be silent before another one is made besides; undefined: it is left alone, however slow it is. */
export function patience(exchange: LineExchange, { alias, deployment }: PlannedAttempt): number | undefined {
  if (alias.hedge === undefined || !isSafeTwice(exchange)) return undefined;
  return patienceWith(alias.hedge, deployment.health, exchange.peek.stream);
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
export async function besides(exchange: LineExchange, index: number, rests: Rests): Promise<number | undefined> {
  const { attempts, line, plan } = exchange;
  const { clock, random } = line.platform;
  const slow = plan[index];
  if (slow?.alias.hedge === undefined || attempts.length + 2 > line.settings.maxAttempts) return undefined;
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
  return sizeOf(hedge, other.deployment, input, peek.maxOutputTokens || ANSWER, line.platform.clock.now());
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
