import type { ChatEvent } from '../chat/events.ts';
import type { ChatReply } from '../chat/reply.ts';
import type { Delivered } from './answer.ts';
import type { LineExchange } from './exchange.ts';
import { hookContext } from './hook-context.ts';

/** guard out: the host's hooks on a whole answer. A hook refuses by throwing. Streams are guarded event by event, see {@link guardEvents}. */
export function guardOut(exchange: LineExchange, answer: Delivered): Delivered | Promise<Delivered> {
  const { onReply } = exchange.line.settings.hooks;
  return answer.kind === 'reply' && onReply.length > 0 ? askHooks(exchange, answer.reply) : answer;
}

async function askHooks(exchange: LineExchange, given: ChatReply): Promise<Delivered> {
  let reply = given;
  for (const hook of exchange.line.settings.hooks.onReply) reply = (await hook(reply, hookContext(exchange))) ?? reply;
  return { kind: 'reply', reply };
}

/** The hooks on a batch of events, in order; undefined when there are none, so that the common path awaits nothing. */
export function guardEvents(exchange: LineExchange): ((events: ChatEvent[]) => Promise<ChatEvent[]>) | undefined {
  const { onEvent } = exchange.line.settings.hooks;
  if (onEvent.length === 0) return undefined;
  const context = hookContext(exchange);
  return async (events) => {
    let guarded = events;
    for (const hook of onEvent) {
      const next: ChatEvent[] = [];
      for (const event of guarded) {
        const changed = (await hook(event, context)) ?? event;
        if (Array.isArray(changed)) next.push(...(changed as readonly ChatEvent[]));
        else next.push(changed as ChatEvent);
      }
      guarded = next;
    }
    return guarded;
  };
}
