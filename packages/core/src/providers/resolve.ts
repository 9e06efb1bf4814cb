import type { WireFormat } from '../adapters/format.ts';
import type { ProviderRow } from '../adapters/provider-row.ts';
import type { ProviderConfig } from '../config/types.ts';
import { ConfigError } from '../kit/errors.ts';
import type { Credentials } from '../transport/credentials.ts';
import {
  assertHeaderName,
  assertHeaderValue,
  authHeaderName,
  authHeaders,
  CREDENTIAL_HEADERS,
} from './auth/headers.ts';
import { type BaseUrl, fillPlaceholders, parseBaseUrl, placeholdersOf, replacePlaceholders } from './base-url.ts';
import { configuredRow, rowsAlso } from './row.ts';

/** A provider that is ready to be called; every check was done when it was made. */
export interface ResolvedProvider extends BaseUrl {
  readonly id: string;
  /** With `extends` followed, the configuration laid over it and the placeholders of baseUrl filled. */
  readonly row: ProviderRow;
  /** The row's query, encoded and without `?`; '' for none. */
  readonly query: string;
  /** The row's headers with lower-case names, less any that carries a key. */
  readonly fixedHeaders: Readonly<Record<string, string>>;
  /** Lower-case names. `{}` when no key is needed. */
  readonly authHeaders: Readonly<Record<string, string>>;
  /** What gives each call its credentials, where they are no fixed key. */
  readonly credentials?: Credentials;
  /** The same provider in the further formats that it serves. */
  readonly also: ReadonlyMap<WireFormat, ResolvedProvider>;
}

/** Headers that belong to the connection or the body and can not be fixed by a row. */
const RESERVED = new Set([
  'host',
  'connection',
  'content-length',
  'transfer-encoding',
  'upgrade',
  'te',
  'trailer',
  'expect',
  'cookie',
]);

/**
 * One configured provider. A deployment with a key or base URL of its own is resolved the same way, from
 * `{ ...providerConfig, ...ownKeyAndBaseUrl }` and its own path.
 * @param path of the configuration, for errors; default `providers.<id>`
 * @param credentials that stand in the configuration for this id, in place of a key
 * @throws ConfigError for an unknown id, a missing or unfit key, setting or base URL; it never holds the key
 */
export function resolveProvider(
  id: string,
  config: ProviderConfig,
  path = `providers.${id}`,
  credentials?: Credentials,
): ResolvedProvider {
  if (id === '' || id.includes('/'))
    throw new ConfigError(path, 'has an id that is empty or holds a slash, so no provider/model name can reach it.');
  const row = configuredRow(id, config, path);
  checkHeaders(row, path);
  const settings = checkedSettings(row, config, path);
  const baseUrl = filledBaseUrl(row, settings, path);
  const { origin, basePath } = parseBaseUrl(baseUrl, `${path}.baseUrl`, config.allowInsecure === true);
  const resolved = {
    id,
    row: { ...row, baseUrl: origin + basePath, ...filledFields(row, settings, path) },
    origin,
    basePath,
    query: encodedQuery(row, settings, path),
    fixedHeaders: fixedHeaders(row),
    ...(credentials === undefined
      ? { authHeaders: keyHeaders(id, row, config, path) }
      : { authHeaders: noKey(id, config, path), credentials }),
    also: new Map<WireFormat, ResolvedProvider>(),
  };
  for (const [format, other] of rowsAlso(resolved.row))
    resolved.also.set(format, { ...resolved, row: other, also: NONE });
  return resolved;
}

const NONE: ReadonlyMap<WireFormat, ResolvedProvider> = new Map();

function filledBaseUrl(row: ProviderRow, settings: Readonly<Record<string, string>>, path: string): string {
  if (row.baseUrl !== undefined)
    return fillPlaceholders(row.baseUrl, settings, `${path}.settings`, '; give it here, or a whole baseUrl');
  const variable = row.baseUrlEnv?.[0];
  const hint = variable === undefined ? '' : `, or set ${variable} and use fromEnvironment`;
  throw new ConfigError(
    `${path}.baseUrl`,
    `is missing: this provider has no default one; write the URL of your server${hint}.`,
  );
}

