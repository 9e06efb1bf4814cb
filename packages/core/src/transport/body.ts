/** The top-level members of a JSON object, read without parsing the rest of it. */
export interface Fields {
  has(key: string): boolean;
  /** The parsed value of a member; undefined when absent. Parses that member only. */
  get(key: string): unknown;
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
  /** The body with top-level members changed in the bytes: a value replaces or adds it, undefined removes it, and the rest keeps every byte. `rename` maps old to new names. */
  edit(changes: ReadonlyMap<string, unknown>, rename?: Readonly<Record<string, string>>): Uint8Array;
  /** Lets go of what it holds: nothing may be asked of it any more. */
  release(): void;
}
