import * as z from 'zod';

/** What a text may be long, in characters. */
const MOST_NAME = 200;
const MOST_LIST = 1_000;

/**
 * `ann`, `team-7`, `ann+ci@example.com`, `org:eu`, and what identity providers call people: `auth0|5f7c`, `spiffe://acme/web`. Two names that are special in
 * JavaScript or in a path are none.
 */
const ID = /^(?!__proto__$)(?!\.{1,2}$)[A-Za-z0-9._:@|+~=/-]{1,128}$/;
const MODEL = /^(?!__proto__$)[A-Za-z0-9._:@/+~-]{1,200}\*?$|^\*$/;
const MODEL_NAME = /^(?!__proto__$)[A-Za-z0-9._:@/+~-]{1,200}$/;
const TAG = /^[A-Za-z0-9._:@/=+-]{1,128}$/;
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is refused
const CONTROL = /[\u0000-\u001f\u007f-\u009f\u2028\u2029]/;

/** The form of ids, for people. */
export const ID_FORM = '1 to 128 letters, digits or any of . _ : @ | + ~ = / -';

/** The form of ids, for documents that can't say it by a schema. */
export const isId = (text: string): boolean => ID.test(text);

/** An id that its maker chooses. */
export function id() {
  return z.string({ error: 'is no text; write an id' }).regex(ID, {
    error: `is no id; write ${ID_FORM}`,
  });
}

/** A name for people. */
export function name() {
  return z
    .string({ error: 'is no text; write a name' })
    .min(1, { error: 'is empty; write a name or leave it out' })
    .max(MOST_NAME, { error: `is longer than ${MOST_NAME} characters` })
    .refine((text) => !CONTROL.test(text) && !/\p{Surrogate}/u.test(text), {
      error: 'has line breaks or control characters; leave them out',
    });
}

/** A model as it is asked for. */
export function model() {
  return z.string({ error: 'is no text; write the name of a model' }).regex(MODEL_NAME, {
    error: 'is no name of a model; write an alias or provider/model',
  });
}

/** Models that may be used: names, or the beginning of names with a `*`. */
export function models() {
  const one = z.string({ error: 'is no text; write the name of a model' }).regex(MODEL, {
    error: 'is no name of a model; write an alias or provider/model, with `*` at the end for any rest',
  });
  return list(one, 'models');
}

/** A list without a name that stands twice. */
export function list<Item extends z.ZodType<string>>(item: Item, what: string) {
  return z
    .array(item, { error: `is no list; write a list of ${what}` })
    .max(MOST_LIST, { error: `has more than ${MOST_LIST} entries` })
    .refine((items) => new Set(items).size === items.length, { error: 'names one twice; leave out the second' });
}

/** Tags, for limits and for the ledger. */
export function tags() {
  const one = z.string({ error: 'is no text; write a tag' }).regex(TAG, {
    error: 'is no tag; write 1 to 128 letters, digits or any of . _ : @ / = + -',
  });
  return list(one, 'tags').max(64, { error: 'has more than 64 tags' });
}

/** Milliseconds since the epoch, before the year 3000. */
export function moment() {
  const error = 'is no moment; write milliseconds since 1970, a whole number';
  return z.int({ error }).min(0, { error }).max(32_503_680_000_000, { error });
}

/** A whole number within bounds, both included. */
export function wholeNumber(least: number, most: number) {
  const error = `does not fit; write a whole number from ${least} to ${most}`;
  return z.int({ error }).min(least, { error }).max(most, { error });
}

export function flag() {
  return z.boolean({ error: 'does not fit; write true or false' });
}

/** An object with these members and no others. */
export function strict<Shape extends z.ZodRawShape>(shape: Shape, what: string) {
  return z.strictObject(shape, {
    error: (issue) =>
      issue.code === 'unrecognized_keys'
        ? `has no member ${issue.keys.map((key) => JSON.stringify(key.slice(0, 60))).join(', ')}; there are ${Object.keys(shape).join(', ')}`
        : `is no object; write ${what}`,
  });
}

/** One of a few names. */
export function oneOf<const Names extends readonly [string, ...string[]]>(names: Names) {
  return z.enum(names, { error: `does not fit; write one of ${names.join(', ')}` });
}
