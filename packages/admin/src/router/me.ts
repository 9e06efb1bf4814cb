import {
  formatUsd,
  type GatewayRequest,
  type KeyRecord,
  type LedgerFilter,
  parseKey,
  type Store,
  secretHash,
} from '@postern/core';
import { AdminError } from '../errors.ts';
import { type AdminContext, callOf, nowOf } from '../operations/context.ts';
import { withoutSecrets } from '../operations/public.ts';
import { recordOf } from '../operations/read.ts';
import type { Identity } from './access.ts';
import type { Answer } from './reply.ts';

/** Where a key may stand. */
const HEADERS = ['authorization', 'x-api-key', 'api-key'] as const;

/** The key that a request presents; undefined when there is none. */
export function presentedKey(request: Pick<GatewayRequest, 'header'>): string | undefined {
  for (const name of HEADERS) {
    const text = (request.header(name) ?? '').replace(/^bearer +/i, '').trim();
    if (text.startsWith('psk_')) return text;
  }
  return undefined;
}

/**
 * The record of a key that is good now.
 * @throws AdminError `unauthenticated`, one and the same for a key that is unknown, wrong, blocked or over
 */
async function keyRecordOf(context: AdminContext, text: string): Promise<readonly [id: string, record: KeyRecord]> {
  const parsed = parseKey(text);
  const record = parsed === undefined ? undefined : await recordOf(context, 'key', parsed.id);
  if (parsed === undefined || record === undefined || !isGood(record, secretHash(parsed.secret), nowOf(context)))
    throw new AdminError('unauthenticated', 'The key is not known, or not good any more.');
  return [parsed.id, record];
}

function isGood({ hash, previous, blocked, expires }: KeyRecord, given: string, now: number): boolean {
  const isOld = previous !== undefined && now < previous.until && isSame(previous.hash, given);
  const isKnown = isSame(hash, given) || isOld;
  return isKnown && blocked !== true && (expires === undefined || now < expires);
}

/** The time that it takes tells nothing of where two hashes differ. */
function isSame(one: string, other: string): boolean {
  let difference = one.length ^ other.length;
  for (let at = 0; at < other.length; at++) difference |= one.charCodeAt(at) ^ other.charCodeAt(at);
  return difference === 0;
}

/** What the owner of a key may know of it: what it allows, and what was spent with it this day and month (UTC). */
export async function aboutKey(context: AdminContext, store: Store, text: string): Promise<Answer> {
  const [id, record] = await keyRecordOf(context, text);
  return { body: { id, ...withoutSecrets('key', record), spend: await spendOf(context, store, `caller:${id}`) } };
}

/** The same of a user whom the host knows. */
export async function aboutUser(context: AdminContext, store: Store, who: Identity): Promise<Answer> {
  if (who.role !== 'user') return { body: { actor: who.actor, role: who.role } };
  const record = await recordOf(context, 'user', who.user);
  const spend = await spendOf(context, store, `user:${who.user}`);
  return { body: { actor: who.actor, role: who.role, id: who.user, ...record, spend } };
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
