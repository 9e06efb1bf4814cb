import { idOf, type ResourceRoute, readPage, writePage } from '../../adapters/resources.ts';
import type { ResourcesSettings } from '../../config/relay-settings.ts';
import type { Answer } from '../answer.ts';
import { attempt } from '../attempt.ts';
import { boundResources, ownBinding } from '../bindings.ts';
import type { LineExchange } from '../exchange.ts';

type Item = NonNullable<ReturnType<typeof readPage>>['items'][number];

/** Items of a page that are asked of the provider: the most that all of its lists give. */
const PAGE = 100;
/** Items of a page where the client doesn't say. Source: https://platform.openai.com/docs/api-reference/batch/list and the other lists */
const DEFAULT_LIMIT = 20;

/** Does the request ask for a list of which the caller may see its own items only? */
export function listsOwn(exchange: LineExchange): boolean {
  return exchange.route.relay?.resource?.action === 'list' && boundResources(exchange) !== undefined;
}

/**
 * attempt, of a list: the provider's pages are read one after the other, and those items are kept that are the caller's, until there are as many as
 * it asked for. At most as many calls are made as a request may make (`maxAttempts`); a page that is short for that says that there is more.
 */
export async function attemptList(exchange: LineExchange): Promise<Answer> {
  const { relay } = exchange.route;
  const resources = boundResources(exchange);
  if (relay?.resource === undefined || resources === undefined) throw new TypeError('no list');
  const wanted = limitOf(exchange.request.query);
  const backwards = exchange.request.query.has('before');
  const own: Item[] = [];
  exchange.page = { limit: String(Math.max(PAGE, wanted)) };
  for (;;) {
    const answer = await attempt(exchange);
    const page = answer.kind === 'relayed' ? readPage(answer.value) : undefined;
    if (answer.kind !== 'relayed' || page === undefined) return answer;
    for (const item of page.items) if (await isOwn(exchange, resources, relay.resource, item)) own.push(item);
    const last = page.items.at(-1);
    const more = page.more && last !== undefined;
    const mayAsk = !backwards && exchange.attempts.length < exchange.line.settings.maxAttempts;
    if (own.length >= wanted || !more || !mayAsk) {
      const value = writePage(answer.value, own.slice(0, wanted), more || own.length > wanted);
      return { ...answer, value, body: JSON.stringify(value) };
    }
    exchange.page = { ...exchange.page, after: idOf(last) };
  }
}

async function isOwn(
  exchange: LineExchange,
  resources: ResourcesSettings,
  { resource }: ResourceRoute,
  item: Item,
): Promise<boolean> {
  return (await ownBinding(exchange, resources, { kind: resource.kind, id: idOf(item) })) !== undefined;
}

/** What the provider would refuse as a limit is not judged here: it is never asked. */
function limitOf(query: URLSearchParams): number {
  const limit = Number(query.get('limit') ?? DEFAULT_LIMIT);
  return Number.isInteger(limit) && limit > 0 && limit <= 10_000 ? limit : DEFAULT_LIMIT;
}
