import type { Granted, Limits, Page, Refused, Reservation } from '@postern/core';
import type { Connections } from './connections.ts';
import { type Asked, Lane } from './limits/lane.ts';
import { scopesOf } from './limits/rows.ts';
import { checkAmounts, checkLimit, numberOf } from './numbers.ts';
import { PAGE_SIZE, positionOf } from './pages.ts';
import { textOf } from './text.ts';

const UNLIMITED: Granted = { granted: true, scopes: [] };

/**
 * Limits in PostgreSQL, for any number of processes. Calls are counted by the code that counts in memory, from rows that this process has seen, and written in
 * one statement if they are still so; calls that wait for another one go together. So a call costs one round trip, or two where another process has counted
 * in the same scopes since. Rejects with RangeError for numbers that are no integers from 0 up and below 2^53, then nothing has changed.
 * (Except where what a settlement counted adds up to that: it is counted all the same.)
 *
 * A call that took PostgreSQL longer than it had is rolled back. When the answer or the connection is lost, it is not known: the same call may
 * be made again, since an id counts once; what nobody settles ends at `expires`.
 */
export function postgresLimits(connections: Connections, schema: string): Limits {
  const lane = new Lane(connections, schema);
  const ofReservation = (id: string, run: Asked['run']): Asked => ({
    id: textOf(id),
    raw: id,
    scopes: [],
    rawScopes: [],
    run,
  });

  return {
    async admit(reservation, call) {
      const { id, scopes, amounts } = reservation;
      checkAmounts(amounts);
      for (const limit of scopes.flatMap((scope) => scope.limits)) checkLimit(limit);
      if (scopes.length === 0) return UNLIMITED;
      const rawScopes = [...new Set(scopes.map(({ scope }) => scope))];
      const asked = {
        ...ofReservation(id, (limits) => limits.admit(reservation, call)),
        scopes: scopesOf(reservation),
        rawScopes,
      };
      return checked(await lane.run(asked, call));
    },

    async extend(id, by, expires, call) {
      checkAmounts(by);
      return checked(
        await lane.run(
          ofReservation(id, (limits) => limits.extend(id, by, expires, call)),
          call,
        ),
      );
    },

    async settle(id, used, call) {
      checkAmounts(used);
      const answer = await lane.run(
        ofReservation(id, (limits) => limits.settle(id, used, call)),
        call,
      );
      return answer.granted ? (checked(answer) as Granted) : UNLIMITED;
    },

    async open(cursor, call) {
      const after = positionOf(cursor);
      await lane.expireDue(call);
      const text = `SELECT sequence, kept FROM ${schema}.reservation WHERE state <> 'lapsed' AND sequence > $1 ORDER BY sequence LIMIT ${PAGE_SIZE + 1}`;
      return pageOf(await connections.rows<OpenRow>({ text, values: [after] }, call));
    },
  };
}

interface OpenRow {
  readonly sequence: string;
  readonly kept: string;
}

function pageOf(rows: readonly OpenRow[]): Page<Reservation> {
  const items = rows
    .slice(0, PAGE_SIZE)
    .map(({ kept }) => (JSON.parse(kept) as { readonly reservation: Reservation }).reservation);
  return rows.length > PAGE_SIZE ? { items, next: String(rows[PAGE_SIZE - 1]?.sequence) } : { items };
}

/** Throws RangeError for a state that is no number any more: it would be another one. */
function checked(answer: Granted | Refused): Granted | Refused {
  if (answer.granted) for (const { used, reserved, max } of answer.scopes) [used, reserved, max].forEach(numberOf);
  return answer;
}
