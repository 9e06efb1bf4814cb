import type { Route } from '../adapters/routes.ts';
import type { Caller } from '../config/types.ts';
import type { PlannedAttempt } from '../router/plan.ts';
import type { Amounts, Reservation } from '../store/store.ts';
import type { GatewayRequest } from '../transport/gateway-request.ts';

/** How an attempt, or a request as a whole, ended. */
export type Outcome = 'ok' | 'fault' | 'cancelled';

/** An attempt under way. */
export interface OpenAttempt {
  readonly id: string;
  readonly planned: PlannedAttempt;
  readonly startedAt: number;
}

/** A reservation that is open: of a request, or of the attempt under way over where it goes. */
export interface Held {
  readonly id: string;
  /** What it holds by now. */
  amounts: Amounts;
  /** Can a limit refuse more tokens or money? If none can, nobody asks for more. */
  readonly metered: boolean;
  /** What it is held over. */
  readonly scopes: Reservation['scopes'];
}

/** What a copy needs of its request. */
export interface ShadowCopied {
  readonly id: string;
  readonly route: Route;
  readonly request: GatewayRequest;
  readonly caller: Caller | undefined;
}

/** What is sent once more, and to which alias. */
export interface ShadowCopy {
  readonly to: string;
  readonly body: Uint8Array;
}
