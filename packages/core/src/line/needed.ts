import { isBeyond } from '../router/able.ts';
import type { Question } from '../router/question.ts';
import type { Asks } from '../router/reach.ts';
import { needsIn } from './capable.ts';
import { estimatedTokens } from './estimate.ts';
import type { LineExchange } from './exchange.ts';

/** What the request needs of a model. It is looked into only where one of the deployments that it may come to lacks something, or its size lets doubt that it fits. */
export function needed(exchange: LineExchange, asks: Asks): Pick<Question, 'needs' | 'text'> | undefined {
  const { body, route } = exchange;
  exchange.needs = undefined;
  if (route.operation !== 'chat' || !(asks.needs || isBeyond(asks, estimatedTokens(body?.size ?? 0)))) return undefined;
  exchange.needs = needsIn(exchange);
  if (exchange.needs === undefined) return undefined;
  const { needs, text } = exchange.needs;
  return {
    ...(asks.needs && needs.size > 0 ? { needs: [...needs.keys()] } : {}),
    ...(isBeyond(asks, text) ? { text } : {}),
  };
}
