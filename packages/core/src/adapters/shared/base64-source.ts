import type { ByteSource } from '../../transport/byte-source.ts';
import { bytesToBase64 } from './base64.ts';

const encoder = new TextEncoder();

/** Text as it is, and files as base64 between, in the order in which they are sent. A file is read as it is sent. */
export function base64Source(pieces: readonly (string | ByteSource)[]): ByteSource {
  async function* open(): AsyncGenerator<Uint8Array> {
    for (const piece of pieces) {
      if (typeof piece === 'string') yield encoder.encode(piece);
      else yield* base64Of(piece);
    }
  }
  return { size: sizeOf(pieces), open };
}

/** Three bytes are four letters: what is left of a piece of the file goes with the next one. */
async function* base64Of(source: ByteSource): AsyncGenerator<Uint8Array> {
  let left: Uint8Array = new Uint8Array(0);
  for await (const piece of source.open()) {
    const bytes = left.length === 0 ? piece : joined(left, piece);
    const whole = bytes.length - (bytes.length % 3);
    left = bytes.slice(whole);
    if (whole > 0) yield encoder.encode(bytesToBase64(bytes.subarray(0, whole)));
  }
  if (left.length > 0) yield encoder.encode(bytesToBase64(left));
}

function joined(head: Uint8Array, rest: Uint8Array): Uint8Array {
  const whole = new Uint8Array(head.length + rest.length);
  whole.set(head);
  whole.set(rest, head.length);
  return whole;
}

function sizeOf(pieces: readonly (string | ByteSource)[]): number | undefined {
  let total = 0;
  for (const piece of pieces) {
    const size = typeof piece === 'string' ? encoder.encode(piece).length : base64Size(piece.size);
    if (size === undefined) return undefined;
    total += size;
  }
  return total;
}

const base64Size = (bytes: number | undefined): number | undefined =>
  bytes === undefined ? undefined : Math.ceil(bytes / 3) * 4;
