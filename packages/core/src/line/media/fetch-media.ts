import { bytesToBase64 } from '../../adapters/shared/base64.ts';
import type { MediaPart, MediaSource } from '../../chat/parts.ts';
import type { FetchedMedia, FetchMedia } from '../../config/fetch-media.ts';
import { isGatewayError, RequestError } from '../../kit/errors.ts';
import type { LineExchange } from '../exchange.ts';
import { hookContext } from '../hook-context.ts';
import { MediaCache } from './cache.ts';

/** Fetches of one request that run at a time. */
const AT_ONCE = 4;
/** Different media that are fetched for one request. */
const MOST = 64;

/** A medium that stands in the request by URL and is needed as bytes. */
export interface WantedMedia {
  readonly part: MediaPart;
  /** Such as `messages.2.content.0`. */
  readonly path: string;
  readonly url: string;
  readonly mediaType: string | undefined;
  /** Media of one key are fetched once. */
  readonly key: string;
}

/** The sources by key. Throws RequestError `media_fetch_failed` for the first that can't be had, or what the host refuses it with. */
export async function fetchAll(
  exchange: LineExchange,
  fetchMedia: FetchMedia,
  wanted: readonly WantedMedia[],
): Promise<Map<string, MediaSource>> {
  exchange.media ??= new MediaCache();
  const { outcomes } = exchange.media;
  const distinct = new Map(wanted.map((media) => [media.key, media]));
  // One that could not be had for an earlier target: the rest is of no use.
  for (const key of distinct.keys()) throwFailed(outcomes.get(key));
  const missing = [...distinct.values()].filter(({ key }) => !outcomes.has(key));
  const [first] = missing;
  if (first !== undefined && outcomes.size + missing.length > MOST)
    throw failed(first, `More than ${MOST} media of one request would have to be fetched.`);
  await new Batch(exchange, exchange.media, fetchMedia, missing).run();
  const sources = new Map<string, MediaSource>();
  for (const key of distinct.keys()) {
    const outcome = throwFailed(outcomes.get(key));
    if (outcome !== undefined) sources.set(key, outcome);
  }
  return sources;
}

function throwFailed(outcome: MediaSource | RequestError | undefined): MediaSource | undefined {
  if (outcome instanceof RequestError) throw outcome;
  return outcome;
}

/** The fetches of one attempt: a few at a time, the first that fails ends the others, and so does the end of the request. */
class Batch {
  readonly #exchange: LineExchange;
  readonly #cache: MediaCache;
  readonly #fetchMedia: FetchMedia;
  readonly #queue: WantedMedia[];
  readonly #controller = new AbortController();

  constructor(exchange: LineExchange, cache: MediaCache, fetchMedia: FetchMedia, missing: readonly WantedMedia[]) {
    this.#exchange = exchange;
    this.#cache = cache;
    this.#fetchMedia = fetchMedia;
    this.#queue = [...missing];
  }

  async run(): Promise<void> {
    if (this.#exchange.cancelled !== undefined) throw this.#exchange.cancelled;
    this.#exchange.abort = this.#controller;
    const workers = Array.from({ length: Math.min(AT_ONCE, this.#queue.length) }, () => this.#work());
    try {
      await Promise.all(workers);
    } catch (error) {
      this.#controller.abort(error);
      throw this.#exchange.cancelled ?? error;
    }
  }

  async #work(): Promise<void> {
    for (let media = this.#queue.shift(); media !== undefined; media = this.#queue.shift()) {
      if (this.#controller.signal.aborted) return;
      await this.#fetchOne(media);
    }
  }

  async #fetchOne(media: WantedMedia): Promise<void> {
    const { signal } = this.#controller;
    try {
      const { data, mediaType } = await unlessAborted(this.#ask(media), signal);
      this.#cache.outcomes.set(media.key, { kind: 'base64', data: bytesToBase64(data), mediaType });
    } catch (error) {
      // Ended for another reason than this URL: it is not judged.
      if (signal.aborted) throw error;
      const refusal = refusalOf(this.#exchange, media, error);
      if (refusal instanceof RequestError) this.#cache.outcomes.set(media.key, refusal);
      throw refusal;
    }
  }

  /** Asks the host, and takes nothing of its answer that is not sound. */
  async #ask({ url, part, mediaType }: WantedMedia): Promise<FetchedMedia> {
    const left = (): number => Math.max(0, this.#exchange.line.settings.body.maxBytes - this.#cache.bytes);
    const context = { kind: part.type, mediaType, maxBytes: left(), signal: this.#controller.signal };
    const fetched = soundMedia(await this.#fetchMedia(url, { ...hookContext(this.#exchange), ...context }));
    // Others may have come in meanwhile.
    if (fetched.data.length > left())
      throw new Error('the media of the request together are larger than body.maxBytes');
    this.#cache.bytes += fetched.data.length;
    return fetched;
  }
}

/** Type and subtype (RFC 6838, section 4.2), and whatever parameters follow. */
const MEDIA_TYPE = /^\s*([\w!#$&^.+-]+\/[\w!#$&^.+-]+)\s*(?:;|$)/;

function soundMedia(fetched: Partial<FetchedMedia> | undefined): FetchedMedia {
  const mediaType = typeof fetched?.mediaType === 'string' ? MEDIA_TYPE.exec(fetched.mediaType)?.[1] : undefined;
  if (!(fetched?.data instanceof Uint8Array) || mediaType === undefined)
    throw new TypeError('fetchMedia gave something else than { data: Uint8Array, mediaType: "type/subtype" }');
  return { data: fetched.data, mediaType: mediaType.toLowerCase() };
}

/** A host that does not heed the signal is not waited for. */
function unlessAborted<Value>(work: Promise<Value>, signal: AbortSignal): Promise<Value> {
  return new Promise((resolve, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
    work.then(resolve, reject);
  });
}

/** Errors of ours with which a host refuses. Those of calls it made itself, through a gateway or with parts of one, are no words for this client. */
const SPOKEN: ReadonlySet<string> = new Set(['request', 'access', 'guard', 'limit']);

/** What the client gets: neither the address nor the error, which the operator finds in his log. */
function refusalOf(exchange: LineExchange, media: WantedMedia, error: unknown): Error {
  if (isGatewayError(error) && SPOKEN.has(error.kind)) return error;
  const cause = error instanceof Error ? withoutUrl(String(error), media.url) : typeof error;
  const { id: request, model } = exchange;
  exchange.line.settings.log.warn('media could not be fetched', { request, model, param: media.path, cause });
  return failed(media, `The medium at '${media.path}' could not be fetched.`);
}

/** The query of a URL may be a signature that opens it to anybody. */
const withoutUrl = (text: string, url: string): string =>
  text.replaceAll(url, '[url]').replaceAll(new URL(url).href, '[url]');

const failed = ({ path }: WantedMedia, message: string): RequestError =>
  new RequestError('media_fetch_failed', message, { param: path });
