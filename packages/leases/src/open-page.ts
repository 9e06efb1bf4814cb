import type { Call, Limits, Page, Reservation } from '@postern/core';
import { LEASE } from './borrower.ts';
import type { Hold } from './holds.ts';

const PAGE_SIZE = 100;

/** First what this process holds, then what others have in the store; leases are nobody's request and are left out. Of other processes only the store's part is known. */
export async function openPage(
  holds: Iterable<Hold>,
  inner: Limits,
  cursor: string | undefined,
  call: Call,
): Promise<Page<Reservation>> {
  const mine = [...holds].filter(({ claims }) => claims.length > 0);
  if (cursor === undefined || cursor.startsWith('here ')) {
    const after = cursor === undefined ? 0 : Number(cursor.slice('here '.length));
    const rest = mine.filter(({ sequence }) => sequence > after).sort((a, b) => a.sequence - b.sequence);
    const items = rest.slice(0, PAGE_SIZE);
    const last = items.at(-1);
    if (last !== undefined && rest.length > items.length)
      return { items: items.map(({ reservation }) => reservation), next: `here ${last.sequence}` };
    const page = await innerPage(mine, inner, undefined, call);
    return { ...page, items: [...items.map(({ reservation }) => reservation), ...page.items] };
  }
  return innerPage(mine, inner, cursor.slice('store '.length), call);
}

async function innerPage(
  mine: readonly Hold[],
  inner: Limits,
  cursor: string | undefined,
  call: Call,
): Promise<Page<Reservation>> {
  const known = new Set(mine.map(({ reservation }) => reservation.id));
  const { items, next } = await inner.open(cursor, call);
  const others = items.filter(({ id }) => !id.startsWith(LEASE) && !known.has(id));
  return next === undefined ? { items: others } : { items: others, next: `store ${next}` };
}
