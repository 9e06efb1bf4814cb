import { crc32 } from 'node:zlib';
import type { Frame } from './frame.ts';
import type { Framing } from './framing.ts';

/**
 * `application/vnd.amazon.eventstream` after https://smithy.io/2.0/aws/amazon-eventstream.html: length of all, length of the headers, CRC-32 of both;
 * headers (length of the name, name, type 7 for a string, length of the value, value); payload; CRC-32 of everything before it. A big-endian number each.
 */
export function eventStream(): Framing {
  return { contentType: 'application/vnd.amazon.eventstream', frame: (frame) => message(frame), end: () => '' };
}

const STRING = 7;

function header(name: string, value: string): Buffer {
  const length = Buffer.alloc(2);
  length.writeUInt16BE(Buffer.byteLength(value));
  return Buffer.concat([
    Buffer.of(Buffer.byteLength(name)),
    Buffer.from(name),
    Buffer.of(STRING),
    length,
    Buffer.from(value),
  ]);
}

/** Exceptions are told from events by the headers; by their name here. */
function message({ event = 'event', data }: Frame): Buffer {
  const failed = event.endsWith('Exception');
  const headers = Buffer.concat([
    header(failed ? ':exception-type' : ':event-type', event),
    header(':content-type', 'application/json'),
    header(':message-type', failed ? 'exception' : 'event'),
  ]);
  const payload = Buffer.from(data);
  const prelude = Buffer.alloc(12);
  prelude.writeUInt32BE(12 + headers.length + payload.length + 4, 0);
  prelude.writeUInt32BE(headers.length, 4);
  prelude.writeUInt32BE(crc32(prelude.subarray(0, 8)), 8);
  const before = Buffer.concat([prelude, headers, payload]);
  const checksum = Buffer.alloc(4);
  checksum.writeUInt32BE(crc32(before));
  return Buffer.concat([before, checksum]);
}
