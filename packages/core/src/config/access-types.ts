import type { Duration } from '../kit/duration.ts';

/** Callers are known by virtual keys, whose records stand in the store. See docs/keys.md. */
export interface KeysConfig {
  /** May a key stand in `?key=`, where logs of whatever stands before the gateway keep it? Default false. */
  readonly fromQuery?: boolean;
  /** How long the record of a key is believed before it is read again: so long another process's change may go unseen. Default 30 s. */
  readonly ttl?: Duration;
  /** How long beyond that known keys go on working while the store can't be asked. Default 5 min. */
  readonly grace?: Duration;
  /** Keys that are remembered. Default 10,000. */
  readonly capacity?: number;
}

/** {@link KeysConfig} with its defaults; milliseconds. */
export interface KeysSettings {
  readonly fromQuery: boolean;
  readonly ttl: number;
  readonly grace: number;
  readonly capacity: number;
}

/** Ids of templates in the store, by what is made from them when it is seen for the first time. */
export interface CreateFrom {
  readonly user?: string;
  readonly team?: string;
  readonly organisation?: string;
}
