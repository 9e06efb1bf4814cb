import type { Caller } from '../config/types.ts';
import { AccessError, isGatewayError } from '../kit/errors.ts';
import type { LineExchange } from './exchange.ts';

const NOBODY: Caller = { id: 'open' };

/**
 * identify: who is calling. A resolver that throws, or gives nothing or no id, is a refusal and never a default.
 * Throws AccessError `unauthenticated`; an error of ours that the resolver throws keeps its own status.
 */
export async function identify(exchange: LineExchange): Promise<void> {
  if (exchange.caller !== undefined) return;
  const { access } = exchange.line.settings;
  if (access === 'open') {
    exchange.caller = NOBODY;
    return;
  }
  let caller: Caller | undefined;
  try {
    caller = await access.identify(exchange.request);
  } catch (cause) {
    if (isGatewayError(cause)) throw cause;
    throw new AccessError('unauthenticated', 'The caller could not be identified.', { cause });
  }
  if (typeof caller !== 'object' || caller === null || typeof caller.id !== 'string' || caller.id === '') {
    throw new AccessError('unauthenticated', 'The caller is unknown.');
  }
  exchange.caller = caller;
}
