import type { HookContext } from '../config/hooks.ts';
import type { LineExchange } from './exchange.ts';

/** What a hook may know of the request it runs in. */
export function hookContext(exchange: LineExchange): HookContext {
  return { id: exchange.id, operation: exchange.route.operation, model: exchange.model, caller: exchange.caller };
}
