import { chatOf } from './chat-of.ts';
import type { LineExchange } from './exchange.ts';
import { hookContext } from './hook-context.ts';

/** guard in: the host's hooks on the input, in order. A hook refuses by throwing; a changed request is what goes on. */
export async function guardIn(exchange: LineExchange): Promise<void> {
  const { onRequest } = exchange.line.settings.hooks;
  if (onRequest.length === 0 || exchange.route.operation !== 'chat') return;
  for (const hook of onRequest) {
    const changed = await hook(chatOf(exchange), hookContext(exchange));
    if (changed !== undefined) exchange.chat = changed;
  }
}
