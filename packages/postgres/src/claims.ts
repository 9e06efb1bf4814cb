import type { Reservation } from '@postern/core';
import { checkLimit } from './numbers.ts';
import { textOf } from './text.ts';

/** A limit that a reservation is held against, as the functions of the schema take it. */
interface Claim {
  readonly scope: string;
  readonly limit_id: string;
  readonly counts: string;
  readonly max: number;
  /** Length of the window that counts; 0: it has none. */
  readonly length: number;
  readonly window_ms: number;
  readonly start: number | undefined;
  readonly slices: number;
  readonly rollover_from: number | undefined;
  readonly rollover_most: number | undefined;
  readonly soft: boolean;
  readonly first: number;
}

/** The limits of a reservation in their order. Throws RangeError for numbers that the store can't count with. */
export function claimsOf({ scopes }: Pick<Reservation, 'scopes'>): readonly Claim[] {
  const first = new Map<string, number>();
  let place = 0;
  return scopes.flatMap(({ scope, limits }) =>
    limits.map((limit): Claim => {
      checkLimit(limit);
      place += 1;
      const key = JSON.stringify([scope, limit.id]);
      if (!first.has(key)) first.set(key, place);
      // Concurrency counts what is open now, whatever window the limit names.
      const length = limit.counts === 'concurrency' ? 0 : limit.window;
      return {
        scope: textOf(scope),
        limit_id: textOf(limit.id),
        counts: limit.counts,
        max: limit.max,
        length,
        window_ms: limit.window,
        start: limit.start,
        slices: length > 0 ? (limit.slices ?? 1) : 1,
        rollover_from: limit.rollover?.from,
        rollover_most: limit.rollover?.most,
        soft: limit.soft === true,
        first: first.get(key) ?? place,
      };
    }),
  );
}
