import {
  type Caller,
  formatUsd,
  type GatewayRequest,
  isGatewayError,
  type KeyCallers,
  type LedgerFilter,
  presentedKey,
  type Store,
} from '@postern/core';
import { AdminError } from '../errors.ts';
import { type AdminContext, callOf, nowOf } from '../operations/context.ts';
import { withoutSecrets } from '../operations/public.ts';
import { recordOf } from '../operations/read.ts';
import type { Identity } from './access.ts';
import { leftIn, leftOf, type Teller } from './left.ts';
import type { Answer } from './reply.ts';

/** What is asked about, and with what it is answered. */
export interface Asking {
  readonly context: AdminContext;
  readonly store: Store;
  /** undefined: what is left of limits is not known here. */
  readonly gateway: Teller | undefined;
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
  const left = asking.gateway && (await leftOf(asking.gateway, caller, asking.model));
  const spend = await spendOf(context, store, `caller:${id}`);
  return { body: { id, ...withoutSecrets('key', record), effective, left, spend } };
}

/** The same of a user whom the host knows. */
export async function aboutUser(asking: Asking, who: Identity): Promise<Answer> {
  if (who.role !== 'user') return { body: { actor: who.actor, role: who.role } };
  const { user } = who;
  const { context, gateway, model, store } = asking;
  const record = await recordOf(context, 'user', user);
  const left = gateway && (await leftIn(context, gateway, `user:${user}`, model));
  const spend = await spendOf(context, store, `user:${user}`);
  return { body: { actor: who.actor, role: who.role, id: user, ...record, left, spend } };
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
