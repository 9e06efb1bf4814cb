import type { Duration } from '../kit/duration.ts';
import type { ScopeKind } from './limit-types.ts';

/** What becomes of requests that the store can't be asked about: refused (`closed`), or served and counted when it is back (`open`). */
export type OnStoreFailure = 'closed' | 'open';

/** How the store is used, and what happens while it is away. */
export interface StorageConfig {
  /** How long a call of the store may take. Default 50 ms. */
  readonly timeout?: Duration;
  /** Requests under limits while the store is away, for all scopes or by their kind; kinds that are not named are closed. Default `closed`. */
  readonly onFailure?: OnStoreFailure | Readonly<Partial<Record<ScopeKind, OnStoreFailure>>>;
  /**
   * What a process reserved that died: counts as used (`spend`), is given back (`release`), or stays reserved until somebody settles it (`doubt`), once the
   * time limit of its request is over. Default `doubt`.
   */
  readonly onCrash?: 'spend' | 'release' | 'doubt';
  /** Rows of the ledger, and settlements, that wait in memory while the store is away; what comes beyond is lost, and told. Default 10,000 of each. */
  readonly journal?: number;
  /** Days that the ledger is kept. Default: it is never purged. */
  readonly ledgerDays?: number;
}

/** Requests that come again with the `Idempotency-Key` of one that was. */
export interface IdempotencyConfig {
  /** How long a key is remembered. Default 24 h. */
  readonly keep?: Duration;
  /** Longest answer, in bytes, that is kept to be given again; streams never are. Default 0: none, and a repetition is refused with 409. */
  readonly replies?: number;
  /** Keys that are remembered; the oldest go first. Default 100,000. */
  readonly keys?: number;
}
