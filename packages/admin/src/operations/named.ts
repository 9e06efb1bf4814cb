import type { EntityKind } from '@postern/core';
import { AdminError } from '../errors.ts';
import { type AdminContext, callOf } from './context.ts';

type Named = Exclude<EntityKind, 'key'>;

/** Whose records can name one of a kind. Keys come last: there may be very many. */
const NAMED_BY: { readonly [Kind in Named]: readonly EntityKind[] } = {
  user: ['organisation', 'team', 'key'],
  team: ['user', 'key'],
  organisation: ['team', 'user', 'key'],
  'access-group': ['template', 'organisation', 'team', 'user', 'key'],
  template: ['organisation', 'team', 'user', 'key'],
  alias: [],
};

/**
 * Is nothing left that names it? What was made meanwhile may: it is then good for nothing, as what it names is not there.
 * @throws AdminError `in_use`, with the first that does
 */
export async function checkUnnamed(context: AdminContext, kind: Named, id: string): Promise<void> {
  if (kind === 'template' && Object.values(context.templates ?? {}).includes(id))
    throw inUse(kind, id, 'the host takes it for what is made');
  for (const by of NAMED_BY[kind]) {
    let cursor: string | undefined;
    do {
      const page = await context.entities.list(by, cursor, callOf(context));
      const found = page.items.find(({ value }) => names(value as Naming, kind, id));
      if (found !== undefined) throw inUse(kind, id, `the ${by} ${JSON.stringify(found.id)} names it`);
      cursor = page.next;
    } while (cursor !== undefined);
  }
}

/** Members of any record that name others. */
interface Naming {
  readonly user?: string;
  readonly team?: string;
  readonly organisation?: string;
  readonly template?: string;
  readonly groups?: readonly string[];
  readonly members?: Readonly<Record<string, unknown>>;
  readonly admins?: readonly string[];
  readonly defaults?: { readonly groups?: readonly string[] };
  readonly atMost?: { readonly groups?: readonly string[] };
}

function names(record: Naming, kind: Named, id: string): boolean {
  if (kind === 'alias') return false;
  if (kind === 'access-group')
    return [record.groups, record.defaults?.groups, record.atMost?.groups].some((groups) => groups?.includes(id));
  if (record[kind] === id) return true;
  return kind === 'user' && (Object.hasOwn(record.members ?? {}, id) || record.admins?.includes(id) === true);
}

const inUse = (kind: string, id: string, why: string): AdminError =>
  new AdminError(
    'in_use',
    `The ${kind} ${JSON.stringify(id)} is in use: ${why}. Change that first, or force it.`,
    'id',
  );
