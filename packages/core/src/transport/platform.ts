import type { Clock } from '../kit/clock.ts';
import type { Dispatcher } from './dispatcher.ts';
import type { Spool } from './spool.ts';
import type { WebSockets } from './web-socket.ts';

/** Where a service is (RFC 2782): the lowest priority is asked first, those of one priority share by weight. */
export interface SrvRecord {
  /** Host name; '' or '.': the service is decidedly not there. */
  readonly name: string;
  readonly port: number;
  readonly priority: number;
  readonly weight: number;
}

/** What a runtime gives: `node/` and `fetch/` make one each; tests make their own. */
export interface Platform {
  readonly dispatcher: Dispatcher;
  /** Where the runtime has WebSockets for sessions; without them none is served. */
  readonly sockets?: WebSockets;
  readonly clock: Clock;
  /** Uniform in [0, 1), not for secrets: jitter and picks. */
  random(): number;
  /** An unguessable lower-case hexadecimal string of `bytes` random bytes: request ids, call ids. */
  randomId(bytes: number): string;
  /** SHA-256 as lower-case hexadecimal, of bodies too. Without it a request with an `Idempotency-Key` fails. */
  sha256?(bytes: Uint8Array): string | Promise<string>;
  /** A place for an upload on its way. Absent: memory, with a cap. */
  spool?(): Spool;
  /** The SRV records of a name (RFC 2782). Rejects where there are none. Absent: deployments can't be looked up so. */
  srv?(name: string): Promise<readonly SrvRecord[]>;
  /** The process environment, read once at start by `fromEnvironment` and by configuration references only. */
  readonly environment: Readonly<Record<string, string | undefined>>;
}
