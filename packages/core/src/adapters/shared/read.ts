/**
 * Lenient readers for JSON of unknown shape: what has the wrong type counts as absent. Vendors' answers are read with these only,
 * so that no answer, however strange, becomes a TypeError.
 */

/** A JSON object as it came out of the parser. */
export type Json = Record<string, unknown>;

/** Is there nothing but white space in it? */
export const isBlank = (text: string): boolean => !/\S/.test(text);

/** The value that a text is the JSON of; `otherwise` when it is none: models and vendors wrote it. */
export function parsedOr(written: string, otherwise: unknown): unknown {
  try {
    return JSON.parse(written);
  } catch {
    return otherwise;
  }
}

/** The value when it is an object (no array, no null), else undefined. */
export function record(value: unknown): Json | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Json) : undefined;
}

/** The value when it is an array, else undefined. */
export function array(value: unknown): readonly unknown[] | undefined {
  return Array.isArray(value) ? value : undefined;
}

/** The value when it is a string (the empty one included), else undefined. */
export function string(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

/** The value when it is a string that is not empty, else undefined. */
export function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** The value when it is a finite number, else undefined. */
export function number(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined;
}

/** The value when it is a whole number from 0 on, such as a count of tokens; else undefined. */
export function count(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? value : undefined;
}

/** The value when it is a boolean, else undefined. */
export function boolean(value: unknown): boolean | undefined {
  return typeof value === 'boolean' ? value : undefined;
}

/** The strings of an array; undefined when the value is no array. */
export function strings(value: unknown): string[] | undefined {
  return array(value)?.filter((entry): entry is string => typeof entry === 'string');
}

/** The objects of an array; empty when the value is no array. */
export function records(value: unknown): Json[] {
  return Array.isArray(value) ? value.filter((entry): entry is Json => record(entry) !== undefined) : [];
}

/** `{ [key]: value }` or nothing: for spreading optional fields under exactOptionalPropertyTypes. */
export function given<Key extends string, Value>(key: Key, value: Value | undefined): { [K in Key]?: Value } {
  return (value === undefined ? {} : { [key]: value }) as { [K in Key]?: Value };
}

/**
 * Sets an optional member when its value is known. For objects that every request makes: they are built in place, because to spread many small
 * ones into a large one costs more than the parsing of the body that they come from.
 */
export function put<Target extends object, Key extends keyof Target>(
  target: Target,
  key: Key,
  value: Target[Key] | undefined,
): void {
  if (value !== undefined) target[key] = value;
}

/** Has an object made of JSON no members? */
export function isEmpty(fields: Json): boolean {
  for (const _ in fields) return false;
  return true;
}
