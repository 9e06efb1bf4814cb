import type { Entity, EntityKind, EntityRecords } from '@postern/core';
import { AdminError, notFound } from '../errors.ts';
import { type AdminContext, callOf, nowOf } from './context.ts';
import { type Shown, withoutSecrets } from './public.ts';

/** How often a change is tried anew that others came before. */
const TRIES = 4;

export const shown = <Kind extends EntityKind>(
  kind: Kind,
  id: string,
  etag: string,
  record: EntityRecords[Kind],
): Shown<Kind> => ({
  id,
  etag,
  record: withoutSecrets(kind, record),
});

/** Which version is to be changed: its etag; undefined: whichever there is. */
export interface Guard {
  readonly etag?: string | undefined;
}

/**
 * Makes an entity, with its entry in the audit.
 * @throws AdminError `already_exists`
 */
export async function insert<Kind extends EntityKind>(
  context: AdminContext,
  kind: Kind,
  id: string,
  record: EntityRecords[Kind],
  action: string,
): Promise<Shown<Kind>> {
  const audit = { at: nowOf(context), by: context.by, action, after: withoutSecrets(kind, record) };
  const etag = await context.entities.put(kind, id, record, undefined, audit, callOf(context));
  if (etag === undefined)
    throw new AdminError('already_exists', `There is a ${kind} ${JSON.stringify(id)} already.`, 'id');
  tell(context, kind, id, action);
  return shown(kind, id, etag, record);
}

/**
 * Changes an entity, with its entry in the audit. Without an etag it is tried anew when somebody else came before.
 * @param change gives the new record; what it throws leaves all as it is
 * @throws AdminError `not_found`, `etag_mismatch`, `conflict`
 */
export async function update<Kind extends EntityKind>(
  context: AdminContext,
  kind: Kind,
  id: string,
  { etag }: Guard,
  action: string,
  change: (record: EntityRecords[Kind]) => EntityRecords[Kind] | Promise<EntityRecords[Kind]>,
): Promise<Shown<Kind>> {
  for (let left = TRIES; left > 0; left--) {
    const entity = await existing(context, kind, id, etag);
    const before = entity.value as EntityRecords[Kind];
    const after = await change(before);
    const audit = {
      at: nowOf(context),
      by: context.by,
      action,
      before: withoutSecrets(kind, before),
      after: withoutSecrets(kind, after),
    };
    const next = await context.entities.put(kind, id, after, entity.etag, audit, callOf(context));
    if (next !== undefined) {
      tell(context, kind, id, action);
      return shown(kind, id, next, after);
    }
    if (etag !== undefined) throw mismatch(kind, id);
  }
  throw new AdminError('conflict', `Others change the ${kind} ${JSON.stringify(id)} right now; try again.`);
}

/**
 * Removes an entity, with its entry in the audit.
 * @param allow throws to refuse it; it sees the very version that is removed
 * @throws AdminError `not_found`, `etag_mismatch`, `conflict`
 */
export async function remove<Kind extends EntityKind>(
  context: AdminContext,
  kind: Kind,
  id: string,
  { etag }: Guard,
  action: string,
  allow: (before: EntityRecords[Kind]) => void | Promise<void> = () => {},
): Promise<void> {
  for (let left = TRIES; left > 0; left--) {
    const entity = await existing(context, kind, id, etag);
    const record = entity.value as EntityRecords[Kind];
    await allow(record);
    const audit = { at: nowOf(context), by: context.by, action, before: withoutSecrets(kind, record) };
    if (await context.entities.delete(kind, id, entity.etag, audit, callOf(context)))
      return tell(context, kind, id, action);
    if (etag !== undefined) throw mismatch(kind, id);
  }
  throw new AdminError('conflict', `Others change the ${kind} ${JSON.stringify(id)} right now; try again.`);
}

/** @throws AdminError `not_found`, `etag_mismatch` */
async function existing(
  context: AdminContext,
  kind: EntityKind,
  id: string,
  etag: string | undefined,
): Promise<Entity> {
  const entity = await context.entities.get(kind, id, callOf(context));
  if (entity === undefined) throw notFound(kind, id);
  if (etag !== undefined && etag !== entity.etag) throw mismatch(kind, id);
  return entity;
}

const mismatch = (kind: EntityKind, id: string): AdminError =>
  new AdminError('etag_mismatch', `The ${kind} ${JSON.stringify(id)} was changed by somebody else; read it again.`);

function tell({ onChange, by }: AdminContext, kind: EntityKind, id: string, action: string): void {
  try {
    onChange?.({ kind, id, action, by });
  } catch {
    // The change is made, whatever whoever is told of it makes of that.
  }
}
