import type { OperationSide, Target } from '../adapters/adapter.ts';
import { WholeAnswer } from './answer.ts';
import type { LineExchange } from './exchange.ts';
import { readJson } from './read-json.ts';
import type { Work } from './work.ts';

/** A non-chat operation: one function pair of the target's format between the canonical form and the provider's. */
export function operationWork(exchange: LineExchange, target: Target, side: OperationSide): Work {
  if (exchange.body === undefined) throw new TypeError('an operation without a body');
  const call = side.render(exchange.body, target, exchange);
  return {
    call,
    async read(response) {
      const { value } = await readJson(response, exchange.line.settings.answer.maxBytes);
      const result = side.parse(value, call, exchange);
      if ('kind' in result) return result;
      return new WholeAnswer(JSON.stringify(result.body), result.usage);
    },
  };
}
