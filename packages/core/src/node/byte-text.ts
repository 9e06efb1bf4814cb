import { isAscii, isUtf8 } from 'node:buffer';
import { ByteText, type ByteTextReader } from '../transport/byte-text.ts';

/** The {@link ByteTextReader} of Node: validation and one-unit-per-byte text by native code, at gigabytes a second. */
export const nodeByteText: ByteTextReader = (bytes) => {
  const ascii = isAscii(bytes);
  if (!ascii && !isUtf8(bytes)) return undefined;
  const buffer = Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  return new ByteText(bytes, buffer.toString('latin1'), ascii);
};
