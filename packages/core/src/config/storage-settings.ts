import { parseDuration } from '../kit/duration.ts';
import type { ScopeKind } from './limit-types.ts';
import type { IdempotencyConfig, StorageConfig } from './storage-types.ts';

/** {@link StorageConfig} with its defaults filled in; times in ms. */
export interface StorageSettings {
  readonly timeout: number;
  /** Is what this kind of scope limits served while the store is away? */
  isOpen(kind: ScopeKind): boolean;
  readonly onCrash: 'spend' | 'release' | 'doubt';
  readonly journal: number;
  /** Undefined: the ledger is never purged. */
  readonly ledgerKept: number | undefined;
}

/** {@link IdempotencyConfig} with its defaults filled in; times in ms. */
export interface IdempotencySettings {
  readonly keep: number;
  readonly replies: number;
  readonly keys: number;
}

const DAY = 86_400_000;

export function storageSettings(given: StorageConfig = {}): StorageSettings {
  const { onFailure = 'closed', ledgerDays } = given;
  return {
    timeout: parseDuration(given.timeout) ?? 50,
    isOpen: (kind) => (typeof onFailure === 'string' ? onFailure : onFailure[kind]) === 'open',
    onCrash: given.onCrash ?? 'doubt',
    journal: given.journal ?? 10_000,
    ledgerKept: ledgerDays === undefined ? undefined : ledgerDays * DAY,
  };
}

/** Undefined: the header is not looked at. */
export function idempotencySettings(given: false | IdempotencyConfig = {}): IdempotencySettings | undefined {
  if (given === false) return undefined;
  return { keep: parseDuration(given.keep) ?? DAY, replies: given.replies ?? 0, keys: given.keys ?? 100_000 };
}
