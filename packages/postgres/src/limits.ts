import type { Amounts, Call, Granted, Limit, LimitState, Limits, Page, Refused, Reservation } from '@postern/core';
import { claimsOf } from './claims.ts';
import type { Connections } from './connections.ts';
import { checkAmounts, numberOf } from './numbers.ts';
import { PAGE_SIZE, positionOf } from './pages.ts';
import { rawOf, textOf } from './text.ts';

type State = readonly [string, string, Limit['counts'], number, number, number, number, boolean];
/** What a function of the schema answers. */
type Answer =
  | { readonly scopes: readonly State[] }
  | {
      readonly refused: Omit<Refused, 'granted'>;
      readonly again?: boolean;
    };

const UNLIMITED: Granted = { granted: true, scopes: [] };
/** One settlement of so many looks for what can be forgotten. */
const TIDY_EVERY = 64;
/** Reservations that one call ends at most when they are past their time; `due` in the schema says the same. */
const DUE_AT_ONCE = 100;

/**
 * Limits in PostgreSQL: one round trip and one transaction a call, for any number of processes. Rejects with RangeError for numbers that are no
 * integers from 0 up and below 2^53, then nothing has changed. (Except where what a settlement counted adds up to that: it is counted all the same.)
 *
 * A call that took PostgreSQL longer than it had is rolled back. When the answer or the connection is lost, it is not known: the same call may
 * be made again, since an id counts once; what nobody settles ends at `expires`.
 */
export function postgresLimits(connections: Connections, schema: string): Limits {
  let settlements = 0;

  async function ask(text: string, name: string, values: unknown[], call: Call): Promise<Granted | Refused> {
    const statement = { name, text: `SELECT ${schema}.${text} AS answer`, values, timed: true };
    for (;;) {
      const [row] = await connections.rows<{ answer: Answer }>(statement, call);
      if (row === undefined) throw new Error('PostgreSQL gave no answer.');
      if (!('refused' in row.answer && row.answer.again === true)) return answerOf(row.answer);
    }
  }

  return {
    async admit(reservation, call) {
      checkAmounts(reservation.amounts);
      if (reservation.scopes.length === 0) return UNLIMITED;
      const { id, attempt, scopes, amounts, expires, onExpiry } = reservation;
      const claims = claimsOf(reservation);
      const body = JSON.stringify({ id, attempt, scopes, onExpiry });
      const values = [textOf(id), body, JSON.stringify(claims), JSON.stringify(amounts), expires, onExpiry, call.now];
      return ask('admit($1, $2, $3, $4, $5, $6, $7, $8)', 'admit', values, call);
    },

    async extend(id, by, expires, call) {
      checkAmounts(by);
      const values = [textOf(id), JSON.stringify(by), expires, call.now];
      return ask('extend($1, $2, $3, $4, $5)', 'extend', values, call);
    },

    async settle(id, used, call) {
      checkAmounts(used);
      settlements += 1;
      const values = [textOf(id), JSON.stringify(used), call.now, settlements % TIDY_EVERY === 0];
      const answer = await ask('settle($1, $2, $3, $4, $5)', 'settle', values, call);
      return answer.granted ? answer : UNLIMITED;
    },

    async open(cursor, call) {
      const after = positionOf(cursor);
      await expireDue(connections, schema, call);
      const rows = await connections.rows<OpenRow>(
        {
          text: `SELECT sequence, body, amounts, expires FROM ${schema}.reservation
            WHERE state <> 'lapsed' AND sequence > $1 ORDER BY sequence LIMIT ${PAGE_SIZE + 1}`,
          values: [after],
        },
        call,
      );
      return pageOf(rows);
    },
  };
}

/** Ends everything that is past its time, a bounded number in each transaction. */
async function expireDue(connections: Connections, schema: string, call: Call): Promise<void> {
  for (;;) {
    const [row] = await connections.rows<{ count: number }>(
      { text: `SELECT ${schema}.expire_due($1) AS count`, values: [call.now] },
      call,
    );
    if (row === undefined || row.count < DUE_AT_ONCE) return;
  }
}

interface OpenRow {
  readonly sequence: string;
  readonly body: Omit<Reservation, 'amounts' | 'expires'>;
  readonly amounts: Amounts;
  readonly expires: number;
}

function pageOf(rows: readonly OpenRow[]): Page<Reservation> {
  const items = rows.slice(0, PAGE_SIZE).map(({ body, amounts, expires }) => ({ ...body, amounts, expires }));
  return rows.length > PAGE_SIZE ? { items, next: String(rows[PAGE_SIZE - 1]?.sequence) } : { items };
}

function answerOf(answer: Answer): Granted | Refused {
  if ('scopes' in answer) return { granted: true, scopes: answer.scopes.map(stateOf) };
  const { scope, limit, counts, resetAt } = answer.refused;
  return { granted: false, scope: rawOf(scope), limit: rawOf(limit), counts, resetAt };
}

function stateOf([scope, limit, counts, used, reserved, max, resetAt, crossed]: State): LimitState {
  const state = {
    scope: rawOf(scope),
    limit: rawOf(limit),
    counts,
    used: numberOf(used),
    reserved: numberOf(reserved),
    max: numberOf(max),
    resetAt,
  };
  return crossed ? { ...state, crossed } : state;
}
