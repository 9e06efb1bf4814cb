import type { Amounts, AttemptRecord, Call, Reservation, Store } from '../store/store.ts';
import { usedIn } from './used.ts';

/** A reservation whose request never said how it ended: its process died, or can't reach the store. */
export interface Doubt {
  readonly reservation: Reservation;
  /** What the ledger has of it; empty: the process died before it could write that down. */
  readonly attempts: readonly AttemptRecord[];
  /** What those used; undefined where there is none. */
  readonly used: Amounts | undefined;
}

/** What becomes of a doubt: what was reserved counts as used, is given back, stays as it is, or so much was used. */
export type Verdict = 'spend' | 'release' | 'keep' | Amounts;

/** How many doubts ended in which way. */
export interface DoubtsResolved {
  readonly settled: number;
  readonly kept: number;
}

/** By default what the ledger says is believed, and what it does not know stays in doubt. */
const byLedger = ({ used }: Doubt): Verdict => used ?? 'keep';

/**
 * Settles reservations that nobody settled and whose time is over, as `decide` says; those that may still be under way are left alone. May run in several
 * processes at a time: the first to settle a reservation wins. Rejects when the store does, and can be called again.
 *
 * @param call its `now` decides which are over; its `deadline` is that of each call of the store, from then on
 */
export async function resolveDoubts(
  store: Pick<Store, 'limits' | 'ledger'>,
  call: Call,
  decide: (doubt: Doubt) => Verdict | Promise<Verdict> = byLedger,
): Promise<DoubtsResolved> {
  let settled = 0;
  let kept = 0;
  let cursor: string | undefined;
  do {
    const page = await store.limits.open(cursor, call);
    for (const reservation of page.items) {
      if (reservation.expires > call.now) continue;
      const verdict = await decide(await doubtOf(store, reservation, call));
      if (verdict === 'keep') kept += 1;
      else {
        await store.limits.settle(reservation.id, usedBy(verdict, reservation), call);
        settled += 1;
      }
    }
    cursor = page.next;
  } while (cursor !== undefined);
  return { settled, kept };
}

function usedBy(verdict: Exclude<Verdict, 'keep'>, { amounts }: Reservation): Amounts {
  if (verdict === 'spend') return amounts;
  return verdict === 'release' ? {} : verdict;
}

async function doubtOf(store: Pick<Store, 'ledger'>, reservation: Reservation, call: Call): Promise<Doubt> {
  const { attempt, id } = reservation;
  const request = attempt === undefined ? id : id.slice(0, id.lastIndexOf('.'));
  const { items } = await store.ledger.list({ request }, undefined, call);
  const attempts = attempt === undefined ? items : items.filter((record) => record.attempt === attempt);
  return { reservation, attempts, used: attempts.length === 0 ? undefined : usedIn(attempts, reservation.amounts) };
}
