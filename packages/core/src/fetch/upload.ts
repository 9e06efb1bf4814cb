import { ClientGone, RequestError } from '../kit/errors.ts';
import { readPiece } from './read-body.ts';

/**
 * The body of a request as it arrives, pulled by its reader.
 *
 * @throws RequestError `invalid_request` when it was read already, `unsupported_content_type` when it is compressed, `request_timeout`; ClientGone
 */
export async function* readStream(request: Request): AsyncGenerator<Uint8Array> {
  if (request.bodyUsed) {
    throw new RequestError(
      'invalid_request',
      'The form was read before it reached the gateway: hand over the request unread.',
      { status: 500, shouldRetry: false },
    );
  }
  const encoding = request.headers.get('content-encoding') ?? '';
  if (encoding !== '' && encoding !== 'identity')
    throw new RequestError('unsupported_content_type', 'A form is not taken compressed.');
  const reader = request.body?.getReader();
  if (reader === undefined) return;
  try {
    for (let piece = await readPiece(reader); piece !== undefined; piece = await readPiece(reader)) yield piece;
  } catch (cause) {
    throw cause instanceof RequestError ? cause : new ClientGone(cause);
  } finally {
    reader.cancel().catch(() => undefined);
  }
}
