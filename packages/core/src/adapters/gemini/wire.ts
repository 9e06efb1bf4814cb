import { RequestError } from '../../kit/errors.ts';
import { type Json, parsedOr, record } from '../shared/read.ts';

/** A JSON object on the wire, its members not yet looked at. */
export type Wire = Json;

/** The format's id, as it stands in origins, native fields and extensions. */
export const FORMAT = 'gemini';

const SNAKE = /_+([a-zA-Z0-9])/g;
const camelKey = (key: string): string =>
  key.includes('_')
    ? key.replace(SNAKE, (whole, letter: string, at: number) => (at === 0 ? whole : letter.toUpperCase()))
    : key;

/**
 * The object with its own keys in camelCase: the API takes both spellings of every field, as all of Google's JSON APIs do
 * (https://protobuf.dev/programming-guides/json/#field-names). One level only: values may be the user's own data.
 * Throws RequestError `duplicate_key` when a field stands in both spellings.
 */
export function camel(value: Wire, path: string): Wire {
  const keys = Object.keys(value);
  if (!keys.some((key) => key.includes('_'))) return value;
  const seen = new Set<string>();
  const entries = keys.map((key): [string, unknown] => {
    const name = camelKey(key);
    if (seen.has(name))
      throw new RequestError('duplicate_key', `"${name}" stands twice, in two spellings.`, { param: join(path, name) });
    seen.add(name);
    return [name, value[key]];
  });
  return Object.fromEntries(entries);
}

/** A client's object at `path` with camelCase keys; undefined when absent. Throws RequestError `invalid_request` when it is something else. */
export function camelRecord(value: unknown, path: string): Wire | undefined {
  if (value === undefined || value === null) return undefined;
  const object = record(value);
  if (object === undefined) throw new RequestError('invalid_request', `"${path}" must be an object.`, { param: path });
  return camel(object, path);
}

/** A client's list of objects at `path`, each with camelCase keys; a single object stands for a list of one. Throws RequestError `invalid_request`. */
export function camelRecords(value: unknown, path: string): Wire[] {
  if (value === undefined || value === null) return [];
  const list: unknown[] = Array.isArray(value) ? value : [value];
  return list.map((item, index) => camelRecord(item ?? 0, `${path}.${index}`) ?? {});
}

/** A path with one more segment. */
const join = (path: string, key: string | number): string => (path === '' ? `${key}` : `${path}.${key}`);

/** The members of `value` that `known` does not name; undefined when there are none. */
export function rest(value: Wire, known: ReadonlySet<string>): Wire | undefined {
  if (Object.keys(value).every((key) => known.has(key))) return undefined;
  return Object.fromEntries(Object.entries(value).filter(([key]) => !known.has(key)));
}

/** The native members that belong to this format. */
export const ownNative = (native: Record<string, Record<string, unknown>> | undefined): Wire | undefined =>
  native !== undefined && Object.hasOwn(native, FORMAT) ? record(native[FORMAT]) : undefined;

/** `text` as a JSON object; undefined when it is anything else. */
export function parseObject(text: string): Wire | undefined {
  if (!text.trimStart().startsWith('{')) return undefined;
  return record(parsedOr(text, undefined));
}
