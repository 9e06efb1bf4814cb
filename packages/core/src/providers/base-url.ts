import { ConfigError } from '../kit/errors.ts';

/** A checked base URL in the two parts that a call needs. */
export interface BaseUrl {
  /** Scheme, host and port. */
  readonly origin: string;
  /** '' or a path without trailing slash, such as `/openai/v1`. */
  readonly basePath: string;
}

const PLACEHOLDER = /\{([A-Za-z][A-Za-z0-9_]*)\}/g;
/** One label of a host name (RFC 1123, 2.1), so that a value can not bring in a host of its own. */
const HOST_LABEL = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/i;

/** The names of the `{placeholders}` of a template. */
export function placeholdersOf(template: string): string[] {
  return Array.from(template.matchAll(PLACEHOLDER), (match) => match[1] ?? '');
}

/**
 * A template with its placeholders filled: in the host each value must be one host label, elsewhere it is percent-encoded.
 * @param path of the settings in the configuration, such as `providers.x.settings`
 * @throws ConfigError naming the setting that is missing or unfit
 */
export function fillPlaceholders(
  template: string,
  settings: Readonly<Record<string, string>>,
  path: string,
  hint = '',
): string {
  const hostEnd = endOfHost(template);
  return template.replace(PLACEHOLDER, (_, name: string, offset: number) => {
    const value = given(settings, name, path, hint);
    return offset < hostEnd ? hostLabel(value, `${path}.${name}`) : segment(value, `${path}.${name}`);
  });
}

/**
 * A template with its placeholders filled as they are: what becomes no part of a URL.
 * @throws ConfigError naming the setting that is missing
 */
export function replacePlaceholders(
  template: string,
  settings: Readonly<Record<string, string>>,
  path: string,
): string {
  return template.replace(PLACEHOLDER, (_, name: string) => given(settings, name, path, ''));
}

function given(settings: Readonly<Record<string, string>>, name: string, path: string, hint: string): string {
  const value = Object.hasOwn(settings, name) ? settings[name] : undefined;
  if (value === undefined || value === '') throw new ConfigError(`${path}.${name}`, `is missing${hint}.`);
  return value;
}

/**
 * Checks a base URL and takes it apart.
 * @throws ConfigError when it is not an absolute https URL (http on loopback, or with `allowInsecure`), or carries userinfo, a query or a hash
 */
export function parseBaseUrl(text: string, path: string, allowInsecure = false): BaseUrl {
  const url = absolute(text, path);
  if (url.protocol === 'http:' && !allowInsecure && !isLoopback(url.hostname)) {
    throw new ConfigError(
      path,
      'is plain http to another machine; write https, or set allowInsecure if that network is yours.',
    );
  }
  return { origin: url.origin, basePath: url.pathname.replace(/\/+$/, '') };
}

/** 127.0.0.0/8, ::1 and localhost, in the spelling that URL gives. */
export function isLoopback(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127\.\d{1,3}\.\d{1,3}\.\d{1,3}$/.test(hostname);
}

function absolute(text: string, path: string): URL {
  // The raw text is looked at too: URL itself drops line breaks, turns backslashes and forgets an empty `?`, `#` or `@`.
  if (!/^https?:\/\/[^\s\\/?#{}]+(?:\/[^\s\\?#{}]*)?$/i.test(text) || !URL.canParse(text)) {
    throw new ConfigError(
      path,
      'is not a base URL; write it as https://host/path, without query, hash or placeholders left.',
    );
  }
  const authority = text.slice(0, endOfHost(text));
  if (authority.includes('@')) throw new ConfigError(path, 'holds a user name or password; keys belong in apiKey.');
  return new URL(text);
}

function endOfHost(template: string): number {
  const start = template.indexOf('://');
  if (start < 0) return 0;
  const end = template.indexOf('/', start + 3);
  return end < 0 ? template.length : end;
}

function hostLabel(value: string, path: string): string {
  if (HOST_LABEL.test(value)) return value;
  throw new ConfigError(path, 'must be one label of a host name: letters, digits and hyphens only.');
}

function segment(value: string, path: string): string {
  if (value !== '.' && value !== '..') return encodeURIComponent(value);
  throw new ConfigError(path, 'can not be a dot segment.');
}
