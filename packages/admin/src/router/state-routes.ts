import type { AuditEntry, Call, Page } from '@postern/core';
import * as z from 'zod';
import { AdminError } from '../errors.ts';
import { callOf } from '../operations/context.ts';
import { strict } from '../schema/parts.ts';
import { listOf } from './answers.ts';
import type { AdminCall, Route } from './call.ts';
import { pageOf } from './pages.ts';
import { cursorIn, pageSize, paging } from './query.ts';
import type { Answer } from './reply.ts';

/** Who changed what, with what it was about. */
type Audited = AuditEntry & { readonly kind: string; readonly id: string };
interface WithAudit {
  audit(cursor: string | undefined, call: Call): Promise<Page<Audited>>;
}

async function audit({ context, query }: AdminCall): Promise<Answer> {
  const entities = context.entities as typeof context.entities & Partial<WithAudit>;
  if (entities.audit === undefined) throw new AdminError('unavailable', 'This store can not list its audit.');
  const { items, next } = await pageOf(
    {
      name: 'audit',
      fetch: async (cursor) => (await entities.audit?.(cursor, callOf(context))) ?? { items: [] },
      idOf: (entry) => JSON.stringify([entry.at, entry.kind, entry.id, entry.action, entry.by]),
    },
    cursorIn(query),
    pageSize(query),
  );
  return { body: { data: items, ...(next === undefined ? {} : { next }) } };
}

async function reservations({ context, store, query }: AdminCall): Promise<Answer> {
  const { items, next } = await pageOf(
    { name: 'reservations', fetch: (cursor) => store.limits.open(cursor, callOf(context)), idOf: ({ id }) => id },
    cursorIn(query),
    pageSize(query),
  );
  return { body: { data: items, ...(next === undefined ? {} : { next }) } };
}

function deployments({ gateway, health }: AdminCall): Answer {
  return { body: { gateway: gateway?.stats() ?? null, data: health?.all() ?? [] } };
}

/** What is configured, what goes on, and what was changed. */
export const STATE_ROUTES: readonly Route[] = [
  {
    method: 'GET',
    path: '/models',
    id: 'listModels',
    summary: 'Names of models that may be asked for, as configured. Without a gateway there are none.',
    for: 'any',
    answer: listOf(z.looseObject({ id: z.string() })),
    run: ({ gateway }) => ({ body: { data: gateway?.models() ?? [] } }),
  },
  {
    method: 'GET',
    path: '/deployments',
    id: 'listDeployments',
    summary: 'What this process saw of each deployment since it started: one that was not called yet is not there.',
    for: 'viewer',
    answer: z.looseObject({
      gateway: z.looseObject({}).nullable(),
      data: z.array(z.looseObject({ deployment: z.string() })),
    }),
    run: deployments,
  },
  {
    method: 'GET',
    path: '/reservations',
    id: 'listReservations',
    summary: 'What is reserved and not settled, or in doubt after a crash.',
    for: 'viewer',
    query: strict(paging(), 'a query') as z.ZodObject,
    answer: listOf(z.looseObject({ id: z.string() })),
    run: reservations,
  },
  {
    method: 'GET',
    path: '/audit',
    id: 'listAudit',
    summary: 'Who changed what, the newest first. Secrets and their hashes are not in it.',
    for: 'viewer',
    query: strict(paging(), 'a query') as z.ZodObject,
    answer: listOf(
      z.looseObject({ at: z.int(), by: z.string(), action: z.string(), kind: z.string(), id: z.string() }),
    ),
    run: audit,
  },
];
