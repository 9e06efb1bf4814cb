import { lookup as systemLookup } from 'node:dns';
import type { buildConnector } from 'undici';
import type { FetchedMedia, FetchMedia, MediaContext } from '../config/fetch-media.ts';
import { Cancellation } from '../kit/cancel.ts';
import type { Clock } from '../kit/clock.ts';
import { isGatewayError } from '../kit/errors.ts';
import type { WireResponse } from '../transport/dispatcher.ts';
import { nodeClock } from './clock.ts';
import { type Ground, guardedConnector, MediaRefused } from './guarded-connect.ts';
import { type GuardedFetchOptions, type Rules, rulesOf } from './guarded-options.ts';
import { PooledLine } from './pooled-line.ts';
import { isPublicAddress } from './public-address.ts';
import { WireCall } from './wire-call.ts';

/**
 * A `fetchMedia` that asks hosts of a list only, by https, at public addresses (checked when it connects), without credentials and cookies. It follows no
 * redirect, takes no compressed answer, and stops at a size, a time and a media type that does not fit. Proxies of the environment are not used: behind
 * one no address could be checked. Each fetch has a connection of its own, which is closed after it.
 * Throws ConfigError, with the path and the fix, for options that don't fit.
 *
 * @example
 * createGateway({ fetchMedia: guardedFetchMedia({ allow: ['images.example.com', '*.cdn.example.com'] }), … })
 */
export function guardedFetchMedia(options: GuardedFetchOptions): FetchMedia {
  return guardedFetch(options, { lookup: systemLookup, isPublic: isPublicAddress }, nodeClock);
}

/** {@link guardedFetchMedia} on another ground than this machine's, for tests. */
export function guardedFetch(options: GuardedFetchOptions, ground: Ground, clock: Clock): FetchMedia {
  const rules = rulesOf(options);
  const connect = guardedConnector(ground, options.ca);
  return async (text, context) => {
    const url = rules.target(text);
    const ending = new Cancellation();
    const client = { handleEvent: () => ending.abort(context.signal.reason) };
    const stop = clock.timer(rules.timeout, () => ending.abort(new MediaRefused('the medium took too long')));
    context.signal.addEventListener('abort', client);
    try {
      if (context.signal.aborted) throw context.signal.reason;
      return await fetchOnce(url, rules, context, connect, ending);
    } catch (error) {
      throw ending.aborted ? ending.reason : reasonOf(error, url);
    } finally {
      context.signal.removeEventListener('abort', client);
      stop();
    }
  };
}

/** What undici's error was about, where it was ours; else only that it failed. */
function reasonOf(error: unknown, { hostname }: URL): unknown {
  if (!isGatewayError(error)) return error;
  const { cause } = error as Error;
  return cause instanceof MediaRefused ? cause : new MediaRefused(`${hostname} could not be reached`, cause);
}

async function fetchOnce(
  url: URL,
  rules: Rules,
  context: MediaContext,
  connect: buildConnector.connector,
  ending: Cancellation,
): Promise<FetchedMedia> {
  const line = new PooledLine(url.origin, connect, () => undefined);
  try {
    const response = await new Promise<WireResponse>((resolve, reject) => {
      const call = new WireCall(line, ending, resolve, reject);
      line.client.dispatch({ method: 'GET', path: url.pathname + url.search, headers: HEADERS, body: null }, call);
    });
    const mediaType = soundType(response, rules, context);
    const data = await read(response, Math.min(rules.maxBytes, context.maxBytes));
    return { data, mediaType };
  } finally {
    void line.client.destroy();
  }
}

const HEADERS = ['accept', '*/*', 'accept-encoding', 'identity', 'user-agent', 'postern'];

/** The media type of an answer that may be read. Throws MediaRefused. */
function soundType(response: WireResponse, rules: Rules, { kind }: MediaContext): string {
  if (response.status !== 200)
    throw new MediaRefused(`the host answered with status ${response.status}; redirects are not followed`);
  const encoding = response.header('content-encoding')?.trim().toLowerCase();
  if (encoding !== undefined && encoding !== '' && encoding !== 'identity')
    throw new MediaRefused('the answer is compressed, though it was asked for plain');
  const mediaType = response.header('content-type')?.split(';')[0]?.trim().toLowerCase() ?? '';
  if (!rules.takes(mediaType, kind))
    throw new MediaRefused(
      `the answer is of type ${mediaType.slice(0, 100) || 'unknown'}, which is not taken for ${kind}`,
    );
  return mediaType;
}

async function read(response: WireResponse, maxBytes: number): Promise<Uint8Array> {
  const tooLarge = (): MediaRefused => new MediaRefused(`the medium is larger than ${maxBytes} bytes`);
  if (Number(response.header('content-length') ?? 0) > maxBytes) throw tooLarge();
  const pieces: Uint8Array[] = [];
  let size = 0;
  for await (const piece of response.body) {
    size += piece.length;
    if (size > maxBytes) throw tooLarge();
    pieces.push(piece);
  }
  const { buffer, byteOffset } = Buffer.concat(pieces, size);
  return new Uint8Array(buffer, byteOffset, size);
}
