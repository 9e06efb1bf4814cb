import type { IncomingMessage } from 'node:http';
import type { Clock } from '../kit/clock.ts';
import { RequestError } from '../kit/errors.ts';
import type { Body } from '../transport/body.ts';
import { bodyOf, bodyOfValue } from '../transport/body-of.ts';
import { guardContentType } from '../transport/content-type.ts';
import type { BodyLimits } from '../transport/gateway-request.ts';
import { nodeByteText } from './byte-text.ts';
import { inflateUpload } from './inflate-upload.ts';
import { readUpload } from './read-upload.ts';
import { tooLarge } from './too-large.ts';

/**
 * The body of a request, from the connection or from what the host's parser left.
 *
 * @param parsed what the parser made, where it isn't `incoming.body`
 * @throws RequestError `unsupported_content_type`, `body_too_large`, `request_timeout`, `invalid_json`, `body_too_deep`, `invalid_request`; ClientGone
 */
export async function readBody(
  incoming: IncomingMessage,
  limits: BodyLimits,
  parsed: unknown,
  clock: Clock,
): Promise<Body> {
  guardContentType(incoming.headers['content-type']);
  const host = incoming as IncomingMessage & { readonly rawBody?: unknown; readonly body?: unknown };
  if (host.rawBody instanceof Uint8Array) return bodyOfBytes(host.rawBody, limits);
  // A parser that left the body alone may still have put an empty object there: what counts is whether the stream was read.
  if (wasRead(incoming)) return bodyOfParsed(parsed ?? host.body, limits);
  const bytes = await readUpload(incoming, limits.maxBytes, clock);
  const encoding = incoming.headers['content-encoding'];
  return bodyOf(
    encoding === undefined ? bytes : await inflateUpload(bytes, encoding, limits.maxBytes),
    limits,
    nodeByteText,
  );
}

const wasRead = (incoming: IncomingMessage): boolean => incoming.readableDidRead || incoming.readableEnded;

function bodyOfParsed(parsed: unknown, limits: BodyLimits): Body {
  if (parsed instanceof Uint8Array) return bodyOfBytes(parsed, limits);
  if (typeof parsed === 'string') return bodyOfBytes(Buffer.from(parsed), limits);
  if (parsed !== undefined) return bodyOfValue(parsed, limits);
  throw new RequestError(
    'invalid_request',
    'The body was read before it reached the gateway: mount Postern before body parsers, or leave what they parse in request.body.',
    { status: 500, shouldRetry: false },
  );
}

function bodyOfBytes(bytes: Uint8Array, limits: BodyLimits): Body {
  if (bytes.length > limits.maxBytes) throw tooLarge(limits.maxBytes);
  return bodyOf(bytes, limits, nodeByteText);
}
