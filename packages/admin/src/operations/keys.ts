import { type KeyRecord, makeKey } from '@postern/core';
import { invalid } from '../errors.ts';
import type { Change, Writable } from '../schema/records.ts';
import { type AdminContext, nowOf } from './context.ts';
import type { Shown } from './public.ts';
import { randomId } from './random-id.ts';
import { changeRecord, prepared } from './records.ts';
import { type Guard, insert, remove, update } from './write.ts';

/** A key that was just issued. */
export interface Issued extends Shown<'key'> {
  /** The key itself, told this once and kept nowhere. */
  readonly key: string;
}

/** Checks a change before it is written, and throws to refuse it. */
export type Allow = (before: KeyRecord, after: KeyRecord) => void | Promise<void>;

/** How long the old secret may stay good after a rotation. Milliseconds. */
export const MOST_GRACE = 30 * 86_400_000;
const GRACE = 86_400_000;

/**
 * Issues a key.
 * @throws AdminError `invalid_request`, `beyond_template`
 */
export async function issueKey(context: AdminContext, given: Writable<'key'>): Promise<Issued> {
  const writable = await prepared(context, 'key', given);
  const now = nowOf(context);
  if (writable.expires !== undefined && writable.expires <= now) throw invalid('expires', 'has passed already');
  const { id, key, hash } = makeKey(randomId);
  const record = { ...writable, hash, createdAt: now } as KeyRecord;
  return { ...(await insert(context, 'key', id, record, 'key.issue')), key };
}

/** Settings of a rotation. */
export interface RotateOptions extends Guard {
  /** How long the old secret stays good. Milliseconds from 0 to 30 days; default a day. */
  readonly grace?: number | undefined;
  readonly allow?: Allow | undefined;
}

/**
 * Gives a key another secret under the same id. A secret before the last one is good no more, whatever grace it had.
 * @throws AdminError `invalid_request`, `not_found`, `etag_mismatch`, `conflict`
 */
export async function rotateKey(context: AdminContext, id: string, options: RotateOptions = {}): Promise<Issued> {
  const { grace = GRACE, allow } = options;
  if (!Number.isInteger(grace) || grace < 0 || grace > MOST_GRACE)
    throw invalid('grace', `does not fit; write milliseconds from 0 to ${MOST_GRACE}`);
  let key = '';
  const rotated = await update(context, 'key', id, options, 'key.rotate', async (before) => {
    const made = makeKey(randomId, id);
    key = made.key;
    const { previous: _, ...rest } = before;
    const until = nowOf(context) + grace;
    const after = { ...rest, hash: made.hash, ...(grace > 0 ? { previous: { hash: before.hash, until } } : {}) };
    await allow?.(before, after);
    return after;
  });
  return { ...rotated, key };
}

/** Nobody may call with it until it is unblocked. @throws AdminError `not_found`, `etag_mismatch`, `conflict` */
export function blockKey(context: AdminContext, id: string, guard: Guard = {}, allow?: Allow): Promise<Shown<'key'>> {
  return changeRecord(context, 'key', id, { blocked: true }, guard, 'key.block', allow);
}

/** @throws AdminError `not_found`, `etag_mismatch`, `conflict` */
export function unblockKey(context: AdminContext, id: string, guard: Guard = {}, allow?: Allow): Promise<Shown<'key'>> {
  return changeRecord(context, 'key', id, { blocked: null }, guard, 'key.unblock', allow);
}

/** Lets a key end at a moment (milliseconds since the epoch); default now. @throws AdminError as {@link updateKey} */
export function expireKey(
  context: AdminContext,
  id: string,
  at = nowOf(context),
  guard: Guard = {},
): Promise<Shown<'key'>> {
  return changeRecord(context, 'key', id, { expires: at }, guard, 'key.expire');
}

/**
 * Changes what is said of a key; `null` takes a member away.
 * @throws AdminError `invalid_request`, `beyond_template`, `not_found`, `etag_mismatch`, `conflict`
 */
export function updateKey(
  context: AdminContext,
  id: string,
  change: Change<'key'>,
  guard: Guard = {},
  allow?: Allow,
): Promise<Shown<'key'>> {
  return changeRecord(context, 'key', id, change, guard, 'key.update', allow);
}

/** Removes a key for good. @throws AdminError `not_found`, `etag_mismatch`, `conflict` */
export function deleteKey(
  context: AdminContext,
  id: string,
  guard: Guard = {},
  allow?: (before: KeyRecord) => void | Promise<void>,
): Promise<void> {
  return remove(context, 'key', id, guard, 'key.delete', allow);
}
