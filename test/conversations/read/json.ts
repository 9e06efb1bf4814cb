/** Strict readers of JSON for judges: what is not as the format's documentation says throws, with its place. */

export type Json = { readonly [name: string]: unknown };

/** Says what is wrong with the bytes under judgement. */
export function wrong(at: string, what: string, value?: unknown): never {
  throw new Error(`${at}: ${what}${value === undefined ? '' : `, but is ${JSON.stringify(value)?.slice(0, 400)}`}`);
}

export const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

export const object = (value: unknown, at: string): Json =>
  isObject(value) ? value : wrong(at, 'must be an object', value);

export const list = (value: unknown, at: string): readonly unknown[] =>
  Array.isArray(value) ? value : wrong(at, 'must be a list', value);

export const objects = (value: unknown, at: string): readonly Json[] =>
  list(value, at).map((item, index) => object(item, `${at}.${index}`));

export const text = (value: unknown, at: string): string =>
  typeof value === 'string' ? value : wrong(at, 'must be a string', value);

/** Arguments that are broken JSON stay text: a model wrote them. */
export function parsedOr(written: string): unknown {
  try {
    return JSON.parse(written);
  } catch {
    return written;
  }
}

export const filled = (value: unknown, at: string): string => text(value, at) || wrong(at, 'must not be empty');

export const count = (value: unknown, at: string): number =>
  typeof value === 'number' && Number.isSafeInteger(value) && value >= 0
    ? value
    : wrong(at, 'must be a whole number', value);

/** The list of objects, or none when the member is absent. */
export const maybeObjects = (value: unknown, at: string): readonly Json[] =>
  value === undefined || value === null ? [] : objects(value, at);

/** Takes members out of an object; what was not taken is left over, so that nothing goes unjudged. */
export function members(value: Json, at: string) {
  const left = new Map(Object.entries(value).filter(([, member]) => member !== undefined));
  return {
    take(name: string): unknown {
      const member = left.get(name);
      left.delete(name);
      return member;
    },
    /** The rest, or undefined when all was taken. */
    get rest(): Json | undefined {
      return left.size === 0 ? undefined : Object.fromEntries(left);
    },
    /** Nothing may be left. */
    done(): void {
      if (left.size > 0) wrong(at, `has members that the format does not know: ${[...left.keys()].join(', ')}`);
    },
  };
}

/** The members that are not undefined. */
export function given<Value extends object>(value: Value): { [Key in keyof Value]: Exclude<Value[Key], undefined> } {
  return Object.fromEntries(Object.entries(value).filter(([, member]) => member !== undefined)) as {
    [Key in keyof Value]: Exclude<Value[Key], undefined>;
  };
}

/** `data:` URI as bytes, any other text as an address. */
export function mediaOf(url: string): { data: string; mediaType: string } | { url: string } {
  const inline = /^data:([^;,]+);base64,(.*)$/s.exec(url);
  return inline === null ? { url } : { data: inline[2] ?? '', mediaType: inline[1] ?? '' };
}
