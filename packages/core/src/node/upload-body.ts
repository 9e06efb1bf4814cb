import type { Readable } from 'node:stream';
import { type CallBody, isByteSource } from '../transport/byte-source.ts';

/**
 * A body as undici takes it. What is read piece by piece it pulls as fast as the provider takes it.
 * Source: https://github.com/nodejs/undici/blob/v7.30.2/lib/core/request.js (any iterable will do; its types know Node's streams only)
 */
export function uploadBody(body: CallBody): Uint8Array | string | Readable | null {
  return isByteSource(body) ? (body.open() as unknown as Readable) : (body ?? null);
}
