import type { Limit, Limits, Reservation } from '@postern/core';
import type { Found, Journal } from './journal.ts';
import type { Mark, Part } from './mark.ts';
import { type Marks, replay } from './marks.ts';
import { type Kept, Tab } from './tab.ts';
import { isKept, stretchOf } from './window.ts';

/** Something to do to the counters; in the order of time, since they don't go back. */
interface Event {
  readonly at: number;
  run(): void;
}

/**
 * Brings back the reservations that were open when the file was written last, in the marks and in `limits`, with their own holds: what a mark
 * says beyond them is used, or was leased and counts as that. Concurrency is not held again, since its calls ended with their process.
 */
export function restore(journal: Journal, marks: Marks, limits: Limits): Map<string, Tab> {
  const parts = new Set<Part>();
  const tabs = new Map<string, Tab>();
  const events: Event[] = [];
  for (const found of [...journal.read()].sort((a, b) => a.seq - b.seq)) {
    const tab = tabOf(found, marks, parts);
    tabs.set(tab.reservation.id, tab);
    events.push(...stepsOf(found.kept, limits));
  }
  for (const part of parts) {
    const held = part.level - part.leased;
    const used = Math.max(0, part.leased - held);
    part.level = used + held;
    events.push({ at: part.stretch.middle, run: () => replay(limits, part, used, `restored ${events.length}`) });
  }
  for (const event of events.sort((a, b) => a.at - b.at)) event.run();
  return tabs;
}

function tabOf({ seq, kept, page }: Found, marks: Marks, parts: Set<Part>): Tab {
  const { reservation, steps } = kept;
  const begin = steps[0]?.now ?? 0;
  const claims = claimsOf(reservation).map(([scope, limit]) => {
    const { mark } = marks.at(scope, limit, begin);
    for (const part of mark.parts) parts.add(part);
    return { mark, limit };
  });
  const tab = new Tab(
    seq,
    reservation,
    claims.map(({ mark }) => mark),
  );
  for (const { now, amounts } of steps) {
    tab.hold(amounts, reservation.expires, now, (mark, at, index) =>
      partAt(mark, claims[index]?.limit ?? mark.limit, at),
    );
  }
  tab.page = page;
  page.live.add(tab);
  return tab;
}

/** The limits that are kept, with their scopes, in the order of a reservation. */
const claimsOf = ({ scopes }: Reservation): (readonly [string, Limit])[] =>
  scopes.flatMap(({ scope, limits }) => limits.filter(isKept).map((limit) => [scope, limit] as const));

/** The part of that time; where it is over and gone, one that counts nowhere. */
function partAt(mark: Mark, limit: Limit, now: number): Part {
  const stretch = stretchOf(limit, now);
  return (
    mark.parts.find((part) => part.stretch.start === stretch.start) ??
    mark.parts.find((part) => part.stretch.start > stretch.start) ?? { mark, stretch, level: 0, leased: 0 }
  );
}

function stepsOf({ reservation, steps }: Kept, limits: Limits): Event[] {
  const { id, expires } = reservation;
  // Granted before, so nothing may refuse it now.
  const scopes = reservation.scopes.map(({ scope, limits }) => ({
    scope,
    limits: limits.filter(isKept).map((limit) => ({ ...limit, soft: true })),
  }));
  return steps.map(({ now, amounts }, index) => ({
    at: now,
    run() {
      const call = { now, deadline: now };
      if (index === 0) void limits.admit({ ...reservation, scopes, amounts }, call);
      else void limits.extend(id, amounts, expires, call);
    },
  }));
}
