import type { EntityKind, EntityRecords, KeyRecord } from '@postern/core';

/** A key without what is stored of its secrets. */
export type PublicKey = Omit<KeyRecord, 'hash' | 'previous'> & { readonly previous?: { readonly until: number } };

/** Records as they are shown. */
export type PublicRecords = Omit<EntityRecords, 'key'> & { readonly key: PublicKey };

/** An entity as it is shown. `etag` changes with every change. */
export interface Shown<Kind extends EntityKind = EntityKind> {
  readonly id: string;
  readonly etag: string;
  readonly record: PublicRecords[Kind];
}

/** A record without hashes: nothing that is derived from a secret is shown, or stands in the audit. */
export function withoutSecrets<Kind extends EntityKind>(kind: Kind, record: EntityRecords[Kind]): PublicRecords[Kind] {
  if (kind !== 'key') return record as PublicRecords[Kind];
  const { hash: _, previous, ...rest } = record as KeyRecord;
  return { ...rest, ...(previous === undefined ? {} : { previous: { until: previous.until } }) } as PublicRecords[Kind];
}
