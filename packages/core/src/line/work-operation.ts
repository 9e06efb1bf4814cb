import type { OperationForm, OperationSide, Target } from '../adapters/adapter.ts';
import { operationOf } from '../adapters/index.ts';
import type { Body } from '../transport/body.ts';
import { bodyOfValue } from '../transport/body-of.ts';
import type { LineExchange } from './exchange.ts';
import { readJson } from './read-json.ts';
import type { Work } from './work.ts';

/** A non-chat operation: one function pair of the target's format between the canonical form and the provider's. */
export function operationWork(exchange: LineExchange, target: Target, side: OperationSide): Work {
  const { body, adapter } = exchange;
  if (body === undefined) throw new TypeError('an operation without a body');
  const form = adapter && operationOf(adapter, exchange.route.operation)?.form;
  const asked = form === undefined ? undefined : body.json();
  const call = side.render(form === undefined ? body : canonical(exchange, form, asked), target, exchange);
  return {
    call,
    async read(response) {
      const { value } = await readJson(response, exchange.line.settings.answer.maxBytes);
      const result = side.parse(value, call, exchange);
      if ('kind' in result) return result;
      const told = form?.answer(result.body, asked, exchange, exchange.inbound) ?? { body: result.body, dropped: [] };
      exchange.dropped = [...exchange.dropped, ...told.dropped];
      return { kind: 'whole', body: JSON.stringify(told.body), usage: result.usage };
    },
  };
}

/** What the client asks for, in the canonical form. */
const canonical = (exchange: LineExchange, form: OperationForm, asked: unknown): Body =>
  bodyOfValue(form.request(asked, exchange.inbound), exchange.line.settings.body);
