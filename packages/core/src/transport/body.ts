import type { ByteSource } from './byte-source.ts';

/** A file of a form. */
export interface FormFile {
  readonly name: string;
  /** As the client spelled it. */
  readonly filename: string;
  /** Its content type, lower case; undefined when the client gave none. */
  readonly type: string | undefined;
  readonly source: ByteSource;
  /** Its first bytes, where they are known ahead: {@link HEAD_BYTES} or a few more. */
  readonly head?: Uint8Array;
}
/** Bytes of a file that its kind and its rate can be told by. */
export const HEAD_BYTES = 36;

/** A field of a form. */
export interface FormField {
  readonly name: string;
  readonly value: string;
}
export type FormPart = FormFile | FormField;

/** Is this part, or this value of {@link Fields}, a file? */
export function isFormFile(value: unknown): value is FormFile {
  return typeof value === 'object' && value !== null && 'filename' in value && 'source' in value;
}

/** The top-level members of a JSON object, read without parsing the rest of it. */
export interface Fields {
  has(key: string): boolean;
  /** The parsed value of a member; undefined when absent. Parses that member only. */
  get(key: string): unknown;
  /** The JSON of a member as it stands in the body, one UTF-16 unit for each byte where it came in bytes: to compare, not to parse. undefined when absent, or nobody has it. */
  raw?(key: string): string | undefined;
  keys(): Iterable<string>;
}

/** A request body, in whichever form is asked for. What the scan finds is kept; what `json` and `fields` parse belongs to who asked. */
export interface Body {
  /** Bytes of the serialised form. */
  readonly size: number;
  bytes(): Uint8Array;
  /** The bytes as text, one UTF-16 unit each, to look for ASCII in. Throws RequestError `invalid_json`. */
  text(): string;
  /** Throws RequestError `invalid_json`. */
  json(): unknown;
  /** Throws RequestError `invalid_json`, `duplicate_key`, `body_too_deep`, or `invalid_request` when it is not an object. */
  fields(): Fields;
  /** The body with top-level members changed in the bytes, the very bytes when nothing is to change: a value replaces or adds it, undefined removes it, and the rest keeps every byte. `rename` maps old to new names. */
  edit(changes: ReadonlyMap<string, unknown>, rename?: Readonly<Record<string, string>>): Uint8Array;
  /** The parts of a multipart/form-data body, in their order; its bytes, text and JSON are those of the fields only. undefined for any other body. */
  readonly form?: readonly FormPart[];
  /** Of a form that is read while it is sent on: the parts behind those, to be read once. */
  readonly more?: AsyncIterable<FormPart> | undefined;
  /** Lets go of what it holds: nothing may be asked of it any more. */
  release(): void;
}
