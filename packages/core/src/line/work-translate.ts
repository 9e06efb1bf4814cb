import { isFault, type Target } from '../adapters/adapter.ts';
import { ADAPTERS } from '../adapters/index.ts';
import type { Fault } from '../chat/fault.ts';
import { createSseReader } from '../transport/sse.ts';
import type { Answer } from './answer.ts';
import { AnswerStream } from './answer-stream.ts';
import { chatOf } from './chat-of.ts';
import type { LineExchange } from './exchange.ts';
import { FETCHED, inlineMedia } from './inline-media.ts';
import { EventInterpreter } from './interpret-events.ts';
import { isJson, readJson } from './read-json.ts';
import { restoreReasoning } from './stash.ts';
import type { Work } from './work.ts';

/** Translation: through the canonical chat model. */
export async function translateWork(exchange: LineExchange, target: Target): Promise<Work> {
  const { client } = ADAPTERS[target.row.format];
  const asked = await restoreReasoning(exchange, chatOf(exchange));
  const chat = await inlineMedia(exchange, asked, target);
  const rendered = client.render(chat, target, exchange);
  const call = chat === asked ? rendered : { ...rendered, inserted: [...rendered.inserted, FETCHED] };
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
