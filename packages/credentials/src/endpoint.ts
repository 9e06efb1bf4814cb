import { ConfigError } from '@postern/core';

/** Where a call to a token endpoint goes. */
export interface Endpoint {
  /** Scheme, host and port. */
  readonly origin: string;
  /** Path and query. */
  readonly path: string;
}

/**
 * The endpoint at this URL.
 * @param name of the option, for the error
 * @throws ConfigError unless it is https, or http on loopback or at one of `plain`: secrets go there
 */
export function endpointAt(url: string, name: string, plain: readonly string[] = []): Endpoint {
  if (!URL.canParse(url)) throw new ConfigError(`credentials.${name}`, 'is no URL; write it as https://host/path.');
  const { protocol, hostname, origin, pathname, search, username } = new URL(url);
  const open = protocol === 'http:' && (isLoopback(hostname) || plain.includes(hostname));
  if (protocol !== 'https:' && !open)
    throw new ConfigError(`credentials.${name}`, 'is not https; a secret must not travel in the clear.');
  if (username !== '') throw new ConfigError(`credentials.${name}`, 'holds a user name; write it without.');
  return { origin, path: pathname + search };
}

function isLoopback(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127\.\d{1,3}\.\d{1,3}\.\d{1,3}$/.test(hostname);
}

/** @throws ConfigError when this is no text of at least one character, so that a forgotten variable shows at once */
export function required(value: string | undefined, name: string): string {
  if (typeof value === 'string' && value !== '') return value;
  throw new ConfigError(`credentials.${name}`, 'is missing; give it, or set the environment variable it is read from.');
}
