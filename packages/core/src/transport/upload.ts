import { RequestError } from '../kit/errors.ts';
import type { ByteSource } from './byte-source.ts';

/** A request's body on its way through: read once, as fast as somebody takes it. */
export interface Upload extends ByteSource {
  readonly once: true;
  /** Nobody reads on: what still comes is thrown away, so that the client gets to see the answer. Harmless when the body is over. */
  stop(): void;
}

/** The size that a header declares; undefined for none and for what is no number. */
export function declaredSize(contentLength: string | undefined): number | undefined {
  return contentLength !== undefined && /^\d{1,15}$/.test(contentLength) ? Number(contentLength) : undefined;
}

/** The refusal of a body beyond the cap. */
export const uploadTooLarge = (maxBytes: number): RequestError =>
  new RequestError('body_too_large', `The body is larger than ${maxBytes} bytes.`);

/** The refusal of a body that the host's parser has eaten. */
export const uploadEaten = (): RequestError =>
  new RequestError(
    'invalid_request',
    'The body was read before it reached the gateway, which passes it on as it comes: mount Postern before body parsers.',
    { status: 500, shouldRetry: false },
  );
