import { chatOf } from './chat-of.ts';
import type { LineExchange } from './exchange.ts';
import { hookContext } from './hook-context.ts';

/** guard in: the host's hooks on the input, in order. A hook refuses by throwing; a changed request is what goes on. */
export function guardIn(exchange: LineExchange): void | Promise<void> {
  if (exchange.line.settings.hooks.onRequest.length > 0 && isChat(exchange.route.operation)) return askHooks(exchange);
}

/** What has a conversation: a token count sends it to the provider as well. */
const isChat = (operation: string): boolean => operation === 'chat' || operation === 'count-tokens';

async function askHooks(exchange: LineExchange): Promise<void> {
  for (const hook of exchange.line.settings.hooks.onRequest) {
    const changed = await hook(chatOf(exchange), hookContext(exchange));
    if (changed !== undefined) exchange.chat = changed;
  }
}
