import { Cluster, Redis } from 'ioredis';
import type { RedisStoreOptions } from './options.ts';

/** A connection to one server, or to each node of a cluster. */
export type Client = Redis | Cluster;

/**
 * What was under way when a connection broke rejects then and is not sent again behind the caller's back; nothing waits in a queue for a connection
 * (Connection does, as long as the call's deadline allows). A server that is silent for ten seconds though it was asked is taken for gone.
 */
const NODE = {
  autoResendUnfulfilledCommands: false,
  enableAutoPipelining: false,
  keyPrefix: '',
  maxRetriesPerRequest: 0,
  readOnly: false,
  replyMapping: 'legacy',
  stringNumbers: false,
} as const;

const DEFAULTS = { socketTimeout: 10_000 };

/** Begins to connect. */
export function connect({ url, cluster, client, clusterOptions }: RedisStoreOptions): Client {
  if (cluster === undefined) {
    const options = { ...DEFAULTS, ...client, ...NODE, enableOfflineQueue: false };
    return url === undefined ? new Redis(options) : new Redis(url, options);
  }
  if (url !== undefined) throw new RangeError('A Redis store is of a `url` or of a `cluster`, not of both.');
  const { keyPrefix: _, ...node } = { ...DEFAULTS, ...client, ...NODE };
  return new Cluster([...cluster], {
    // A node that restarts without a change of slots is connected to again.
    clusterNodeRetryStrategy: (times) => Math.min(times * 50, 2_000),
    ...clusterOptions,
    enableOfflineQueue: false,
    scaleReads: 'master',
    redisOptions: node,
  });
}
