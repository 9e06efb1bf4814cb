/**
 * The Store port: four parts, which may come from different stores.
 * Amounts are integers: requests, tokens, nano-dollars, open calls.
 */
export interface Store {
  readonly limits: Limits;
  readonly ledger: Ledger;
  readonly entities: Entities;
  /** A bounded map shared by all processes of the store: nonces, idempotency keys, breaker state, the signature stash. The first call with a name makes it. */
  shared(name: string, capacity: number, options?: SharedOptions): SharedMap;
  flush(): Promise<void>;
  close(): Promise<void>;
}

/** The moment of a call, and until when an answer is of use. Milliseconds since the epoch. */
export interface Call {
  readonly now: number;
  readonly deadline: number;
}

/** A scope of limits, such as `user:42` or `key:psk_…`. */
export type ScopeId = string;
/** What is counted. Absent = 0. `tokens` are all of them; `inputTokens` and `outputTokens` are for limits that count them apart. */
export interface Amounts {
  readonly requests?: number;
  readonly tokens?: number;
  readonly inputTokens?: number;
  readonly outputTokens?: number;
  readonly nanoUsd?: number;
  readonly concurrency?: number;
}
/**
 * One limit of a scope. What a request uses counts in the window that it was admitted in. A limit refuses nothing that consumes nothing of it.
 * A store knows no calendar: whoever asks says where the window of a calendar begins.
 */
export interface Limit {
  readonly id: string;
  readonly counts: keyof Amounts;
  readonly max: number;
  /** Length of the window in milliseconds; 0 for concurrency, which has none. */
  readonly window: number;
  /** When the window of this moment began, such as the first of the month in a time zone. Default: the last multiple of `window` since the epoch. */
  readonly start?: number;
  /**
   * Makes the window roll, in so many parts of equal length: what was used counts until the end of its part is as old as the window, so that no
   * stretch of time of that length sees more than `max`. Default: 1, a fixed window. Not with `start`.
   */
  readonly slices?: number;
  /** Adds to `max` what was left of the window that began at `from`, up to `most`. A window in which the scope asked for nothing leaves nothing. */
  readonly rollover?: { readonly from: number; readonly most: number };
  /** Crossing it is an event and not a refusal. */
  readonly soft?: boolean;
}
export interface Reservation {
  readonly id: string;
  readonly attempt?: string;
  /** Limits come with it: an unknown scope is created in the same step. */
  readonly scopes: readonly { readonly scope: ScopeId; readonly limits: readonly Limit[] }[];
  readonly amounts: Amounts;
  readonly expires: number;
  /**
   * Unsettled when it expires: `spend` counts as used what was reserved, `release` gives it back, both for good; `doubt` goes on holding it
   * until it is settled. Concurrency is given back each time.
   */
  readonly onExpiry: 'spend' | 'release' | 'doubt';
}
export interface LimitState {
  readonly scope: ScopeId;
  readonly limit: string;
  readonly counts: Limit['counts'];
  readonly used: number;
  readonly reserved: number;
  /** What the window allows, with what was carried over. */
  readonly max: number;
  /** End of the window; of a rolling one, when its oldest part leaves it. Concurrency: the moment of the call. */
  readonly resetAt: number;
  /** A soft limit was crossed: told once a window, when what was really used (concurrency: what is open) is more than `max`. */
  readonly crossed?: boolean;
}
export interface Granted {
  readonly granted: true;
  readonly scopes: readonly LimitState[];
}
export interface Refused {
  readonly granted: false;
  readonly scope: ScopeId;
  readonly limit: string;
  readonly counts: Limit['counts'];
  readonly resetAt: number;
}

export interface Limits {
  /** All scopes, one atomic step, all or nothing. An id that is open already counts once. Rejects for amounts that are no integers from 0 up. */
  admit(reservation: Reservation, call: Call): Promise<Granted | Refused>;
  /** Reserves more, in the window of the call, and sets the new time; all or nothing. Refused when the reservation has expired. */
  extend(id: string, by: Amounts, expires: number, call: Call): Promise<Granted | Refused>;
  /** Idempotent: the first one wins. What goes beyond the reservation counts in full. An id that is not open changes nothing. */
  settle(id: string, used: Amounts, call: Call): Promise<Granted>;
  /** Unsettled reservations and those in doubt, for recovery. */
  open(cursor: string | undefined, call: Call): Promise<Page<Reservation>>;
}

/** A page of a list; `next` is the cursor of the following one. */
export interface Page<Item> {
  readonly items: readonly Item[];
  readonly next?: string;
}

