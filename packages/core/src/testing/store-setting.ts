import type {
  Amounts,
  AttemptRecord,
  Call,
  Granted,
  Limit,
  LimitState,
  Refused,
  Reservation,
  Store,
} from '../index.ts';
import type { ConformanceCase } from './case.ts';

/** What the store cases share: a moment, reservations and records with nothing special in them. */

/** Gives a store that holds nothing. Called once per case; the case closes it. */
export type MakeStore = () => Promise<Store>;

/** A case by its name, to be bound to a store. */
export type StoreCase = readonly [name: string, run: (store: Store) => Promise<void>];

/** Binds cases to a store of their own each. */
export function bind(make: MakeStore, cases: readonly StoreCase[]): ConformanceCase[] {
  return cases.map(([name, run]) => ({
    name,
    async run() {
      const store = await make();
      try {
        await run(store);
      } finally {
        await store.close();
      }
    },
  }));
}

export const MINUTE = 60_000;
/** A full hour, so that each minute's window begins with it. */
export const HOUR = 1_767_225_600_000;

/** A call at so many ms past the hour. */
export const at = (ms: number): Call => ({ now: HOUR + ms, deadline: HOUR + ms + 1_000 });
export const NOW = at(0);

export const perMinute = (counts: keyof Amounts, max: number): Limit => ({
  id: `${counts}-per-minute`,
  counts,
  max,
  window: MINUTE,
});
export const atOnce = (max: number): Limit => ({ id: 'at-once', counts: 'concurrency', max, window: 0 });

/** A reservation over one scope; it expires after ten minutes unless `more` says otherwise. */
export function reservation(
  id: string,
  amounts: Amounts,
  limits: readonly Limit[],
  more: Partial<Reservation> = {},
): Reservation {
  return {
    id,
    scopes: [{ scope: 'user:ann', limits }],
    amounts,
    expires: HOUR + 10 * MINUTE,
    onExpiry: 'release',
    ...more,
  };
}

/** Used and reserved of a limit as a reservation of nothing sees it. */
export async function stateOf(
  store: Store,
  limit: Limit,
  call: Call,
  scope = 'user:ann',
): Promise<LimitState | undefined> {
  looks += 1;
  const id = `look-${looks}`;
  const answer = await store.limits.admit(
    reservation(id, {}, [], { scopes: [{ scope, limits: [limit] }], expires: call.now + MINUTE }),
    call,
  );
  await store.limits.settle(id, {}, call);
  return answer.granted ? answer.scopes[0] : undefined;
}
let looks = 0;

/** `used/reserved`, for short. */
export async function counted(store: Store, limit: Limit, call: Call, scope?: string): Promise<string> {
  const state = await stateOf(store, limit, call, scope);
  return state === undefined ? 'refused' : `${state.used}/${state.reserved}`;
}

/** `granted`, or the limit that refused. */
export const verdict = (answer: Granted | Refused): string =>
  answer.granted ? 'granted' : `${answer.scope} ${answer.limit}`;

/** An attempt that began so many ms past the hour. */
export function attempt(id: string, startedAt: number, more: Partial<AttemptRecord> = {}): AttemptRecord {
  return {
    attempt: id,
    request: `request-of-${id}`,
    startedAt: HOUR + startedAt,
    endedAt: HOUR + startedAt + 500,
    scopes: ['user:ann'],
    caller: 'ann',
    operation: 'chat',
    modelAsked: 'smart',
    modelServed: 'acme/big',
    provider: 'acme',
    deployment: 'smart#0',
    outcome: 'ok',
    usage: { input: 10, output: 5 },
    cost: '1000',
    ...more,
  };
}
