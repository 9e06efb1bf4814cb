import type { Deployment, Routing } from '@postern/core/routing';
import type { Agenda } from './agenda.ts';
import type { Random } from './distribution.ts';
import type { Server } from './server.ts';

/** A call that is over. */
export interface SimulatedCall {
  /** `alias#index`. */
  readonly deployment: string;
  /** Who asked. */
  readonly caller: string;
  /** When it began, in ms from the start. */
  readonly at: number;
  readonly failed: boolean;
}

/** What a simulated request works with. */
export interface World {
  readonly agenda: Agenda;
  readonly random: Random;
  readonly routing: Routing;
  /** Plans are made by one who knows how each deployment serves. */
  readonly oracle: boolean;
  server(deployment: Deployment): Server;
  /** Told of each call when it is over. */
  readonly watch: ((call: SimulatedCall) => void) | undefined;
  /** Counted. */
  calls: number;
  /** undefined once a call had no price. */
  nanoUsd: bigint | undefined;
}
