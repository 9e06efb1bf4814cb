import type { Clock } from '../kit/clock.ts';
import type { Dispatcher } from './dispatcher.ts';
import type { Spool } from './spool.ts';
import type { WebSockets } from './web-socket.ts';

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
  /** The process environment, read once at start by `fromEnvironment` and by configuration references only. */
  readonly environment: Readonly<Record<string, string | undefined>>;
}
