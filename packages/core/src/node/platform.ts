import dns from 'node:dns/promises';
import type { Platform } from '../transport/platform.ts';
import { nodeClock } from './clock.ts';
import { type DispatcherOptions, nodeDispatcher } from './dispatcher.ts';
import { randomId } from './random-id.ts';
import { sha256 } from './sha256.ts';
import { nodeWebSockets } from './sockets/port.ts';
import { fileSpool } from './spool.ts';

/** Node as a {@link Platform}. `environment` defaults to `process.env`; proxies are taken from it. */
export function nodePlatform(options: DispatcherOptions = {}): Platform {
  const environment = options.environment ?? process.env;
  return {
    dispatcher: nodeDispatcher({ ...options, environment }),
    sockets: nodeWebSockets({ ...options, environment }),
    clock: nodeClock,
    random: Math.random,
    randomId,
    sha256,
    spool: () => fileSpool(),
    // By its module, so that name servers hold which the host sets later.
    srv: (name) => dns.resolveSrv(name),
    environment,
  };
}
