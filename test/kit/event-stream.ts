import { crc32 } from 'node:zlib';

/** A message of `application/vnd.amazon.eventstream`. */
export interface EventMessage {
  /** `event` or `exception`. */
  readonly type: string;
  readonly name: string;
  readonly payload: string;
}

/** The content type of streams in such messages. */
export const EVENT_STREAM = 'application/vnd.amazon.eventstream';

/** The body of a response as text; of an event stream one character for each byte, so that nothing is lost. */
export async function wireText(response: Response): Promise<string> {
  const bytes = Buffer.from(await response.arrayBuffer());
  return bytes.toString(response.headers.get('content-type') === EVENT_STREAM ? 'latin1' : 'utf8');
}

/**
 * The messages of a whole stream, given as one character for each byte. Throws for anything that breaks the rules, a cut message among it; of a
 * stream that has only `begun` the messages so far.
 * Source: https://smithy.io/2.0/aws/amazon-eventstream.html
 */
export function eventMessages(stream: string, state: 'whole' | 'begun' = 'whole'): EventMessage[] {
  const bytes = Buffer.from(stream, 'latin1');
  const messages: EventMessage[] = [];
  for (let at = 0; at < bytes.length; ) {
    const length = bytes.length - at < 12 ? 12 : bytes.readUInt32BE(at);
    if (at + length > bytes.length && state === 'begun') break;
    if (at + length > bytes.length) throw new Error('the last message is cut');
    const headers = bytes.readUInt32BE(at + 4);
    if (crc32(bytes.subarray(at, at + 8)) !== bytes.readUInt32BE(at + 8)) throw new Error('a prelude is broken');
    const end = at + length - 4;
    if (crc32(bytes.subarray(at, end)) !== bytes.readUInt32BE(end)) throw new Error('a message is broken');
    messages.push(
      messageOf(headersOf(bytes.subarray(at + 12, at + 12 + headers)), bytes.toString('utf8', at + 12 + headers, end)),
    );
    at += length;
  }
  return messages;
}

function messageOf(headers: ReadonlyMap<string, string>, payload: string): EventMessage {
  const type = headers.get(':message-type');
  const name = headers.get(type === 'event' ? ':event-type' : ':exception-type');
  if (type === undefined || name === undefined || headers.get(':content-type') !== 'application/json')
    throw new Error(`a message without its headers: ${JSON.stringify([...headers])}`);
  return { type, name, payload };
}

function headersOf(bytes: Buffer): Map<string, string> {
  const headers = new Map<string, string>();
  for (let at = 0; at < bytes.length; ) {
    const name = at + 1 + (bytes[at] ?? 0);
    if (bytes[name] !== 7) throw new Error('a header that is no string');
    const value = name + 3 + bytes.readUInt16BE(name + 1);
    headers.set(bytes.toString('utf8', at + 1, name), bytes.toString('utf8', name + 3, value));
    at = value;
  }
  return headers;
}

/** A message as {@link eventMessages} reads it; an exception when its name says so. */
export function eventText(name: string, payload: string): string {
  const failed = name.endsWith('Exception');
  const headers = Buffer.concat(
    Object.entries({
      [failed ? ':exception-type' : ':event-type']: name,
      ':content-type': 'application/json',
      ':message-type': failed ? 'exception' : 'event',
    }).map(([key, value]) =>
      Buffer.concat([Buffer.of(key.length), Buffer.from(key), Buffer.of(7, 0, value.length), Buffer.from(value)]),
    ),
  );
  const body = Buffer.from(payload);
  const prelude = Buffer.alloc(12);
  prelude.writeUInt32BE(16 + headers.length + body.length, 0);
  prelude.writeUInt32BE(headers.length, 4);
  prelude.writeUInt32BE(crc32(prelude.subarray(0, 8)), 8);
  const before = Buffer.concat([prelude, headers, body]);
  const checksum = Buffer.alloc(4);
  checksum.writeUInt32BE(crc32(before));
  return Buffer.concat([before, checksum]).toString('latin1');
}

/** The bytes of a body given as text: messages begin with the zeros of their length, which no other text does. */
export const wireBytes = (text: string): Uint8Array => Buffer.from(text, text.startsWith('\0') ? 'latin1' : 'utf8');
