import { createHash } from 'node:crypto';
import type { WireRequest } from '@postern/core';

/** The body that a signature covers. Throws for one that is sent from a file: it is not read before it goes. */
export function bytesOf(body: WireRequest['body']): Uint8Array {
  if (body === undefined || typeof body === 'string') return Buffer.from(body ?? '');
  if (body instanceof Uint8Array) return body;
  throw new Error('a body that is sent from a file can not be signed');
}

/**
 * SHA-256 in hex of a body that is sent from a file and can be read again; it is never whole in memory. Undefined for any other body.
 * What the file gives is the caller's: it throws what reading throws.
 */
export async function hashOfFile(body: WireRequest['body']): Promise<string | undefined> {
  if (typeof body !== 'object' || body instanceof Uint8Array || body.once === true) return undefined;
  const hash = createHash('sha256');
  for await (const piece of body.open()) hash.update(piece);
  return hash.digest('hex');
}
