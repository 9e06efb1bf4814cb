import {
  keepsResources,
  mayRefer,
  type Reference,
  type ResourceKind,
  referencesIn,
  storedKind,
} from '../adapters/resources.ts';
import type { ResourcesSettings } from '../config/relay-settings.ts';
import { RequestError } from '../kit/errors.ts';
import type { Deployment } from '../router/deployment.ts';
import type { Body } from '../transport/body.ts';
import { bodyOfValue } from '../transport/body-of.ts';
import { boundResources, ownBinding } from './bindings.ts';
import type { LineExchange } from './exchange.ts';

/** Most ids that one request may name. */
const MOST_IDS = 256;

/**
 * claim: every id that the request names, of what a provider keeps, must be the caller's own, and then the request goes to where it was made. What is
 * another's is refused as what there is not; in a format whose clients may mean files of other providers, it only keeps those from being asked that
 * would know it. Throws RequestError `resource_not_found`.
 */
export function claim(exchange: LineExchange): void | Promise<void> {
  const resources = boundResources(exchange);
  if (resources === undefined) return;
  exchange.keeps = keptOf(exchange);
  const named = namedBy(exchange);
  if (named.length > 0) return claimAll(exchange, resources, named);
}

/** The refusal of an id: word for word the same for another caller's and for one that never was. */
export const notFound = ({ kind, id }: Reference): RequestError =>
  new RequestError('resource_not_found', `No such ${kind}: '${id.slice(0, 200)}'.`, { param: 'id' });

function keptOf({ route, body }: LineExchange): ResourceKind | undefined {
  const { relay, format, operation } = route;
  if (relay !== undefined) return relay.resource?.resource.adopts?.['thread_id'];
  return body === undefined ? undefined : storedKind(format, operation, body.fields());
}

function namedBy(exchange: LineExchange): readonly Reference[] {
  const { route, body, request } = exchange;
  const { relay } = route;
  if (relay === undefined) {
    return body !== undefined && mayRefer(body.text()) ? referencesIn(judged(exchange, body)) : [];
  }
  const { resource } = relay;
  if (resource === undefined) return [];
  const { kind } = resource.resource;
  const named: Reference[] = resource.id === undefined ? [] : [{ kind, id: resource.id }];
  if (resource.action === 'list') named.push(...cursorsIn(request.query, kind));
  return body === undefined ? named : [...named, ...referencesIn(judged(exchange, body))];
}

/**
 * The body as JSON. It is written anew for those that follow: a name may have stood twice in it, and a parser elsewhere might take another one of the two
 * than was judged here.
 */
function judged(exchange: LineExchange, body: Body): unknown {
  const value = body.json();
  // What files came with a form can't be written as JSON, and is not read from it either.
  if (body.form === undefined) exchange.body = bodyOfValue(value, exchange.line.settings.body);
  return value;
}

const cursorsIn = (query: URLSearchParams, kind: ResourceKind): Reference[] =>
  ['after', 'before'].flatMap((name) => query.getAll(name).map((id) => ({ kind, id })));

async function claimAll(
  exchange: LineExchange,
  resources: ResourcesSettings,
  named: readonly Reference[],
): Promise<void> {
  if (named.length > MOST_IDS)
    throw new RequestError('invalid_request', `The request names more than ${MOST_IDS} things that were made before.`);
  for (const reference of named) {
    const binding = await ownBinding(exchange, resources, reference);
    const place = binding === undefined ? undefined : exchange.line.router.place(binding.place);
    if (place === undefined) {
      if (keepsResources(exchange.route.format)) throw notFound(reference);
      exchange.unclaimed = reference;
      continue;
    }
    exchange.home = sameHome(exchange.home, place, reference);
  }
}

/** One request goes to one place: what is kept at another account is not there. */
function sameHome(home: Deployment | undefined, place: Deployment, reference: Reference): Deployment {
  if (home === undefined || home.provider === place.provider) return home ?? place;
  throw notFound(reference);
}
