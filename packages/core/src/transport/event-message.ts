/**
 * One message of `application/vnd.amazon.eventstream`: prelude (length of the whole, length of the headers, checksum of both), headers, payload,
 * checksum of everything before it. Numbers are big-endian.
 * Source: https://smithy.io/2.0/aws/amazon-eventstream.html
 */
import { crc32 } from './crc32.ts';

/** Bytes of the prelude, with its checksum. */
export const PRELUDE_BYTES = 12;
/** Bytes of a message besides headers and payload. */
export const FRAME_BYTES = PRELUDE_BYTES + 4;

const STRING = 7;
/** Bytes of the values of fixed size by the type of a header: true, false, byte, short, integer, long; timestamp, UUID. */
const SIZES: Readonly<Record<number, number>> = { 0: 0, 1: 0, 2: 1, 3: 2, 4: 4, 5: 8, 8: 8, 9: 16 };
/** Types whose value has its length before it: bytes and string. */
const VARIABLE: ReadonlySet<number> = new Set([6, STRING]);

const encoder = new TextEncoder();
const utf8 = new TextDecoder();

/**
 * The headers of a message that are strings, by name. Headers of other types are skipped.
 *
 * @returns undefined when the range is no whole list of headers
 */
export function readHeaders(bytes: Uint8Array, start: number, end: number): Map<string, string> | undefined {
  const headers = new Map<string, string>();
  let at = start;
  while (at < end) {
    const nameEnd = at + 1 + (bytes[at] ?? 0);
    const type = bytes[nameEnd] ?? -1;
    if (nameEnd >= end || nameEnd === at + 1) return undefined;
    const length = VARIABLE.has(type) ? ((bytes[nameEnd + 1] ?? 0) << 8) | (bytes[nameEnd + 2] ?? 0) : SIZES[type];
    if (length === undefined) return undefined;
    const from = nameEnd + (VARIABLE.has(type) ? 3 : 1);
    if (from + length > end) return undefined;
    if (type === STRING)
      headers.set(utf8.decode(bytes.subarray(at + 1, nameEnd)), utf8.decode(bytes.subarray(from, from + length)));
    at = from + length;
  }
  return headers;
}

function headerBytes(headers: Readonly<Record<string, string>>): number[] {
  return Object.entries(headers).flatMap(([name, text]) => {
    const [key, value] = [encoder.encode(name), encoder.encode(text)];
    return [key.length, ...key, STRING, value.length >> 8, value.length & 0xff, ...value];
  });
}

/** A message with these headers, all of them strings of at most 65,535 bytes with names of at most 255. */
export function eventMessage(headers: Readonly<Record<string, string>>, payload: string): Uint8Array {
  const head = headerBytes(headers);
  const body = encoder.encode(payload);
  const message = new Uint8Array(FRAME_BYTES + head.length + body.length);
  const view = new DataView(message.buffer);
  view.setUint32(0, message.length);
  view.setUint32(4, head.length);
  view.setUint32(8, crc32(message, 0, 8));
  message.set(head, PRELUDE_BYTES);
  message.set(body, PRELUDE_BYTES + head.length);
  view.setUint32(message.length - 4, crc32(message, 0, message.length - 4));
  return message;
}
