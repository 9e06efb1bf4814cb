import { promisify } from 'node:util';
import { brotliDecompress, gunzip, type InputType, inflate } from 'node:zlib';
import { RequestError } from '../kit/errors.ts';
import { tooLarge } from './too-large.ts';

type Inflate = (bytes: InputType, options: { readonly maxOutputLength: number }) => Promise<Buffer>;

const INFLATERS: ReadonlyMap<string, Inflate> = new Map<string, Inflate>([
  ['gzip', promisify(gunzip)],
  ['x-gzip', promisify(gunzip)],
  ['deflate', promisify(inflate)],
  ['br', promisify(brotliDecompress)],
]);

/**
 * A compressed request body in the open; stops as soon as the cap is passed.
 *
 * @throws RequestError `unsupported_content_type` for an unknown encoding, `body_too_large`, `invalid_json` for broken data
 */
export async function inflateUpload(bytes: Uint8Array, encoding: string, maxBytes: number): Promise<Uint8Array> {
  const name = encoding.trim().toLowerCase();
  if (name === '' || name === 'identity') return bytes;
  const run = INFLATERS.get(name);
  if (run === undefined)
    throw new RequestError(
      'unsupported_content_type',
      'The content encoding of the request is not taken here; gzip, deflate and br are.',
    );
  try {
    return await run(bytes, { maxOutputLength: maxBytes });
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && cause.code === 'ERR_BUFFER_TOO_LARGE') throw tooLarge(maxBytes);
    throw new RequestError('invalid_json', 'The compressed body is broken.', { cause });
  }
}
