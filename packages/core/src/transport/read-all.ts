import { UpstreamError } from '../kit/errors.ts';
import type { WireBody } from './dispatcher.ts';

/**
 * A whole answer as one array. Leaves the iterable (and so cancels the answer) as soon as the cap is passed.
 *
 * @throws UpstreamError `upstream_invalid_response`, not to be tried again, beyond `maxBytes`; whatever the iterable throws
 */
export async function readAll(body: WireBody, maxBytes: number): Promise<Uint8Array> {
  const bytes = await (body.all === undefined ? collected(body, maxBytes) : body.all(maxBytes));
  if (bytes !== undefined) return bytes;
  throw new UpstreamError('upstream_invalid_response', `The provider's answer is larger than ${maxBytes} bytes.`, {
    shouldRetry: false,
  });
}

async function collected(body: AsyncIterable<Uint8Array>, maxBytes: number): Promise<Uint8Array | undefined> {
  const pieces: Uint8Array[] = [];
  let length = 0;
  for await (const piece of body) {
    length += piece.length;
    if (length > maxBytes) return undefined;
    pieces.push(piece);
  }
  return join(pieces, length);
}

/** The pieces in one array of `length` bytes; a single piece is given as it is. */
export function join(pieces: readonly Uint8Array[], length: number): Uint8Array {
  const [only] = pieces;
  if (only !== undefined && pieces.length === 1) return only;
  const whole = new Uint8Array(length);
  let at = 0;
  for (const piece of pieces) {
    whole.set(piece, at);
    at += piece.length;
  }
  return whole;
}
