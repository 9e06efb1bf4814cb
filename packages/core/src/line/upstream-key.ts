import { sha256 } from '../kit/sha256.ts';
import type { PlannedAttempt } from '../router/plan.ts';
import type { LineExchange } from './exchange.ts';

const encoder = new TextEncoder();

/**
 * What the provider is told as the key of this request, so that a retry there is not served twice; undefined where its API takes none, or the client gave none.
 * Made from the client's, and not that itself: the keys of two callers, of two requests and of two deployments must never be one at a provider.
 */
export function upstreamKey({ goingOn, keyed }: LineExchange, { deployment }: PlannedAttempt): string | undefined {
  if (keyed === undefined || deployment.target.row.idempotencyHeader === undefined) return undefined;
  // What goes on with an answer is another request.
  if (goingOn?.after !== undefined) return undefined;
  return sha256(encoder.encode([keyed.name, keyed.hash, deployment.id].join('\n')));
}
