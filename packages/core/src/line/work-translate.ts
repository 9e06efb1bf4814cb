import { type Adapter, isFault, type Target, type UpstreamCall } from '../adapters/adapter.ts';
import { ADAPTERS } from '../adapters/index.ts';
import type { Fault } from '../chat/fault.ts';
import type { ChatRequest } from '../chat/request.ts';
import type { WireResponse } from '../transport/dispatcher.ts';
import { createSseReader } from '../transport/sse.ts';
import type { Answer } from './answer.ts';
import { AnswerStream } from './answer-stream.ts';
import { readChat } from './chat-of.ts';
import type { LineExchange } from './exchange.ts';
import { EventInterpreter } from './interpret-events.ts';
import { isJson, readJson } from './read-json.ts';
import { restoreReasoning } from './stash.ts';
import type { Watch } from './watch.ts';
import type { Work } from './work.ts';

/** Translation: through the canonical chat model. Waits only where the store is asked for reasoning that the client left out. */
export function translateWork(exchange: LineExchange, target: Target): Work | Promise<Work> {
  const chat = restoreReasoning(exchange, readChat(exchange));
  return chat instanceof Promise
    ? chat.then((whole) => new TranslateWork(exchange, whole, target))
    : new TranslateWork(exchange, chat, target);
}

/** A class, since it lives as long as the call: V8 would tenure an object literal, and with it all that it holds. */
class TranslateWork implements Work {
  readonly call: UpstreamCall;
  readonly #exchange: LineExchange;
  readonly #client: Adapter['client'];

  constructor(exchange: LineExchange, chat: ChatRequest, target: Target) {
    this.#exchange = exchange;
    this.#client = ADAPTERS[target.row.format].client;
    this.call = this.#client.render(chat, target, exchange);
  }

  async read(response: WireResponse, watch: Watch | undefined): Promise<Answer | Fault> {
    const { answer } = this.#exchange.line.settings;
    if (watch === undefined || isJson(response)) {
      const { value } = await readJson(response, answer.maxBytes);
      const reply = this.#client.parse(value, this.call, this.#exchange);
      return isFault(reply) ? reply : { kind: 'reply', reply };
    }
    const decoder = this.#client.decoder(this.call, this.#exchange);
    const reader = createSseReader({ maxEventBytes: answer.maxEventBytes });
    const stream = new AnswerStream(response.body, reader, new EventInterpreter(decoder), watch);
    return (await stream.open()) ?? { kind: 'events', stream };
  }
}
