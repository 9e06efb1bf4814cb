import { ClientGone, type GatewayError, isGatewayError, RequestError } from '../kit/errors.ts';
import type { Body } from '../transport/body.ts';
import { bodyOf } from '../transport/body-of.ts';
import { guardContentType } from '../transport/content-type.ts';
import type { BodyLimits } from '../transport/gateway-request.ts';
import { join } from '../transport/read-all.ts';
import { fetchClock } from './clock.ts';

/** How long an upload may stand still. Milliseconds. */
const UPLOAD_STALL = 60_000;

/** @throws RequestError `unsupported_content_type`, `body_too_large`, `request_timeout`, `invalid_json`, `invalid_request`; ClientGone */
export async function readBody(request: Request, limits: BodyLimits): Promise<Body> {
  guardContentType(request.headers.get('content-type') ?? undefined);
  if (request.bodyUsed) {
    throw new RequestError(
      'invalid_request',
      'The body was read before it reached the gateway: hand over the request unread.',
      { status: 500, shouldRetry: false },
    );
  }
  if (Number(request.headers.get('content-length')) > limits.maxBytes) throw tooLarge(limits.maxBytes);
  const bytes = await readStream(request.body, limits.maxBytes, (cause) => new ClientGone(cause));
  return bodyOf(await opened(bytes, request.headers.get('content-encoding') ?? '', limits.maxBytes), limits);
}

async function opened(bytes: Uint8Array, encoding: string, maxBytes: number): Promise<Uint8Array> {
  const name = encoding.trim().toLowerCase();
  if (name === '' || name === 'identity') return bytes;
  if (name !== 'gzip' && name !== 'deflate') {
    throw new RequestError(
      'unsupported_content_type',
      'The content encoding of the request is not taken here; gzip and deflate are.',
    );
  }
  const plain = new Blob([bytes as Uint8Array<ArrayBuffer>]).stream().pipeThrough(new DecompressionStream(name));
  return readStream(
    plain,
    maxBytes,
    (cause) => new RequestError('invalid_json', 'The compressed body is broken.', { cause }),
  );
}

async function readStream(
  body: ReadableStream<Uint8Array> | null,
  maxBytes: number,
  failure: (cause: unknown) => GatewayError,
): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [];
  let size = 0;
  const reader = body?.getReader();
  try {
    for (;;) {
      const piece = reader === undefined ? undefined : await readPiece(reader);
      if (piece === undefined) return join(pieces, size);
      size += piece.length;
      if (size > maxBytes) throw tooLarge(maxBytes);
      pieces.push(piece);
    }
  } catch (error) {
    reader?.cancel(error).catch(ignore);
    throw isGatewayError(error) ? error : failure(error);
  }
}

/** The next piece, undefined at the end. Rejects with RequestError `request_timeout` when none comes for long. */
export function readPiece(reader: ReadableStreamDefaultReader<Uint8Array>): Promise<Uint8Array | undefined> {
  return new Promise((resolve, reject) => {
    const stop = fetchClock.timer(UPLOAD_STALL, () =>
      reject(new RequestError('request_timeout', 'The client stopped sending its body.')),
    );
    reader
      .read()
      .then(({ value }) => resolve(value), reject)
      .finally(stop);
  });
}

const tooLarge = (maxBytes: number): RequestError =>
  new RequestError('body_too_large', `The body is larger than ${maxBytes} bytes.`);

function ignore(): void {}
