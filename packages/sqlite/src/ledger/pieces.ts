import { setImmediate } from 'node:timers/promises';
import { isLate, StoreTimeout } from '../deadline.ts';
import type { Span } from './filter.ts';

/**
 * Cuts a span into pieces of so many records, with a turn of the event loop between two, so that a long look at the ledger holds up no request.
 * @throws StoreTimeout when the deadline passes on the way
 */
export async function* piecesOf({ after, last }: Span, size: number, deadline: number): AsyncGenerator<Span> {
  for (let from = after; from < last; from += size) {
    if (from > after) await setImmediate();
    if (isLate(deadline)) throw new StoreTimeout();
    yield { after: from, last: Math.min(last, from + size) };
  }
}
