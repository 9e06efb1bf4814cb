import { RequestError } from '../kit/errors.ts';
import type { Body, Fields } from './body.ts';
import { DECISIVE_KEYS, misspelt, spelledAs } from './decisive-keys.ts';
import { guardDepth } from './depth.ts';
import type { BodyLimits } from './gateway-request.ts';
import { writtenValue } from './written-value.ts';

const encoder = new TextEncoder();
const single = new TextDecoder('latin1');
const none = Object.freeze({});

/** See {@link bodyOfValue}. */
export class ValueBody implements Body, Fields {
  readonly #value: unknown;
  readonly #limits: BodyLimits;
  #bytes: Uint8Array | undefined;
  #checked: { readonly value: unknown } | undefined;

  constructor(value: unknown, limits: BodyLimits) {
    guardDepth(value, limits.maxDepth);
    this.#value = value;
    this.#limits = limits;
  }

  get size(): number {
    return this.bytes().length;
  }

  bytes(): Uint8Array {
    this.#bytes ??= serialise(this.#value, this.#limits.maxBytes);
    return this.#bytes;
  }

  text(): string {
    return single.decode(this.bytes());
  }

  json(): unknown {
    this.#checked ??= { value: guardSpelling(writtenValue(this.#value)) };
    return this.#checked.value;
  }

  fields(): Fields {
    this.#object();
    return this;
  }

  has(key: string): boolean {
    return Object.hasOwn(this.#object(), key);
  }

  get(key: string): unknown {
    const object = this.#object();
    return Object.hasOwn(object, key) ? object[key] : undefined;
  }

  raw(key: string): string | undefined {
    return JSON.stringify(this.get(key));
  }

  keys(): Iterable<string> {
    return Object.keys(this.#object());
  }

  edit(changes: ReadonlyMap<string, unknown>, rename: Readonly<Record<string, string>> = none): Uint8Array {
    const object = this.#object();
    if (changes.size === 0 && rename === none) return this.bytes();
    const members = new Map<string, unknown>();
    const renamed: [string, unknown][] = [];
    for (const [key, value] of [...Object.entries(object), ...missing(object, changes)]) {
      const kept = changes.has(key) ? changes.get(key) : value;
      if (kept === undefined) continue;
      if (Object.hasOwn(rename, key)) renamed.push([rename[key] ?? key, kept]);
      else members.set(key, kept);
    }
    for (const [name, value] of renamed) if (!members.has(name)) members.set(name, value);
    return serialise(Object.fromEntries(members), this.#limits.maxBytes);
  }

  release(): void {
    this.#bytes = undefined;
    this.#checked = undefined;
  }

  #object(): Record<string, unknown> {
    const value = this.json();
    if (isObject(value)) return value;
    throw new RequestError('invalid_request', 'The body must be a JSON object.');
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A name in another letter case is refused as it is in bytes. */
function guardSpelling(value: unknown): unknown {
  for (const key of isObject(value) ? Object.keys(value) : []) {
    const meant = DECISIVE_KEYS.exact.has(key) ? undefined : spelledAs(key, DECISIVE_KEYS);
    if (meant !== undefined) throw misspelt(meant);
  }
  return value;
}

function missing(object: object, changes: ReadonlyMap<string, unknown>): [string, unknown][] {
  return [...changes].filter(([key]) => !Object.hasOwn(object, key));
}

function serialise(value: unknown, maxBytes: number): Uint8Array {
  const bytes = encoder.encode(stringify(value));
  if (bytes.length > maxBytes) throw new RequestError('body_too_large', `The body is larger than ${maxBytes} bytes.`);
  return bytes;
}

function stringify(value: unknown): string {
  try {
    return JSON.stringify(value) ?? 'null';
  } catch (cause) {
    throw new RequestError('invalid_json', 'The body that the host parsed can not be written as JSON.', { cause });
  }
}
