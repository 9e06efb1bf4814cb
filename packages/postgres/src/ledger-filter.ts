import type { LedgerFilter } from '@postern/core';
import { textOf } from './text.ts';

/** The condition of a filter, with the values that it binds after those that are there. */
export function conditionOf(filter: LedgerFilter, values: unknown[]): string {
  const bound = (value: unknown): string => `$${values.push(value)}`;
  const { from, to, scope, model, request } = filter;
  return [
    'true',
    ...(from === undefined ? [] : [`started_at >= ${bound(from)}`]),
    ...(to === undefined ? [] : [`started_at < ${bound(to)}`]),
    ...(scope === undefined ? [] : [`scopes @> ARRAY[${bound(textOf(scope))}::text]`]),
    ...(model === undefined ? [] : [`model = ${bound(textOf(model))}`]),
    ...(request === undefined ? [] : [`request = ${bound(textOf(request))}`]),
  ].join(' AND ');
}
