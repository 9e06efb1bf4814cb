import { isFault, type Target } from '../adapters/adapter.ts';
import { ADAPTERS } from '../adapters/index.ts';
import type { Fault } from '../chat/fault.ts';
import type { ChatRequest } from '../chat/request.ts';
import { createSseReader } from '../transport/sse.ts';
import type { Answer } from './answer.ts';
import { AnswerStream } from './answer-stream.ts';
import { chatOf } from './chat-of.ts';
import type { LineExchange } from './exchange.ts';
import { EventInterpreter } from './interpret-events.ts';
import { isJson, readJson } from './read-json.ts';
import { restoreReasoning } from './stash.ts';
import type { Work } from './work.ts';

/** Translation: through the canonical chat model. Waits only where the store is asked for reasoning that the client left out. */
export function translateWork(exchange: LineExchange, target: Target): Work | Promise<Work> {
  const chat = restoreReasoning(exchange, chatOf(exchange));
  return chat instanceof Promise
    ? chat.then((whole) => workOf(exchange, whole, target))
    : workOf(exchange, chat, target);
}

function workOf(exchange: LineExchange, chat: ChatRequest, target: Target): Work {
  const { client } = ADAPTERS[target.row.format];
  const call = client.render(chat, target, exchange);
  const { answer } = exchange.line.settings;
  return {
    call,
    async read(response, watch): Promise<Answer | Fault> {
      if (watch === undefined || isJson(response)) {
        const reply = client.parse((await readJson(response, answer.maxBytes)).value, call, exchange);
        return isFault(reply) ? reply : { kind: 'reply', reply };
      }
      const reader = createSseReader({ maxEventBytes: answer.maxEventBytes });
      const stream = new AnswerStream(
        response.body,
        reader,
        new EventInterpreter(client.decoder(call, exchange)),
        watch,
      );
      return (await stream.open()) ?? { kind: 'events', stream };
    },
  };
}
