import { isGatewayError } from '../kit/errors.ts';
import type { LineExchange } from './exchange.ts';

/**
 * Is the call under way read on though its client has left? Where the provider's `onAbort` says so, and something is to be learned by it: sessions and
 * what is passed on tell no usage at their end, and files are billed by what was asked for.
 */
export function drains({ goingOn, line, open, reading, route, stream }: LineExchange, reason: unknown): boolean {
  if (open === undefined || !isGatewayError(reason) || reason.kind !== 'gone') return false;
  if (route.operation === 'realtime' || route.operation === 'relay') return false;
  if ((reading !== undefined || goingOn?.after !== undefined) && stream === undefined) return false;
  return line.settings.providers.get(open.planned.deployment.target.provider)?.onAbort === 'drain';
}
