import type { EntityRecords, KeyRecord } from '@postern/core';
import type * as z from 'zod';
import { AdminError } from '../errors.ts';
import { callOf } from '../operations/context.ts';
import { blockKey, deleteKey, issueKey, MOST_GRACE, rotateKey, unblockKey, updateKey } from '../operations/keys.ts';
import type { Shown } from '../operations/public.ts';
import { recordOf } from '../operations/read.ts';
import { shown } from '../operations/write.ts';
import { id, strict, wholeNumber } from '../schema/parts.ts';
import { changeOf, SCHEMAS, type Writable } from '../schema/records.ts';
import { checkChanges, checkSees, forbidden, isAdminOf } from './access.ts';
import { asJson, entity, issued, listOf } from './answers.ts';
import type { AdminCall, Route } from './call.ts';
import { pageOf } from './pages.ts';
import { cursorIn, pageSize, paging } from './query.ts';
import type { Answer } from './reply.ts';

const KIND = 'key';
/** What makeKey gives. */
const KEY_ID = /^[0-9a-f]{16}$/;

const changed = (key: Shown<'key'>, more: object = {}, status = 200): Answer => ({
  status,
  etag: key.etag,
  body: { ...asJson(key), ...more },
});

/** A key of the path that whoever asks may know of. */
async function keyOf({ path, context, who }: AdminCall): Promise<string> {
  const { id = '' } = path;
  const record = KEY_ID.test(id) ? await recordOf(context, KIND, id) : undefined;
  if (record === undefined) throw new AdminError('not_found', 'There is no such key.');
  await checkSees(context, who, record);
  return id;
}

const allow =
  ({ context, who }: AdminCall) =>
  (before: KeyRecord, after: KeyRecord) =>
    checkChanges(context, who, before, after);

async function list({ context, query, who }: AdminCall): Promise<Answer> {
  const { team, user } = query as { readonly team?: string; readonly user?: string };
  if (who.role === 'user' && user !== who.user && (team === undefined || !(await isAdminOf(context, who.user, team))))
    throw forbidden('Name a team that you are an admin of, or yourself as the user.', 'team');
  const { items, next } = await pageOf(
    {
      name: `keys ${JSON.stringify([team, user])}`,
      fetch: (cursor) => context.entities.list(KIND, cursor, callOf(context)),
      idOf: (one) => one.id,
      sorted: true,
      passes: ({ value }) => {
        const key = value as KeyRecord;
        return (team === undefined || key.team === team) && (user === undefined || key.user === user);
      },
    },
    cursorIn(query),
    pageSize(query),
  );
  const data = items.map((one) => asJson(shown(KIND, one.id, one.etag, one.value as EntityRecords['key'])));
  return { body: { data, ...(next === undefined ? {} : { next }) } };
}

async function get(call: AdminCall): Promise<Answer> {
  const entity = await call.context.entities.get(KIND, await keyOf(call), callOf(call.context));
  if (entity === undefined) throw new AdminError('not_found', 'There is no such key.');
  return changed(shown(KIND, entity.id, entity.etag, entity.value as KeyRecord));
}

async function issue({ context, body, who }: AdminCall): Promise<Answer> {
  const given = body as Writable<'key'>;
  await checkChanges(context, who, undefined, given as Partial<KeyRecord>);
  // A team's admin takes the template that the host has set for keys, and no other.
  if (who.role === 'user' && given.template !== undefined && given.template !== context.templates?.key)
    throw forbidden('The template of a key is not yours to choose.', 'template');
  const key = await issueKey(context, given);
  return changed(key, { key: key.key }, 201);
}

async function rotate(call: AdminCall): Promise<Answer> {
  const { grace } = (call.body ?? {}) as { readonly grace?: number };
  const key = await rotateKey(call.context, await keyOf(call), { etag: call.etag, grace, allow: allow(call) });
  return changed(key, { key: key.key });
}

async function erase(call: AdminCall): Promise<Answer> {
  const mayErase = (record: KeyRecord) => checkChanges(call.context, call.who, record, record);
  await deleteKey(call.context, await keyOf(call), { etag: call.etag }, mayErase);
  return {};
}

/** Keys: issued, read, changed, rotated, blocked and deleted. */
export const KEY_ROUTES: readonly Route[] = [
  {
    method: 'GET',
    path: '/keys',
    id: 'listKeys',
    summary: 'Keys, by id; of a team or a user if one is named. A page that is filtered may have fewer than it could.',
    for: 'any',
    query: strict({ ...paging(), team: id().optional(), user: id().optional() }, 'a query') as z.ZodObject,
    answer: listOf(entity(KIND)),
    run: list,
  },
  {
    method: 'POST',
    path: '/keys',
    id: 'issueKey',
    summary: 'Issues a key. Its text is told in this answer and never again.',
    for: 'any',
    body: SCHEMAS.key,
    status: 201,
    answer: issued(),
    run: issue,
  },
  { method: 'GET', path: '/keys/{id}', id: 'getKey', summary: 'A key.', for: 'any', answer: entity(KIND), run: get },
  {
    method: 'PATCH',
    path: '/keys/{id}',
    id: 'updateKey',
    summary: 'Changes what is said of a key; null takes a member away.',
    for: 'any',
    body: changeOf(SCHEMAS.key),
    ifMatch: true,
    answer: entity(KIND),
    run: async (call) =>
      changed(await updateKey(call.context, await keyOf(call), call.body as object, { etag: call.etag }, allow(call))),
  },
  {
    method: 'DELETE',
    path: '/keys/{id}',
    id: 'deleteKey',
    summary: 'Removes a key for good.',
    for: 'any',
    ifMatch: true,
    status: 204,
    run: erase,
  },
  {
    method: 'POST',
    path: '/keys/{id}/rotate',
    id: 'rotateKey',
    summary: 'Gives a key another secret; the old one stays good for the grace (milliseconds, default a day).',
    for: 'any',
    body: strict({ grace: wholeNumber(0, MOST_GRACE).optional() }, '{ grace: 3600000 }'),
    bodyOptional: true,
    ifMatch: true,
    answer: issued(),
    run: rotate,
  },
  {
    method: 'POST',
    path: '/keys/{id}/block',
    id: 'blockKey',
    summary: 'Nobody may call with the key until it is unblocked.',
    for: 'any',
    ifMatch: true,
    answer: entity(KIND),
    run: async (call) => changed(await blockKey(call.context, await keyOf(call), { etag: call.etag }, allow(call))),
  },
  {
    method: 'POST',
    path: '/keys/{id}/unblock',
    id: 'unblockKey',
    summary: 'Takes the block away.',
    for: 'any',
    ifMatch: true,
    answer: entity(KIND),
    run: async (call) => changed(await unblockKey(call.context, await keyOf(call), { etag: call.etag }, allow(call))),
  },
];
