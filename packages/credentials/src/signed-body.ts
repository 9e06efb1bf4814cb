import type { WireRequest } from '@postern/core';

/** The body that a signature covers. Throws for one that is sent from a file: it is not read before it goes. */
export function bytesOf(body: WireRequest['body']): Uint8Array {
  if (body === undefined || typeof body === 'string') return Buffer.from(body ?? '');
  if (body instanceof Uint8Array) return body;
  throw new Error('a body that is sent from a file can not be signed');
}
