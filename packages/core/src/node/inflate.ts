import { pipeline, type Transform } from 'node:stream';
import { createBrotliDecompress, createGunzip, createInflate, createInflateRaw } from 'node:zlib';
import { isGatewayError, UpstreamError } from '../kit/errors.ts';
import type { WireResponse } from '../transport/dispatcher.ts';

/** Caps on what a compressed body may become. */
export interface InflateCaps {
  /** Bytes after decompression. */
  readonly maxBytes: number;
  /** Decompressed to compressed, looked at beyond the first MiB. */
  readonly maxRatio: number;
}

/** Defaults of {@link InflateCaps}. */
const INFLATE_CAPS: InflateCaps = { maxBytes: 64 * 1024 * 1024, maxRatio: 100 };
const RATIO_FREE = 1024 * 1024;
const ZLIB_METHOD = 8;

/**
 * The answer with its body decompressed (gzip, br, deflate); plain answers are given as they are.
 *
 * @throws UpstreamError `upstream_invalid_response`: while reading, for broken data and beyond the caps; at once, for an unknown encoding
 */
export function decoded(response: WireResponse, caps: InflateCaps = INFLATE_CAPS): WireResponse {
  const encoding = response.header('content-encoding')?.trim().toLowerCase();
  if (encoding === undefined || encoding === '' || encoding === 'identity') return response;
  if (!ENCODINGS.has(encoding)) {
    const error = new UpstreamError(
      'upstream_invalid_response',
      'The provider answered in a content encoding that was not asked for.',
    );
    response.cancel(error);
    throw error;
  }
  return {
    status: response.status,
    header: (name) => (name === 'content-encoding' || name === 'content-length' ? undefined : response.header(name)),
    body: inflate(response.body, encoding, caps),
    cancel: (reason) => response.cancel(reason),
  };
}

const ENCODINGS = new Set(['gzip', 'x-gzip', 'br', 'deflate']);

async function* inflate(
  body: AsyncIterable<Uint8Array>,
  encoding: string,
  caps: InflateCaps,
): AsyncGenerator<Uint8Array> {
  const count = { in: 0, out: 0 };
  const source = counted(body, count);
  const first = await source.next();
  if (first.done === true) return;
  const decoder = pipeline(resumed(first.value, source), decoderFor(encoding, first.value), ignore);
  try {
    for await (const piece of decoder as AsyncIterable<Uint8Array>) {
      count.out += piece.length;
      guard(count, caps);
      yield piece;
    }
  } catch (error) {
    throw isGatewayError(error) || !isZlibError(error)
      ? error
      : invalid('The provider sent broken compressed data.', error);
  }
}

async function* counted(body: AsyncIterable<Uint8Array>, count: { in: number }): AsyncGenerator<Uint8Array, undefined> {
  for await (const piece of body) {
    count.in += piece.length;
    yield piece;
  }
}

async function* resumed(first: Uint8Array, rest: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  yield first;
  yield* rest;
}

/** `deflate` is meant to be zlib's format, but some senders leave out its header; its low four bits are always 8. Source: RFC 1950 §2.2 */
function decoderFor(encoding: string, first: Uint8Array): Transform {
  if (encoding === 'br') return createBrotliDecompress();
  if (encoding !== 'deflate') return createGunzip();
  return ((first[0] ?? 0) & 0x0f) === ZLIB_METHOD ? createInflate() : createInflateRaw();
}

function guard(count: { readonly in: number; readonly out: number }, caps: InflateCaps): void {
  const tooDense = count.out > RATIO_FREE && count.out > count.in * caps.maxRatio;
  if (tooDense || count.out > caps.maxBytes) throw tooLarge();
}

const isZlibError = (error: unknown): boolean =>
  typeof error === 'object' &&
  error !== null &&
  'code' in error &&
  /^(?:Z_|ERR__?ERROR_|ERR_BROTLI|ERR_.*BROTLI|ERR_TRAILING_JUNK)/.test(String(error.code));

const invalid = (message: string, cause?: unknown): UpstreamError =>
  new UpstreamError('upstream_invalid_response', message, { cause });

function ignore(): void {}

/** Asked again, the provider would send as much again. */
const tooLarge = (): UpstreamError =>
  new UpstreamError('upstream_invalid_response', "The provider's compressed answer is larger than allowed.", {
    shouldRetry: false,
  });
