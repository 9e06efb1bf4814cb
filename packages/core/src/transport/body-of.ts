import { RequestError } from '../kit/errors.ts';
import type { Body, Fields } from './body.ts';
import { type ByteText, type ByteTextReader, decodeUtf8, portableByteText } from './byte-text.ts';
import { DECISIVE_KEYS } from './decisive-keys.ts';
import { editMembers } from './edit-members.ts';
import type { BodyLimits } from './gateway-request.ts';
import { type Member, scanObject } from './json-scan.ts';
import { ValueBody } from './value-body.ts';

/**
 * A body from its bytes. Nothing is read before it is asked for; `fields()` and `json()` prove the structure first, by one scan.
 *
 * @param bytes complete and not to be changed afterwards
 * @param read how this runtime turns bytes into text for scanning
 */
export function bodyOf(bytes: Uint8Array, limits: BodyLimits, read: ByteTextReader = portableByteText): Body {
  return new BytesBody(bytes, limits, read);
}

/**
 * A body that the host has parsed already. It is serialised at most once, when its bytes are first asked for. Names that stood twice can't be seen
 * any more: the host's parser has chosen one. Members that are undefined are not there, as in JSON.
 *
 * @throws RequestError `body_too_deep`
 */
export function bodyOfValue(value: unknown, limits: BodyLimits): Body {
  return new ValueBody(value, limits);
}

const nothing = new Uint8Array(0);

class BytesBody implements Body, Fields {
  #bytes: Uint8Array;
  readonly #limits: BodyLimits;
  readonly #read: ByteTextReader;
  #source: ByteText | undefined;
  #members: readonly Member[] | undefined;

  constructor(bytes: Uint8Array, limits: BodyLimits, read: ByteTextReader) {
    this.#bytes = bytes;
    this.#limits = limits;
    this.#read = read;
  }

  get size(): number {
    return this.#bytes.length;
  }

  bytes(): Uint8Array {
    return this.#bytes;
  }

  text(): string {
    return this.#text().text;
  }

  json(): unknown {
    this.#scanned();
    const { text, ascii } = this.#text();
    return parse(ascii ? text : decodeUtf8(this.#bytes));
  }

  fields(): Fields {
    this.#scanned();
    return this;
  }

  has(key: string): boolean {
    return this.#find(key) !== undefined;
  }

  get(key: string): unknown {
    const member = this.#find(key);
    if (member === undefined) return undefined;
    const { text, ascii } = this.#text();
    return parse(
      ascii ? text.slice(member.start, member.end) : decodeUtf8(this.#bytes.subarray(member.start, member.end)),
    );
  }

  raw(key: string): string | undefined {
    const member = this.#find(key);
    return member && this.#text().text.slice(member.start, member.end);
  }

  keys(): Iterable<string> {
    return new Set(this.#scanned().map(({ key }) => key));
  }

  edit(changes: ReadonlyMap<string, unknown>, rename?: Readonly<Record<string, string>>): Uint8Array {
    const members = this.#scanned();
    return changes.size === 0 && rename === undefined
      ? this.#bytes
      : editMembers(this.#bytes, members, changes, rename);
  }

  release(): void {
    this.#bytes = nothing;
    this.#source = undefined;
    this.#members = undefined;
  }

  #text(): ByteText {
    this.#source ??= this.#read(this.#bytes);
    if (this.#source === undefined) throw new RequestError('invalid_json', 'The body is not valid UTF-8.');
    return this.#source;
  }

  #scanned(): readonly Member[] {
    this.#members ??= scanObject(this.#text(), { maxDepth: this.#limits.maxDepth, decisive: DECISIVE_KEYS });
    return this.#members;
  }

  /** Of names that stand twice the last one holds, as for JSON.parse. Bodies have a handful of members: to look them all up costs less than an index. */
  #find(key: string): Member | undefined {
    const members = this.#scanned();
    for (let at = members.length - 1; at >= 0; at--) if (members[at]?.key === key) return members[at];
    return undefined;
  }
}

function parse(text: string | undefined): unknown {
  try {
    return JSON.parse(text ?? '');
  } catch (cause) {
    throw new RequestError('invalid_json', 'The body is not valid JSON.', { cause });
  }
}