/** One attempt as the ledger keeps it. Append-only, idempotent by `attempt`. No content of messages. */
export interface AttemptRecord {
  readonly attempt: string;
  readonly request: string;
  /** Milliseconds since the epoch. */
  readonly startedAt: number;
  readonly endedAt: number;
  readonly firstTokenAt?: number;
  readonly scopes: readonly ScopeId[];
  readonly caller: string;
  readonly operation: string;
  readonly modelAsked: string;
  readonly modelServed: string;
  readonly provider: string;
  readonly deployment: string;
  readonly outcome: 'ok' | 'fault' | 'cancelled';
  readonly faultKind?: string;
  readonly status?: number;
  readonly usage?: Readonly<Record<string, number>>;
  readonly estimated?: boolean;
  /** Nano-dollars as a decimal string; absent with `unpriced`. */
  readonly cost?: string;
  readonly unpriced?: boolean;
}
export interface LedgerFilter {
  /** Started at this moment or later; milliseconds since the epoch. */
  readonly from?: number;
  /** Started before this moment. */
  readonly to?: number;
  readonly scope?: ScopeId;
  /** `modelServed`. */
  readonly model?: string;
  readonly request?: string;
}
/** `day` is the UTC date of the start, such as `2026-01-31`; `model` is `modelServed`; by `scope` a record counts in each of its scopes. */
export type LedgerDimension = 'day' | 'scope' | 'model' | 'provider' | 'deployment';
export interface Total {
  readonly by: Readonly<Partial<Record<LedgerDimension, string>>>;
  readonly attempts: number;
  readonly usage: Readonly<Record<string, bigint>>;
  readonly cost: bigint;
  readonly unpriced: number;
}
export interface Ledger {
  append(attempts: readonly AttemptRecord[], call: Call): Promise<void>;
  /** In the order of appending. */
  list(filter: LedgerFilter, cursor: string | undefined, call: Call): Promise<Page<AttemptRecord>>;
  totals(filter: LedgerFilter, by: readonly LedgerDimension[], call: Call): Promise<readonly Total[]>;
  /** Removes what ended before; how many. */
  purge(before: number, call: Call): Promise<number>;
}

/** A stored value with the version that `replace` compares. */
export interface Stored {
  readonly value: Uint8Array;
  readonly version: string;
}
/** Settings of a {@link SharedMap}. */
export interface SharedOptions {
  /** What a full map drops for a new key: `oldest`, what was added first (`replace` makes nothing younger). Default: nothing, `add` answers `full`. */
  readonly forget?: 'oldest';
}
export interface SharedMap {
  get(key: string, call: Call): Promise<Stored | undefined>;
  /** `ttl` in milliseconds. */
  add(key: string, value: Uint8Array, ttl: number, call: Call): Promise<'added' | 'present' | 'full'>;
  /** Compare and set; for a `ttl` of 0 the entry is gone. */
  replace(key: string, value: Uint8Array, ttl: number, version: string, call: Call): Promise<boolean>;
  delete(key: string, call: Call): Promise<void>;
}

/** Keys, teams, budgets … as documents of a kind. */
export interface Entity {
  readonly kind: string;
  readonly id: string;
  readonly value: unknown;
  readonly etag: string;
}
/** Who changed what; written in the same step as the change. */
export interface AuditEntry {
  readonly at: number;
  readonly by: string;
  readonly action: string;
  readonly before?: unknown;
  readonly after?: unknown;
}
/** An audit entry with the entity that it is about. */
export interface AuditRecord extends AuditEntry {
  readonly kind: string;
  readonly id: string;
}
export interface Entities {
  get(kind: string, id: string, call: Call): Promise<Entity | undefined>;
  /** `etag` undefined: create only. Answers the new etag, or undefined when the etag did not match. */
  put(
    kind: string,
    id: string,
    value: unknown,
    etag: string | undefined,
    audit: AuditEntry,
    call: Call,
  ): Promise<string | undefined>;
  delete(kind: string, id: string, etag: string, audit: AuditEntry, call: Call): Promise<boolean>;
  list(kind: string, cursor: string | undefined, call: Call): Promise<Page<Entity>>;
  /**
   * Who changed what, of all kinds, the newest first: a cursor goes on towards older ones, whatever is added meanwhile. What is old may be gone, where a
   * store keeps so many only. Rejects for a cursor that no page gave.
   */
  audit(cursor: string | undefined, call: Call): Promise<Page<AuditRecord>>;
}
