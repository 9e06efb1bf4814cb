import * as z from 'zod';
import type { Duration } from '../kit/duration.ts';
import { DURATION_PATTERN, parseDuration } from '../kit/duration.ts';
import { choice, suggestion, unknownKey, whatIs } from './problems.ts';

interface Raised {
  readonly code?: string | undefined;
  readonly input?: unknown;
}

/** An error text made of what the value is and what to write instead. */
const advice = (write: string) => (issue: Raised) => `${whatIs(issue.input)}; write ${write}`;

/** An object with these members and no others. `further`: names that belong here too, to suggest. */
export function strict<Shape extends z.ZodRawShape>(shape: Shape, write: string, further: readonly string[] = []) {
  const known = [...Object.keys(shape), ...further];
  return z.strictObject(shape, {
    error: (issue) =>
      issue.code === 'unrecognized_keys'
        ? issue.keys.map((key) => unknownKey(key, known)).join('; ')
        : advice(write)(issue),
  });
}

/** Text of at least one character. */
export function text(write: string) {
  return z.string({ error: advice(write) }).min(1, { error: advice(write) });
}

/** Text of a given form. */
export function textLike(pattern: RegExp, write: string) {
  return z.string({ error: advice(write) }).regex(pattern, { error: advice(write) });
}

/** One of a few names. */
export function oneOf<const Names extends readonly [string, ...string[]]>(names: Names) {
  const write = advice(choice(names));
  return z.enum(names, {
    error: (issue) => {
      const near = typeof issue.input === 'string' ? suggestion(issue.input, names) : '';
      return near === '' ? write(issue) : `${whatIs(issue.input)}${near}`;
    },
  });
}

export function flag() {
  return z.boolean({ error: advice('true or false') });
}

/** A whole number within bounds, both included. */
export function wholeNumber(least: number, most: number, unit = '') {
  const range = most === Number.MAX_SAFE_INTEGER ? `from ${least} up` : `from ${least} to ${most}`;
  const error = advice(`a whole number${unit === '' ? '' : ` of ${unit}`} ${range}`);
  return z.int({ error }).min(least, { error }).max(most, { error });
}

/** A finite number above 0. */
export function positive() {
  const error = advice('a number above 0');
  return z.number({ error }).positive({ error });
}

/** A list. */
export function listOf<Item extends z.ZodType>(item: Item, write: string) {
  return z.array(item, { error: advice(write) });
}

/** An object with names of the user's choice. */
export function recordOf<Value extends z.ZodType>(value: Value, write: string) {
  return z.record(z.string(), value, { error: advice(write) });
}

/** A time limit: milliseconds, or text with a unit. */
export function duration(): z.ZodType<Duration, Duration> {
  const error = advice(
    'a time such as `30s`, `500ms`, `10m` or a number of milliseconds, at least 1 ms and at most 24 days',
  );
  const asNumber = z.number({ error }).refine((value) => parseDuration(value) !== undefined, { error });
  const asText = z
    .string({ error })
    .regex(DURATION_PATTERN, { error, abort: true })
    .refine((value) => parseDuration(value) !== undefined, { error });
  return z.union([asNumber.meta({ exclusiveMinimum: 0 }), asText], { error }) as unknown as z.ZodType<
    Duration,
    Duration
  >;
}

/** A key or another secret: one line, as it goes into a header. Its text is never shown. */
export function secret() {
  const fits = /^(?!\$\{)[\x21-\x7e]([\x20-\x7e]*[\x21-\x7e])?$/;
  return z.string({ error: secretAdvice }).regex(fits, { error: secretAdvice });
}

function secretAdvice(issue: Raised): string {
  const { input } = issue;
  if (input === undefined) return 'is undefined; set the environment variable it is read from, or leave the key out';
  if (typeof input !== 'string') return `${whatIs(input)}; write the key as a text`;
  if (input === '') return 'is empty; set the environment variable it is read from, or leave the key out';
  if (/^\$\{/.test(input)) return 'is a reference to a variable, which nothing fills in here; give the value itself';
  return 'has spaces around it, line breaks or characters that can not go into a header; write the key alone';
}
