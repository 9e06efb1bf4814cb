import type { AuthStyle, ProviderRow } from '../../adapters/provider-row.ts';
import { ConfigError } from '../../kit/errors.ts';

const TOKEN = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;
/** Visible Latin-1 with single spaces or tabs inside: what a header value may hold without being changed on the way (RFC 9110, 5.5). */
const VALUE = /^[\x21-\x7e\x80-\xff](?:[\t\x20-\x7e\x80-\xff]*[\x21-\x7e\x80-\xff])?$/;

/**
 * The headers that carry a provider's key: names in lower case, nothing else in them. `{}` for auth `none`.
 * @param path of the configuration, for the error
 * @throws ConfigError when the key can not stand in a header; the message never holds the key
 */
export function authHeaders(row: Pick<ProviderRow, 'auth'>, key: string, path = 'apiKey'): Record<string, string> {
  const { auth } = row;
  if (auth === 'none' || auth === 'credentials') return {};
  assertHeaderValue(key, path);
  const { name, prefix } = spell(auth);
  return { [name]: prefix + key };
}

/** The header that this style uses, in lower case; undefined for `none` and `credentials`. */
export function authHeaderName(auth: AuthStyle): string | undefined {
  return auth === 'none' || auth === 'credentials' ? undefined : spell(auth).name;
}

/** @throws ConfigError when this is no header name (RFC 9110, 5.1) */
export function assertHeaderName(name: string, path: string): void {
  if (!TOKEN.test(name)) throw new ConfigError(path, 'is no header name; use letters, digits and hyphens.');
}

/** Can this stand in a request as a header's name and value (RFC 9110, 5.1 and 5.5)? */
export function isHeader(name: string, value: unknown): boolean {
  return TOKEN.test(name) && typeof value === 'string' && VALUE.test(value);
}

/** @throws ConfigError when this can not be sent as a header value; the message never holds the value */
export function assertHeaderValue(value: string, path: string): void {
  if (VALUE.test(value)) return;
  throw new ConfigError(path, `${flaw(value)}; write it as one line of Latin-1 characters without spaces around it.`);
}

function spell(auth: Exclude<AuthStyle, 'none' | 'credentials'>): { name: string; prefix: string } {
  if (auth === 'bearer') return { name: 'authorization', prefix: 'Bearer ' };
  return { name: auth.header.toLowerCase(), prefix: auth.prefix ?? '' };
}

function flaw(value: string): string {
  if (value === '') return 'is empty';
  if (/[\r\n]/.test(value)) return 'holds a line break';
  if (value !== value.trim()) return 'has white space around it';
  return 'holds a character that no header can carry';
}

/** Never taken from a call or from a row's fixed headers: keys come from `apiKey` alone. */
export const CREDENTIAL_HEADERS: ReadonlySet<string> = new Set([
  'authorization',
  'x-api-key',
  'api-key',
  'x-goog-api-key',
  'proxy-authorization',
  'cookie',
]);
