/**
 * Bytes as text for scanning: one UTF-16 unit per byte, so that an index into the text is an offset into the bytes.
 * A unit of a byte ≥ 0x80 tells no more than that. A class, since it is held as long as the call runs: V8 would tenure an object literal, and the text with
 * it (decisions/0006).
 */
export class ByteText {
  readonly bytes: Uint8Array;
  readonly text: string;
  /** True when every byte is below 0x80: then `text` is the decoded text as well. */
  readonly ascii: boolean;

  constructor(bytes: Uint8Array, text: string, ascii: boolean) {
    this.bytes = bytes;
    this.text = text;
    this.ascii = ascii;
  }
}

/** Makes a {@link ByteText}; undefined when the bytes are not valid UTF-8. A runtime with native ways gives its own. */
export type ByteTextReader = (bytes: Uint8Array) => ByteText | undefined;

const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const single = new TextDecoder('latin1');

/** The {@link ByteTextReader} for any runtime. Text beyond ASCII is decoded twice, which is the slow case. */
export const portableByteText: ByteTextReader = (bytes) => {
  const decoded = decodeUtf8(bytes);
  if (decoded === undefined) return undefined;
  if (decoded.length === bytes.length) return new ByteText(bytes, decoded, true);
  return new ByteText(bytes, single.decode(bytes), false);
};

/** Strict UTF-8 with a byte order mark kept; undefined when the bytes are not valid. */
export function decodeUtf8(bytes: Uint8Array): string | undefined {
  try {
    return strict.decode(bytes);
  } catch {
    return undefined;
  }
}
