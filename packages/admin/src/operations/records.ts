import type { EntityKind, EntityRecords, TemplateRecord } from '@postern/core';
import { checked } from '../schema/check.ts';
import { type Change, changeOf, idOf, SCHEMAS, type Writable } from '../schema/records.ts';
import { type AdminContext, nowOf } from './context.ts';
import { checkUnnamed } from './named.ts';
import type { Shown } from './public.ts';
import { checkReferences } from './references.ts';
import { checkBounds, filled, type Templated, templateOf } from './template.ts';
import { type Guard, insert, remove, update } from './write.ts';

/** Kinds whose ids are chosen by whoever makes them. */
export type NamedKind = Exclude<EntityKind, 'key'>;

/**
 * Makes a user, team, organisation, access group, alias or template.
 * @throws AdminError `invalid_request`, `beyond_template`, `already_exists`
 */
export async function createRecord<Kind extends NamedKind>(
  context: AdminContext,
  kind: Kind,
  id: string,
  given: Writable<Kind>,
): Promise<Shown<Kind>> {
  checked(idOf(kind), id, 'id');
  const record = { ...(await prepared(context, kind, given)), createdAt: nowOf(context) };
  return insert(context, kind, id, record as unknown as EntityRecords[Kind], `${kind}.create`);
}

/**
 * Changes what is said of it; `null` takes a member away.
 * @throws AdminError `invalid_request`, `beyond_template`, `not_found`, `etag_mismatch`, `conflict`
 */
export function updateRecord<Kind extends NamedKind>(
  context: AdminContext,
  kind: Kind,
  id: string,
  change: Change<Kind>,
  guard: Guard = {},
): Promise<Shown<Kind>> {
  return changeRecord(context, kind, id, change, guard, `${kind}.update`);
}

/** Settings of a deletion. */
export interface DeleteOptions extends Guard {
  /** Also what is still named: keys that name a team, user or organisation that is gone are good no more. Default false. */
  readonly force?: boolean | undefined;
}

/**
 * Removes it. All that could name it is looked through first, keys too: that takes its time where there are many.
 * @throws AdminError `in_use`, `not_found`, `etag_mismatch`, `conflict`
 */
export function deleteRecord(
  context: AdminContext,
  kind: NamedKind,
  id: string,
  options: DeleteOptions = {},
): Promise<void> {
  const allow = options.force === true ? undefined : () => checkUnnamed(context, kind, id);
  return remove(context, kind, id, options, `${kind}.delete`, allow);
}

/** What is written of a new entity: checked, filled by its template and within it. */
export async function prepared<Kind extends EntityKind>(
  context: AdminContext,
  kind: Kind,
  given: Writable<Kind>,
): Promise<Writable<Kind>> {
  const fits = checked<unknown>(SCHEMAS[kind], given) as Templated;
  const record = isTemplated(kind) ? await templated(context, kind, fits) : fits;
  await checkReferences(context, record);
  return record as Writable<Kind>;
}

async function templated(context: AdminContext, kind: TemplateRecord['of'], given: Templated): Promise<Templated> {
  const id = given.template ?? context.templates?.[kind];
  if (id === undefined) return given;
  const template = await templateOf(context, id, kind);
  const record = { ...filled(given, template), template: id };
  checkBounds(record, template, nowOf(context));
  return record;
}

/** A change of what may be written, of any kind. */
export function changeRecord<Kind extends EntityKind>(
  context: AdminContext,
  kind: Kind,
  id: string,
  change: Change<Kind>,
  guard: Guard,
  action: string,
  allow: (before: EntityRecords[Kind], after: EntityRecords[Kind]) => void | Promise<void> = () => {},
): Promise<Shown<Kind>> {
  const fits = checked(changeOf(SCHEMAS[kind]), change) as Record<string, unknown>;
  return update(context, kind, id, guard, action, async (before) => {
    const after = merged(before, fits);
    await stay(context, kind, before, after as Templated, (member) => member in fits);
    if (Object.keys(fits).some((member) => REFERRING.has(member)))
      await checkReferences(
        context,
        pick(
          after,
          [...REFERRING].filter((member) => member in fits),
        ),
      );
    await allow(before, after as unknown as EntityRecords[Kind]);
    return after as unknown as EntityRecords[Kind];
  });
}

const REFERRING: ReadonlySet<string> = new Set(['user', 'team', 'organisation', 'groups']);

/**
 * What was made with a template stays within it, as far as it changes: whoever blocks a key need not mend first what a template no longer allows. Who takes
 * the template away takes its bounds away.
 */
async function stay(
  context: AdminContext,
  kind: EntityKind,
  before: { readonly createdAt: number },
  after: Templated,
  changes: (member: string) => boolean,
): Promise<void> {
  if (!isTemplated(kind) || after.template === undefined || !BOUNDED.some(changes)) return;
  const template = await templateOf(context, after.template, kind);
  checkBounds(after, template, before.createdAt, changes('template') ? undefined : changes);
}

const BOUNDED = ['template', 'models', 'groups', 'limits', 'expires'] as const;

const isTemplated = (kind: EntityKind): kind is TemplateRecord['of'] =>
  kind === 'key' || kind === 'user' || kind === 'team' || kind === 'organisation';

function merged(before: object, change: Record<string, unknown>): Record<string, unknown> {
  const after: Record<string, unknown> = { ...before };
  for (const [member, value] of Object.entries(change)) {
    if (value === null) delete after[member];
    else if (value !== undefined) after[member] = value;
  }
  return after;
}

const pick = (record: Record<string, unknown>, members: readonly string[]): Record<string, unknown> =>
  Object.fromEntries(members.flatMap((member) => (record[member] === undefined ? [] : [[member, record[member]]])));
