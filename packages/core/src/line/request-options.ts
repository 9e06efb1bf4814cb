import { AccessError, RequestError } from '../kit/errors.ts';
import { nameWithin } from '../kit/longest-name.ts';
import type { Body, Fields } from '../transport/body.ts';
import { bodyOf } from '../transport/body-of.ts';
import type { LineExchange } from './exchange.ts';
import { mayUse } from './may-use.ts';
import { isServed } from './stands-for.ts';

/** Names in a list of a request at most. */
const MOST = 16;
const NONE: readonly string[] = Object.freeze([]);

/**
 * What a request says of its own routing, in members that no provider is to see: `fallbacks`, names of models in place of the configured fallbacks, and
 * `disable_fallbacks: true`. The body without them. Throws RequestError `invalid_request`.
 */
export function withoutOptions(exchange: LineExchange, body: Body): Body {
  if (body.form !== undefined || exchange.route.via !== undefined) return body;
  const fields = body.fields();
  if (!fields.has('fallbacks') && !fields.has('disable_fallbacks')) return body;
  exchange.fallbacks = asked(fields);
  const gone = new Map([
    ['fallbacks', undefined],
    ['disable_fallbacks', undefined],
  ]);
  return bodyOf(body.edit(gone), exchange.line.settings.body);
}

function asked(fields: Fields): readonly string[] | undefined {
  const disable = fields.get('disable_fallbacks') ?? false;
  if (typeof disable !== 'boolean') throw invalid('disable_fallbacks', 'must be true or false');
  const names = fields.get('fallbacks') ?? undefined;
  if (names !== undefined && !isNames(names)) throw invalid('fallbacks', 'must be a list of names of models');
  for (const name of names ?? NONE) nameWithin(name, 'fallbacks');
  return disable ? NONE : names;
}

const isNames = (value: unknown): value is readonly string[] =>
  Array.isArray(value) && value.length <= MOST && value.every((name) => typeof name === 'string' && name !== '');

/** What a request says of itself is none of what may be said. */
export const invalid = (param: string, says: string): RequestError =>
  new RequestError('invalid_request', `${param} ${says}.`, { param });

/**
 * The same from the headers `x-postern-fallbacks` and `x-postern-disable-fallbacks`, where the body says nothing; and may this caller use the models?
 * Throws AccessError `forbidden`, RequestError `model_not_found` and `invalid_request`.
 */
export function authoriseOptions(exchange: LineExchange): void {
  const { caller, line } = exchange;
  const names = exchange.fallbacks ?? inHeaders(exchange);
  if (names === undefined) {
    // What is said of a caller may be older than the configuration.
    exchange.fallbacks = caller?.fallbacks?.filter((name) => mayUse(caller, name) && canFollow(name));
    return;
  }
  const param = 'fallbacks';
  const own = caller?.aliases ?? {};
  exchange.fallbacks = names.map((name) => (Object.hasOwn(own, name) ? (own[name] ?? name) : name));
  for (const name of exchange.fallbacks) {
    const shown = name.slice(0, 200);
    if (!mayUse(caller, name))
      throw new AccessError('forbidden', `This caller may not use the model '${shown}'.`, { param });
    if (canFollow(name)) continue;
    const message = `The model '${shown}' does not exist or is not served here.`;
    throw new RequestError('model_not_found', message, { param });
  }

  /** A policy can't: what it chooses among goes past what the caller may use. */
  function canFollow(name: string): boolean {
    return isServed(line.router, name) && !line.settings.policies.has(name);
  }
}

/** The names that a header lists between commas. */
export const listed = (header: string): readonly string[] =>
  header
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');

function inHeaders({ request }: LineExchange): readonly string[] | undefined {
  const disable = request.header('x-postern-disable-fallbacks');
  if (disable === 'true' || disable === '1') return NONE;
  const given = request.header('x-postern-fallbacks');
  if (given === undefined) return undefined;
  const names = listed(given);
  if (names.length > MOST) throw invalid('x-postern-fallbacks', `names more than ${MOST} models`);
  for (const name of names) nameWithin(name, 'x-postern-fallbacks');
  return names;
}
