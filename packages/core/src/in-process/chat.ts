import type { Peek } from '../adapters/adapter.ts';
import { replyToEvents } from '../chat/replay.ts';
import type { ChatReply } from '../chat/reply.ts';
import type { ChatRequest } from '../chat/request.ts';
import { asGatewayError } from '../kit/errors.ts';
import { nameWithin } from '../kit/longest-name.ts';
import type { Delivered } from '../line/answer.ts';
import { namesServers } from '../line/dials-out.ts';
import type { LineExchange } from '../line/exchange.ts';
import { settle, settleCancelled, settleStream } from '../line/settle.ts';
import { stashEvents, stashReply } from '../line/stash.ts';
import { answer, start } from '../line/walk.ts';
import type { ChatResult, StreamResult } from './answers.ts';
import { type ChatOptions, chatRequestOf } from './chat-options.ts';
import { type EventSource, EventStream } from './event-stream.ts';
import { resultOf } from './result.ts';
import type { ToolSet } from './tools.ts';

/** A whole answer down the whole line. Rejects with GatewayError. */
export async function chatInProcess<Tools extends ToolSet>(
  exchange: LineExchange,
  options: ChatOptions<Tools>,
): Promise<ChatResult<Tools>> {
  const reply = await refusing(exchange, async () => {
    prepare(exchange, options, false);
    const given = await answer(exchange);
    if (given.kind !== 'reply') throw new TypeError('a whole answer was asked for');
    stashReply(exchange, given.reply);
    settle(exchange, 'ok', 200);
    return given.reply;
  });
  return resultOf(exchange, reply, options.tools);
}

/** A stream down the whole line. Rejects with GatewayError when it can't begin. */
export async function streamInProcess<Tools extends ToolSet>(
  exchange: LineExchange,
  options: ChatOptions<Tools>,
): Promise<StreamResult<Tools>> {
  const source = await refusing(exchange, async () => {
    prepare(exchange, options, true);
    return sourceOf(exchange, await answer(exchange));
  });
  const events = new EventStream(exchange, source);
  const result = events.reply.then((reply) => resultOf(exchange, reply, options.tools));
  // Whoever only iterates hears of a failure there; this promise must not end the process then.
  result.catch(() => {});
  return {
    id: exchange.id,
    result,
    cancel: (reason) => events.cancel(reason),
    [Symbol.asyncIterator]: () => events,
  };
}

function prepare(exchange: LineExchange, options: ChatOptions, stream: boolean): void {
  start(exchange);
  const chat = chatRequestOf(options);
  exchange.chat = chat;
  exchange.peek = peekOf(nameWithin(options.model), chat, stream);
}

function peekOf(model: string, chat: ChatRequest, stream: boolean): Peek {
  const { maxOutputTokens, n, reasoning } = chat;
  return {
    model,
    stream,
    streamUsage: true,
    ...(maxOutputTokens === undefined ? {} : { maxOutputTokens }),
    ...(n === undefined ? {} : { n }),
    ...(reasoning === undefined ? {} : { reasoning: reasoning.enabled !== false }),
    ...(namesServers(chat) ? { remoteTools: true } : {}),
  };
}

async function refusing<Value>(exchange: LineExchange, run: () => Promise<Value>): Promise<Value> {
  try {
    return await run();
  } catch (thrown) {
    const error = asGatewayError(thrown);
    settleCancelled(exchange, error);
    throw error;
  }
}

function sourceOf(exchange: LineExchange, given: Delivered): EventSource {
  if (given.kind === 'reply') return whole(exchange, given.reply);
  if (given.kind !== 'events' && given.kind !== 'continued') throw new TypeError('a stream was asked for');
  const { stream } = given;
  stream.onEnd = (fault) => settleStream(exchange, fault);
  return { batches: stashEvents(exchange, stream), finish: () => stream.onEnd(undefined) };
}

/** A provider that does not stream. The answer is there, so the request is settled before anybody reads it: perhaps nobody will. */
function whole(exchange: LineExchange, reply: ChatReply): EventSource {
  stashReply(exchange, reply);
  settle(exchange, 'ok', 200);
  const batches = [replyToEvents(reply)];
  return {
    batches: {
      next() {
        const value = batches.shift();
        return Promise.resolve(value === undefined ? { done: true, value } : { done: false, value });
      },
    },
    finish: () => {},
  };
}