function checkedSettings(row: ProviderRow, config: ProviderConfig, path: string): Readonly<Record<string, string>> {
  const settings = config.settings ?? {};
  const templates = [row.baseUrl ?? '', ...Object.values(row.query ?? {}), ...Object.values(row.bodyFields ?? {})];
  const known = new Set([...Object.keys(row.settings ?? {}), ...templates.flatMap(placeholdersOf)]);
  for (const name of Object.keys(settings)) {
    if (known.has(name)) continue;
    const names = known.size === 0 ? 'takes none' : `takes ${[...known].join(', ')}`;
    throw new ConfigError(`${path}.settings.${name}`, `is no setting of this provider, which ${names}.`);
  }
  return settings;
}

function encodedQuery(row: ProviderRow, settings: Readonly<Record<string, string>>, path: string): string {
  return Object.entries(row.query ?? {})
    .map(([name, value]) => `${encodeURIComponent(name)}=${queryValue(value, settings, path)}`)
    .join('&');
}

function queryValue(template: string, settings: Readonly<Record<string, string>>, path: string): string {
  return placeholdersOf(template).length > 0
    ? fillPlaceholders(template, settings, `${path}.settings`)
    : encodeURIComponent(template);
}

function filledFields(
  { bodyFields }: ProviderRow,
  settings: Readonly<Record<string, string>>,
  path: string,
): Pick<ProviderRow, 'bodyFields'> {
  if (bodyFields === undefined) return {};
  const filled = Object.entries(bodyFields).map(([name, template]) => [
    name,
    replacePlaceholders(template, settings, `${path}.settings`),
  ]);
  return { bodyFields: Object.fromEntries(filled) };
}

function fixedHeaders(row: ProviderRow): Record<string, string> {
  const given = Object.entries(row.headers ?? {}).map(([name, value]): [string, string] => [name.toLowerCase(), value]);
  return Object.fromEntries(given.filter(([name]) => !CREDENTIAL_HEADERS.has(name)));
}

function keyHeaders(id: string, row: ProviderRow, config: ProviderConfig, path: string): Record<string, string> {
  const { apiKey } = config;
  if (row.auth === 'credentials') {
    const from = row.credentialsFrom ?? 'an object with headers(request, signal)';
    throw new ConfigError(
      path,
      `takes no fixed key; write credentials: { ${JSON.stringify(id)}: … } beside providers, with ${from}.`,
    );
  }
  if (row.auth === 'none' && apiKey !== undefined) {
    throw new ConfigError(
      `${path}.apiKey`,
      "is given but auth is 'none', so it would never be sent; write auth: 'bearer' or leave it out.",
    );
  }
  if (apiKey !== undefined) return authHeaders(row, apiKey, `${path}.apiKey`);
  if (row.auth === 'none' || (row.apiKeyOptional === true && config.auth === undefined)) return {};
  throw new ConfigError(`${path}.apiKey`, `is missing${keyHint(row)}.`);
}

function noKey(id: string, { apiKey }: ProviderConfig, path: string): Record<string, string> {
  if (apiKey === undefined) return {};
  const text = `is given besides credentials[${JSON.stringify(id)}]; write one of them, or a second provider with extends.`;
  throw new ConfigError(`${path}.apiKey`, text);
}

function keyHint(row: ProviderRow): string {
  if (row.apiKeyEnv.length === 0) return "; give it, or write auth: 'none'";
  return `; give it, or set ${row.apiKeyEnv.join(' or ')} and use fromEnvironment`;
}

function checkHeaders(row: ProviderRow, path: string): void {
  const key = authHeaderName(row.auth);
  if (key !== undefined) assertHeaderName(key, `${path}.auth.header`);
  for (const [name, value] of Object.entries(row.headers ?? {})) {
    const here = `${path}.headers.${name}`;
    assertHeaderName(name, here);
    assertHeaderValue(value, here);
    if (RESERVED.has(name.toLowerCase()))
      throw new ConfigError(here, 'belongs to the connection and can not be fixed here.');
    if (name.toLowerCase() === key) throw new ConfigError(here, 'carries the key; give that as apiKey.');
  }
}
