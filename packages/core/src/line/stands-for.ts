import { isThenable } from '../kit/thenable.ts';
import type { Router } from '../router/router.ts';
import type { LineExchange } from './exchange.ts';

/** No other name can be an alias of the store's, and there is no text that every store takes. */
const NAME = /^[\w.:@/+~-]{1,200}$/;

/**
 * A name of a model that stands for another one: an alias of the caller's own, or one of the store, for what the configuration does not serve. From here on
 * the request asks for that model: it is judged, counted and served as such.
 */
export function standsFor(exchange: LineExchange): void | Promise<void> {
  const { caller, line, route } = exchange;
  if (route.relay !== undefined || route.via !== undefined) return;
  const { aliases } = caller ?? {};
  if (aliases !== undefined && Object.hasOwn(aliases, exchange.model)) rename(exchange, aliases[exchange.model]);
  const { model } = exchange;
  if (line.callers === undefined || !NAME.test(model) || isServed(line.router, model)) return;
  const found = line.callers.directory.find('alias', model);
  if (isThenable(found)) return found.then(({ record }) => rename(exchange, record?.model));
  rename(exchange, found.record?.model);
}

function rename(exchange: LineExchange, model: string | undefined): void {
  if (model !== undefined) exchange.peek = { ...exchange.peek, model };
}

/** May it be asked for, though nothing may be there that serves it now? */
export const isServed = (router: Router, model: string): boolean =>
  router.models.some(({ id }) => id === model) || router.deployments(model).length > 0;
