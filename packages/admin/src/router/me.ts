import {
  type Caller,
  formatUsd,
  type Gateway,
  type GatewayRequest,
  isGatewayError,
  type KeyCallers,
  type LedgerFilter,
  type LimitState,
  presentedKey,
  type Store,
} from '@postern/core';
import { AdminError } from '../errors.ts';
import { type AdminContext, callOf, nowOf } from '../operations/context.ts';
import { withoutSecrets } from '../operations/public.ts';
import { recordOf } from '../operations/read.ts';
import type { Identity } from './access.ts';
import type { Answer } from './reply.ts';

/** What is asked about, and with what it is answered. */
export interface Asking {
  readonly context: AdminContext;
  readonly store: Store;
  /** undefined: what is left of limits is not known here. */
  readonly gateway: Pick<Gateway<never>, 'standing'> | undefined;
  /** Limits of this model are told as well. */
  readonly model: string | undefined;
}

/** What a key looks like: all else in these headers is the host's. */
const KEY = /^\s*(bearer\s+)?psk_/i;

/**
 * The key that a request presents, wherever the gateway would read it from; undefined when there is none.
 * @throws AdminError `unauthenticated`: there are two
 */
export function keyIn(request: Pick<GatewayRequest, 'header' | 'query'>): string | undefined {
  const header = (name: string): string | undefined => {
    const text = request.header(name);
    return text !== undefined && KEY.test(text) ? text : undefined;
  };
  try {
    return presentedKey({ header, query: request.query }, false);
  } catch (error) {
    throw refusalFor(error);
  }
}

/** What the owner of a key may know of it: what it allows, what is left of its limits, and what was spent with it this day and month (UTC). */
export async function aboutKey(asking: Asking, callers: KeyCallers, text: string): Promise<Answer> {
  const { context, store } = asking;
  const caller = await callerOf(callers, text);
  const { id, user, team, organisation, models } = caller;
  const record = await recordOf(context, 'key', id);
  if (record === undefined) throw notGood();
  const effective = { user, team, organisation, models };
  const left = await leftOf(asking, caller);
  const spend = await spendOf(context, store, `caller:${id}`);
  return { body: { id, ...withoutSecrets('key', record), effective, ...left, spend } };
}

/** The same of a user whom the host knows. */
export async function aboutUser(asking: Asking, who: Identity): Promise<Answer> {
  if (who.role !== 'user') return { body: { actor: who.actor, role: who.role } };
  const { user } = who;
  const { context, store } = asking;
  const record = await recordOf(context, 'user', user);
  const limits = (record?.limits ?? []).map((limit) => ({ ...limit, scope: `user:${user}` as const }));
  const own = (scope: string): boolean => scope === `user:${user}` || scope.startsWith(`user:${user} model:`);
  const left = await leftOf(asking, { id: user, user, limits }, own);
  const spend = await spendOf(context, store, `user:${user}`);
  return { body: { actor: who.actor, role: who.role, id: user, ...record, ...left, spend } };
}

async function callerOf(callers: KeyCallers, text: string): Promise<Caller> {
  try {
    return await callers.callerOf(text);
  } catch (error) {
    throw refusalFor(error);
  }
}

/** One and the same for a key that is unknown, wrong, blocked or over. */
function refusalFor(error: unknown): unknown {
  if (!isGatewayError(error)) return error;
  if (error.code === 'rate_limited') return new AdminError('rate_limited', error.message);
  return error.kind === 'access' ? notGood() : error;
}

const notGood = (): AdminError => new AdminError('unauthenticated', 'The key is not known, or not good any more.');

/** @param tells whether a scope is theirs to know of; default all */
async function leftOf(
  { gateway, model }: Asking,
  caller: Caller,
  tells: (scope: string) => boolean = () => true,
): Promise<{ readonly left?: readonly object[] }> {
  if (gateway === undefined) return {};
  const states = await gateway.standing(caller, model);
  return { left: states.filter(({ scope }) => tells(scope)).map(stateAsJson) };
}

function stateAsJson({ scope, limit, counts, max, used, reserved, resetAt }: LimitState): object {
  const units = (amount: number) => (counts === 'nanoUsd' ? formatUsd(BigInt(amount)) : amount);
  return {
    scope,
    limit,
    counts: counts === 'nanoUsd' ? 'usd' : counts,
    max: units(max),
    used: units(used),
    reserved: units(reserved),
    left: units(Math.max(0, max - used - reserved)),
    ...(counts === 'concurrency' ? {} : { resetAt: new Date(resetAt).toISOString() }),
  };
}

async function spendOf(context: AdminContext, store: Store, scope: string): Promise<Record<string, unknown>> {
  const today = new Date(nowOf(context));
  const [year, month, date] = [today.getUTCFullYear(), today.getUTCMonth(), today.getUTCDate()];
  const since = async (from: number): Promise<unknown> => {
    const filter: LedgerFilter = { from, scope };
    const [total] = await store.ledger.totals(filter, [], callOf(context));
    return {
      since: new Date(from).toISOString(),
      usd: formatUsd(total?.cost ?? 0n),
      attempts: total?.attempts ?? 0,
      unpriced: total?.unpriced ?? 0,
    };
  };
  return { day: await since(Date.UTC(year, month, date)), month: await since(Date.UTC(year, month, 1)) };
}
