import type { Target } from '../adapters/adapter.ts';
import { ADAPTERS } from '../adapters/index.ts';
import type { Answer } from './answer.ts';
import { chatOf } from './chat-of.ts';
import type { LineExchange } from './exchange.ts';
import { readJson } from './read-json.ts';
import type { Work } from './work.ts';

/** Bytes per token of the local bound. Providers' tokenisers give 3–4.5 for prose; 4 is the field's rule of thumb. */
const BYTES_PER_TOKEN = 4;

function counted(exchange: LineExchange, tokens: number): Answer {
  const body = exchange.adapter?.server.count?.(tokens, exchange);
  return { kind: 'whole', body: JSON.stringify(body ?? { tokens }), usage: undefined };
}

/** Token counting: by the provider where it has an endpoint for it, else estimated here and marked in `x-postern-inserted`. */
export function countWork(exchange: LineExchange, target: Target): Work | Answer {
  const { count } = ADAPTERS[target.row.format].client;
  const chat = chatOf(exchange);
  if (count === undefined || !target.row.serves.includes('count-tokens')) {
    exchange.inserted = ['token-count=estimated'];
    return counted(exchange, Math.ceil((exchange.body?.size ?? 0) / BYTES_PER_TOKEN));
  }
  const call = count.render(chat, target, exchange);
  return {
    call,
    async read(response) {
      const tokens = count.parse((await readJson(response, exchange.line.settings.answer.maxBytes)).value);
      return typeof tokens === 'number' ? counted(exchange, tokens) : tokens;
    },
  };
}
