import type { Target } from '../../adapters/adapter.ts';
import { clientOf } from '../../adapters/index.ts';
import { textOfRequest } from '../../chat/text.ts';
import { type Answer, WholeAnswer } from '../answer.ts';
import { chatOf } from '../chat-of.ts';
import { estimatedTokens } from '../estimate.ts';
import type { LineExchange } from '../exchange.ts';
import { inlineMedia } from '../media/inline-media.ts';
import { readJson } from '../read-json.ts';
import { tokensOf } from '../tokens/count.ts';
import type { Work } from './work.ts';

function counted(exchange: LineExchange, tokens: number): Answer {
  const body = exchange.adapter?.server.count?.(tokens, exchange);
  return new WholeAnswer(JSON.stringify(body ?? { tokens }), undefined);
}

/** Token counting: by the provider where it has an endpoint for it, else counted by the host's tokenizer, or estimated; either is marked in `x-postern-inserted`. */
export async function countWork(exchange: LineExchange, target: Target): Promise<Work | Answer> {
  const { count } = clientOf(target);
  const chat = chatOf(exchange);
  if (target.row.format !== exchange.adapter?.format) exchange.adapter?.server.needsOwn?.(chat);
  if (count === undefined || !target.row.serves.includes('count-tokens')) {
    exchange.inserted = [...exchange.filled, 'token-count=estimated'];
    const { line } = exchange;
    const tokens = line.settings.tokenizer && (await tokensOf(line, textOfRequest(chat), target.model));
    return counted(exchange, tokens ?? estimatedTokens(exchange.body?.size ?? 0));
  }
  const call = count.render(await inlineMedia(exchange, chat, target), target, exchange);
  return {
    call,
    async read(response) {
      const tokens = count.parse((await readJson(response, exchange.line.settings.answer.maxBytes)).value);
      return typeof tokens === 'number' ? counted(exchange, tokens) : tokens;
    },
  };
}
