import type { ConnectionOptions } from 'node:tls';
import { domainToASCII } from 'node:url';
import type { MediaContext } from '../config/fetch-media.ts';
import { unknownKey, whatIs } from '../config/problems.ts';
import type { Duration } from '../kit/duration.ts';
import { parseDuration } from '../kit/duration.ts';
import { ConfigError } from '../kit/errors.ts';
import { MediaRefused } from './guarded-connect.ts';

/** Settings of `guardedFetchMedia`. */
export interface GuardedFetchOptions {
  /**
   * Hosts that may be asked: names such as `images.example.com`, or `*.cdn.example.com` for all names below one (at any depth, not itself).
   * Whatever stands there is asked for whatever a caller wants: no host whose content depends on who asks from where.
   */
  readonly allow: readonly string[];
  /** Bytes of one medium. Default 20 MiB. The request's own rest counts too, see {@link MediaContext}. */
  readonly maxBytes?: number;
  /** For one medium, from the look-up of its name to its last byte. Default 15 s. */
  readonly timeout?: Duration;
  /**
   * Media types that are taken; `*` stands for any subtype. They must also fit what the request says: an image is an `image/…`.
   * Default: images, audio, video, PDF, JSON, and text that is plain, CSV or Markdown.
   */
  readonly mediaTypes?: readonly string[];
  /** Default: 443 only. */
  readonly ports?: readonly number[];
  /** Certificates of further authorities, as of node:tls. Default: those of Node. */
  readonly ca?: ConnectionOptions['ca'];
}

/** The options, checked and with their defaults. */
export interface Rules {
  readonly maxBytes: number;
  /** Milliseconds. */
  readonly timeout: number;
  /** The URL to ask. Throws MediaRefused for one that may not be asked. */
  target(url: string): URL;
  takes(mediaType: string, kind: MediaContext['kind']): boolean;
}

const KEYS: readonly string[] = Object.keys({
  allow: true,
  maxBytes: true,
  timeout: true,
  mediaTypes: true,
  ports: true,
  ca: true,
} satisfies Record<keyof GuardedFetchOptions, true>);
const MIB = 1024 * 1024;
const MEDIA_TYPES = [
  ...['image/*', 'audio/*', 'video/*'],
  ...['application/pdf', 'application/json', 'text/plain', 'text/csv', 'text/markdown'],
];
/** Longer URLs are refused: no server takes them. */
const LONGEST_URL = 8192;

/** At least two labels, the last of which begins with a letter: an address of any spelling ends in a number. */
const HOST = /^(?:\*\.)?(?:[a-z0-9_](?:[a-z0-9_-]*[a-z0-9_])?\.)+[a-z](?:[a-z0-9-]*[a-z0-9])?$/;
const MEDIA_TYPE = /^[\w!#$&^.+-]+\/(?:\*|[\w!#$&^.+-]+)$/;

/** Throws ConfigError with the path and the fix. */
export function rulesOf(options: GuardedFetchOptions): Rules {
  assertOptions(options);
  const { allow, maxBytes = 20 * MIB, timeout = '15s', mediaTypes = MEDIA_TYPES, ports = [443] } = options;
  const limit = parseDuration(timeout);
  if (limit === undefined) wrong('timeout', 'does not fit; write a time such as `15s`');
  if (!isWhole(maxBytes)) wrong('maxBytes', 'does not fit; write a whole number of bytes from 1 up');
  const hosts = listed(allow, 'allow', "['images.example.com', '*.cdn.example.com']").map(hostOf);
  const types = listed(mediaTypes, 'mediaTypes', "['image/*', 'application/pdf']").map(mediaTypeOf);
  const numbers = listed(ports, 'ports', '[443, 8443]').map(portOf);
  return {
    maxBytes,
    timeout: limit,
    target: (url) => targetOf(url, hosts, numbers),
    takes: (mediaType, kind) =>
      (kind === 'file' || mediaType.startsWith(`${kind}/`)) && types.some((type) => matches(mediaType, type)),
  };
}

/** Callers without types give anything. A key that is misspelt would leave its guard at the default, in silence. */
function assertOptions(options: unknown): void {
  if (typeof options !== 'object' || options === null || Array.isArray(options))
    wrong('', `${whatIs(options)}; write options such as { allow: ['images.example.com'] }`);
  const unknown = Object.keys(options).find((key) => !KEYS.includes(key));
  if (unknown !== undefined) wrong('', unknownKey(unknown, KEYS));
}

function targetOf(text: string, hosts: readonly string[], ports: readonly number[]): URL {
  if (text.length > LONGEST_URL || !URL.canParse(text)) throw new MediaRefused('the URL is none, or too long');
  const url = new URL(text);
  if (url.protocol !== 'https:') throw new MediaRefused('the URL is not https');
  if (url.username !== '' || url.password !== '') throw new MediaRefused('the URL holds credentials');
  if (!hosts.some((host) => isHost(url.hostname, host)))
    throw new MediaRefused(`the host ${url.hostname} is not in the list of those that are allowed`);
  if (!ports.includes(Number(url.port === '' ? 443 : url.port)))
    throw new MediaRefused(`the port ${url.port} is not allowed`);
  return url;
}

const isHost = (hostname: string, host: string): boolean =>
  host.startsWith('*') ? hostname.endsWith(host.slice(1)) && hostname.length >= host.length : hostname === host;

const matches = (mediaType: string, type: string): boolean =>
  type.endsWith('/*') ? mediaType.startsWith(type.slice(0, -1)) : mediaType === type;

function hostOf(entry: unknown, path: string): string {
  // What stands behind a host in a URL would be cut off in silence.
  const [, star = '', name = ''] = /^(\*\.)?([^\s*/\\?#@:%[\]]+)$/.exec(typeof entry === 'string' ? entry : '') ?? [];
  const host = star + domainToASCII(name);
  return HOST.test(host)
    ? host
    : wrong(path, 'is no host; write a name such as `images.example.com`, or `*.cdn.example.com` for all below it');
}

function mediaTypeOf(entry: unknown, path: string): string {
  const type = typeof entry === 'string' ? entry.toLowerCase() : '';
  return MEDIA_TYPE.test(type) ? type : wrong(path, 'is no media type; write one such as `image/png` or `image/*`');
}

function portOf(entry: unknown, path: string): number {
  return isWhole(entry) && entry <= 65_535 ? entry : wrong(path, 'is no port; write a number from 1 to 65535');
}

const isWhole = (value: unknown): value is number =>
  typeof value === 'number' && Number.isSafeInteger(value) && value > 0;

/** Entries with their paths. An empty list would fetch nothing: it is a mistake. */
function listed(
  list: unknown,
  name: string,
  write: string,
): { map<To>(to: (entry: unknown, path: string) => To): To[] } {
  if (!Array.isArray(list) || list.length === 0) wrong(name, `is no list, or an empty one; write one such as ${write}`);
  return { map: (to) => list.map((entry: unknown, index) => to(entry, `${name}.${index}`)) };
}

function wrong(path: string, text: string): never {
  throw new ConfigError(path === '' ? 'guardedFetchMedia' : `guardedFetchMedia.${path}`, text);
}
