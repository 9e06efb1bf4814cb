import type { ClusterOptions, RedisOptions } from 'ioredis';

/** Options of ioredis that the store decides on: a queue without bound, or another name for a key, would break what it promises. */
type Decided =
  | 'autoResendUnfulfilledCommands'
  | 'commandTimeout'
  | 'enableAutoPipelining'
  | 'enableOfflineQueue'
  | 'keyPrefix'
  | 'lazyConnect'
  | 'maxRetriesPerRequest'
  | 'readOnly'
  | 'replyMapping'
  | 'stringNumbers';

/** Where Redis or Valkey is, and how the store uses it. */
export interface RedisStoreOptions {
  /** `redis://user:password@host:port/db`, or `rediss://` for TLS. Default: what `client` says, else port 6379 of this machine. Not with `cluster`. */
  readonly url?: string;
  /** Nodes of a cluster to begin with, such as `{ host, port }` or a URL; the others are found. */
  readonly cluster?: readonly (string | { readonly host: string; readonly port: number })[];
  /** Further options of ioredis: `sentinels` and `name`, `tls`, `username`, `password`, `connectTimeout` … In a cluster they are of each node. */
  readonly client?: Omit<RedisOptions, Decided>;
  /** Further options of a cluster: `natMap`, `dnsLookup`, `slotsRefreshInterval` … */
  readonly clusterOptions?: Omit<ClusterOptions, Decided | 'redisOptions' | 'scaleReads'>;
  /** Begins the name of every key. Two stores with two prefixes share nothing. Text without braces. Default `postern`. */
  readonly prefix?: string;
  /** Calls under way at a time; beyond it a call rejects at once. Default 10,000. */
  readonly pending?: number;
  /** Audit entries that are kept, about. Default 100,000. */
  readonly audit?: number;
}
