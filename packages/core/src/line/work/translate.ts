import { isFault, type Target, type UpstreamCall } from '../../adapters/adapter.ts';
import { clientOf } from '../../adapters/index.ts';
import type { Fault } from '../../chat/fault.ts';
import type { ChatRequest } from '../../chat/request.ts';
import type { WireResponse } from '../../transport/dispatcher.ts';
import { createFrameReader } from '../../transport/frame-reader.ts';
import type { Answer } from '../answer.ts';
import { readChat } from '../chat-of.ts';
import type { LineExchange } from '../exchange.ts';
import { FETCHED, inlineMedia } from '../media/inline-media.ts';
import { isJson, readJson } from '../read-json.ts';
import { restoreReasoning } from '../stash.ts';
import { AnswerStream } from '../stream/answer-stream.ts';
import { EventInterpreter } from '../stream/interpret-events.ts';
import type { Watch } from '../stream/watch.ts';
import { boundedChat, toldOfBound, withInserted } from './bounded.ts';
import type { Work } from './work.ts';

/**
 * Translation: through the canonical chat model. Waits only where the store is asked for reasoning that the client left out, or the host for media
 * that the target takes as bytes only.
 */
export function translateWork(exchange: LineExchange, target: Target): Work | Promise<Work> {
  const chat = boundedChat(exchange, readChat(exchange), target);
  if (target.row.format !== exchange.adapter?.format) exchange.adapter?.server.needsOwn?.(chat);
  const asked = restoreReasoning(exchange, chat);
  return asked instanceof Promise
    ? asked.then((whole) => withMedia(exchange, whole, target))
    : withMedia(exchange, asked, target);
}

function withMedia(exchange: LineExchange, asked: ChatRequest, target: Target): Work | Promise<Work> {
  const chat = inlineMedia(exchange, asked, target);
  const told = toldOfBound(exchange, target);
  return chat instanceof Promise
    ? chat.then((whole) => new TranslateWork(exchange, rendered(exchange, whole, target, [...told, FETCHED])))
    : new TranslateWork(exchange, rendered(exchange, chat, target, told));
}

function rendered(
  exchange: LineExchange,
  chat: ChatRequest,
  target: Target,
  inserted: readonly string[],
): UpstreamCall {
  const call = clientOf(target).render(chat, target, exchange);
  return inserted.length === 0 ? call : withInserted(call, inserted);
}

/** A class, since it lives as long as the call: V8 would tenure an object literal, and with it all that it holds. */
class TranslateWork implements Work {
  readonly call: UpstreamCall;
  readonly #exchange: LineExchange;

  constructor(exchange: LineExchange, call: UpstreamCall) {
    this.#exchange = exchange;
    this.call = call;
  }

  async read(response: WireResponse, watch: Watch | undefined): Promise<Answer | Fault> {
    const client = clientOf(this.call.target);
    const { answer } = this.#exchange.line.settings;
    if (watch === undefined || isJson(response)) {
      const { value } = await readJson(response, answer.maxBytes);
      const reply = client.parse(value, this.call, this.#exchange);
      return isFault(reply) ? reply : { kind: 'reply', reply };
    }
    const reader = createFrameReader(client.framing, { maxEventBytes: answer.maxEventBytes });
    const interpreter = new EventInterpreter(client.decoder(this.call, this.#exchange));
    const { kept } = this.#exchange;
    const stream = new AnswerStream(response.body, kept?.of(reader) ?? reader, interpreter, watch);
    return (await stream.open()) ?? { kind: 'events', stream };
  }
}
