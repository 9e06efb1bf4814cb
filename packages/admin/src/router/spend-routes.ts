import { formatUsd, type LedgerDimension, type LedgerFilter, type Total } from '@postern/core';
import * as z from 'zod';
import { EXPORT_FORMATS, EXPORT_TYPES, type ExportFormat, exportLedger } from '../export/export-ledger.ts';
import { callOf } from '../operations/context.ts';
import { oneOf, strict } from '../schema/parts.ts';
import { checkSpend } from './access.ts';
import { listOf } from './answers.ts';
import type { AdminCall, Route } from './call.ts';
import { pageOf } from './pages.ts';
import { cursorIn, filters, pageSize, paging } from './query.ts';
import type { Answer } from './reply.ts';

const DIMENSIONS = ['day', 'scope', 'model', 'provider', 'deployment'] as const satisfies readonly LedgerDimension[];

function dimensions() {
  const error = `does not fit; write some of ${DIMENSIONS.join(', ')} with commas between`;
  return z
    .string()
    .regex(new RegExp(`^(${DIMENSIONS.join('|')})(,(${DIMENSIONS.join('|')}))*$`), { error })
    .transform((text) => [...new Set(text.split(','))] as LedgerDimension[]);
}

/** What of the ledger the query names. */
function filterOf(query: Readonly<Record<string, unknown>>): LedgerFilter {
  const named = ['from', 'to', 'scope', 'model', 'request'].flatMap((name) =>
    query[name] === undefined ? [] : [[name, query[name]]],
  );
  return Object.fromEntries(named) as LedgerFilter;
}

/** Sums as JSON: what can go beyond 2^53 is text. */
function totalAsJson({ by, attempts, usage, cost, unpriced }: Total): Record<string, unknown> {
  const units = Object.fromEntries(Object.entries(usage).map(([name, count]) => [name, count.toString()]));
  return { ...by, attempts, unpriced, nanoUsd: cost.toString(), usd: formatUsd(cost), usage: units };
}

async function totals({ context, store, query, who }: AdminCall): Promise<Answer> {
  const filter = filterOf(query);
  await checkSpend(context, who, filter.scope);
  const by = (query['by'] as readonly LedgerDimension[] | undefined) ?? [];
  const all = await store.ledger.totals(filter, by, callOf(context));
  return { body: { data: all.map(totalAsJson) } };
}

async function attempts({ context, store, query, who }: AdminCall): Promise<Answer> {
  const filter = filterOf(query);
  await checkSpend(context, who, filter.scope);
  const { items, next } = await pageOf(
    {
      name: `attempts ${JSON.stringify(filter)}`,
      fetch: (cursor) => store.ledger.list(filter, cursor, callOf(context)),
      idOf: (record) => record.attempt,
    },
    cursorIn(query),
    pageSize(query),
  );
  return { body: { data: items, ...(next === undefined ? {} : { next }) } };
}

async function exported({ context, store, query, who, request }: AdminCall): Promise<Answer> {
  const filter = filterOf(query);
  await checkSpend(context, who, filter.scope);
  const format = query['format'] as ExportFormat;
  const chunks = exportLedger(store.ledger, {
    format,
    filter,
    ...(context.clock === undefined ? {} : { clock: context.clock }),
  });
  const name = `spend.${format === 'jsonl' ? 'jsonl' : 'csv'}`;
  return {
    headers: { 'content-disposition': `attachment; filename="${name}"` },
    stream: { type: EXPORT_TYPES[format], chunks: until(chunks, request.signal) },
  };
}

/** Reads on only while the client is there. */
async function* until(chunks: AsyncIterable<string>, signal: { readonly aborted: boolean }): AsyncGenerator<string> {
  for await (const chunk of chunks) {
    if (signal.aborted) return;
    yield chunk;
  }
}

const total = z.looseObject({
  day: z.string().optional(),
  scope: z.string().optional(),
  model: z.string().optional(),
  provider: z.string().optional(),
  deployment: z.string().optional(),
  attempts: z.int(),
  unpriced: z.int().describe('Attempts whose price is not known: they are not in the sum.'),
  nanoUsd: z.string(),
  usd: z.string(),
  usage: z.record(z.string(), z.string()),
});

/** Spend, as the ledger has it. */
export const SPEND_ROUTES: readonly Route[] = [
  {
    method: 'GET',
    path: '/spend',
    id: 'getSpend',
    summary: 'Sums of the ledger, by day, scope, model, provider, deployment or several of them.',
    for: 'any',
    query: strict(
      { ...filters(), by: dimensions().optional().describe('Such as `day,model`; default none, one sum.') },
      'a query',
    ) as z.ZodObject,
    answer: listOf(total),
    run: totals,
  },
  {
    method: 'GET',
    path: '/spend/attempts',
    id: 'listAttempts',
    summary: 'Attempts, in the order of the ledger.',
    for: 'any',
    query: strict({ ...paging(), ...filters() }, 'a query') as z.ZodObject,
    answer: listOf(z.looseObject({ attempt: z.string(), request: z.string(), cost: z.string().optional() })),
    run: attempts,
  },
  {
    method: 'GET',
    path: '/spend/export',
    id: 'exportSpend',
    summary: 'The ledger as a file: csv, jsonl, or focus (FOCUS 1.0 as CSV).',
    for: 'any',
    query: strict({ ...filters(), format: oneOf(EXPORT_FORMATS) }, 'a query') as z.ZodObject,
    types: ['text/csv', 'application/jsonl'],
    run: exported,
  },
];
