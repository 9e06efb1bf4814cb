import type { EntityRecords } from '@postern/core';
import type * as z from 'zod';
import { callOf } from '../operations/context.ts';
import { removeMember, setMember } from '../operations/members.ts';
import type { Shown } from '../operations/public.ts';
import { read } from '../operations/read.ts';
import { createRecord, deleteRecord, type NamedKind, updateRecord } from '../operations/records.ts';
import { shown } from '../operations/write.ts';
import { checked } from '../schema/check.ts';
import { oneOf, strict } from '../schema/parts.ts';
import { changeOf, idOf, SCHEMAS, type Writable } from '../schema/records.ts';
import { checkSpend } from './access.ts';
import { asJson, entity, listOf } from './answers.ts';
import type { AdminCall, Route } from './call.ts';
import { pageOf } from './pages.ts';
import { checkId, cursorIn, pageSize, paging } from './query.ts';
import type { Answer } from './reply.ts';

/** Where each kind is, and how operations on it are called. */
const PLACES: readonly (readonly [kind: NamedKind, path: string, one: string, many: string])[] = [
  ['user', '/users', 'User', 'Users'],
  ['team', '/teams', 'Team', 'Teams'],
  ['organisation', '/organisations', 'Organisation', 'Organisations'],
  ['access-group', '/access-groups', 'AccessGroup', 'AccessGroups'],
  ['alias', '/aliases', 'Alias', 'Aliases'],
  ['template', '/templates', 'Template', 'Templates'],
];

const answered = (one: Shown, status = 200): Answer => ({ status, etag: one.etag, body: asJson(one) });

function routesOf([kind, path, one, many]: (typeof PLACES)[number]): readonly Route[] {
  const word = one.replace(/(?<=.)([A-Z])/, (letter) => ` ${letter.toLowerCase()}`).toLowerCase();
  const idIn = ({ path: { id = '' } }: AdminCall) => checked(idOf(kind), id, 'id');
  const create = strict({ id: idOf(kind), ...SCHEMAS[kind].shape }, "{ id: 'research' }");
  return [
    {
      method: 'GET',
      path,
      id: `list${many}`,
      summary: `All of them, by id.`,
      for: 'viewer',
      query: strict(paging(), 'a query') as z.ZodObject,
      answer: listOf(entity(kind)),
      run: (call) => list(kind, call),
    },
    {
      method: 'POST',
      path,
      id: `create${one}`,
      summary: `Makes one: ${word}.`,
      for: 'admin',
      body: create,
      status: 201,
      answer: entity(kind),
      async run({ context, body }) {
        const { id, ...rest } = body as { readonly id: string } & Record<string, unknown>;
        return answered(await createRecord(context, kind, id, rest as Writable<typeof kind>), 201);
      },
    },
    {
      method: 'GET',
      path: `${path}/{id}`,
      id: `get${one}`,
      summary: `One of them: ${word}.`,
      for: kind === 'team' || kind === 'user' ? 'any' : 'viewer',
      answer: entity(kind),
      async run(call) {
        const id = idIn(call);
        await checkSpend(call.context, call.who, `${kind}:${id}`);
        return answered(await read(call.context, kind, id));
      },
    },
    {
      method: 'PATCH',
      path: `${path}/{id}`,
      id: `update${one}`,
      summary: 'Changes what is said of it; null takes a member away.',
      for: 'admin',
      body: changeOf(SCHEMAS[kind]),
      ifMatch: true,
      answer: entity(kind),
      run: async (call) =>
        answered(await updateRecord(call.context, kind, idIn(call), call.body as object, { etag: call.etag })),
    },
    {
      method: 'DELETE',
      path: `${path}/{id}`,
      id: `delete${one}`,
      summary:
        'Removes it, unless something names it still. Keys that name what was removed by force are good no more.',
      for: 'admin',
      query: strict({ force: oneOf(['true', 'false']).optional() }, 'a query') as z.ZodObject,
      ifMatch: true,
      status: 204,
      async run(call) {
        const force = call.query['force'] === 'true';
        await deleteRecord(call.context, kind, idIn(call), { etag: call.etag, force });
        return {};
      },
    },
  ];
}

async function list(kind: NamedKind, { context, query }: AdminCall): Promise<Answer> {
  const { items, next } = await pageOf(
    {
      name: kind,
      fetch: (cursor) => context.entities.list(kind, cursor, callOf(context)),
      idOf: (one) => one.id,
      sorted: true,
    },
    cursorIn(query),
    pageSize(query),
  );
  const data = items.map((one) => asJson(shown(kind, one.id, one.etag, one.value as EntityRecords[NamedKind])));
  return { body: { data, ...(next === undefined ? {} : { next }) } };
}

/** Members of a team, one by one, so that two admins don't undo each other's. */
const MEMBER_ROUTES: readonly Route[] = [
  {
    method: 'PUT',
    path: '/teams/{id}/members/{user}',
    id: 'setTeamMember',
    summary: 'Takes a user into a team, or gives another role.',
    for: 'admin',
    body: strict({ role: oneOf(['member', 'admin']) }, "{ role: 'member' }"),
    ifMatch: true,
    answer: entity('team'),
    async run({ context, path: { id = '', user = '' }, body, etag }) {
      const { role } = body as { readonly role: 'member' | 'admin' };
      return answered(await setMember(context, checkId('id', id), checkId('user', user), role, { etag }));
    },
  },
  {
    method: 'DELETE',
    path: '/teams/{id}/members/{user}',
    id: 'removeTeamMember',
    summary: 'Takes a user out of a team.',
    for: 'admin',
    ifMatch: true,
    answer: entity('team'),
    run: async ({ context, path: { id = '', user = '' }, etag }) =>
      answered(await removeMember(context, checkId('id', id), checkId('user', user), { etag })),
  },
];

/** Users, teams, organisations, access groups, aliases and templates. */
export const RECORD_ROUTES: readonly Route[] = [...PLACES.flatMap(routesOf), ...MEMBER_ROUTES];
