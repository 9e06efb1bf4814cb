import type { EntityKind, EntityRecords } from '@postern/core';
import { notFound } from '../errors.ts';
import { type AdminContext, callOf } from './context.ts';
import type { Shown } from './public.ts';
import { shown } from './write.ts';

/** What an entity's store and clock are needed for reading. */
export type Reading = Pick<AdminContext, 'entities' | 'clock' | 'timeout'>;

/** The record as it is stored, hashes and all. Undefined: there is none. */
export async function recordOf<Kind extends EntityKind>(
  context: Reading,
  kind: Kind,
  id: string,
): Promise<EntityRecords[Kind] | undefined> {
  return (await context.entities.get(kind, id, callOf(context)))?.value as EntityRecords[Kind] | undefined;
}

/**
 * An entity as it is shown.
 * @throws AdminError `not_found`
 */
export async function read<Kind extends EntityKind>(context: Reading, kind: Kind, id: string): Promise<Shown<Kind>> {
  const entity = await context.entities.get(kind, id, callOf(context));
  if (entity === undefined) throw notFound(kind, id);
  return shown(kind, id, entity.etag, entity.value as EntityRecords[Kind]);
}
