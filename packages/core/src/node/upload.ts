import type { IncomingMessage } from 'node:http';
import type { Clock } from '../kit/clock.ts';
import { ClientGone, isGatewayError, RequestError } from '../kit/errors.ts';
import { UPLOAD_STALL } from './read-upload.ts';

/**
 * The body of a request as it arrives, pulled by its reader. What is left when the reader stops is thrown away, so that the client gets to see the answer.
 *
 * @throws RequestError `invalid_request` when the host has read it, `unsupported_content_type` when it is compressed, `request_timeout`; ClientGone
 */
export async function* readStream(incoming: IncomingMessage, clock: Clock): AsyncGenerator<Uint8Array> {
  const { rawBody } = incoming as IncomingMessage & { readonly rawBody?: unknown };
  if (rawBody instanceof Uint8Array) return yield rawBody;
  guardUnread(incoming);
  guardPlain(incoming.headers['content-encoding']);
  const iterator = incoming.iterator({ destroyOnReturn: false });
  // An upload that breaks off may still emit its error when nobody iterates any more.
  incoming.on('error', ignore);
  try {
    for (;;) {
      const { done, value } = await nextOf(iterator, clock);
      if (done === true) return;
      yield typeof value === 'string' ? Buffer.from(value) : (value as Uint8Array);
    }
  } finally {
    void iterator.return?.();
    incoming.resume();
  }
}

/** Whoever parses forms before us has taken the files with it. */
function guardUnread(incoming: IncomingMessage): void {
  if (!incoming.readableDidRead && !incoming.readableEnded) return;
  throw new RequestError(
    'invalid_request',
    'The form was read before it reached the gateway: mount Postern before what parses forms, such as multer or @fastify/multipart.',
    { status: 500, shouldRetry: false },
  );
}

function guardPlain(encoding: string | undefined): void {
  if (encoding === undefined || encoding === '' || encoding === 'identity') return;
  throw new RequestError('unsupported_content_type', 'A form is not taken compressed.');
}

/** The next piece, while the client goes on sending. */
function nextOf(iterator: AsyncIterator<unknown>, clock: Clock): Promise<IteratorResult<unknown>> {
  return new Promise((resolve, reject) => {
    const stop = clock.timer(UPLOAD_STALL, () =>
      reject(new RequestError('request_timeout', 'The client stopped sending its body.')),
    );
    iterator
      .next()
      .then(resolve, (cause) => reject(isGatewayError(cause) ? cause : new ClientGone(cause)))
      .finally(stop);
  });
}

function ignore(): void {}
