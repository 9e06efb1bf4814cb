import {
  isTimeZone,
  LIMIT_PERIODS,
  LIMIT_UNITS,
  type LimitConfig,
  limitMistakes,
  MOMENT,
  parseDuration,
} from '@postern/core';
import * as z from 'zod';
import { flag, model, oneOf, strict } from './parts.ts';

const EXAMPLE = "{ counts: 'requests', max: 60, per: 'minute' }";
const MOST_LIMITS = 100;

const USD = /^[0-9]{1,7}(\.[0-9]{1,9})?$/;
const DURATION = /^[0-9]+(\.[0-9]+)?(ms|s|m|h)$/;

function amount() {
  const error = 'is no amount; write a whole number from 0 up, or dollars of `usd` with up to nine decimals';
  return z.union([z.number({ error }).min(0, { error }), z.string({ error }).regex(USD, { error })], { error });
}

function period() {
  const error = "is no period; write minute, hour, day, week, month or { rolling: '24h' }";
  const rolling = z
    .union([z.int({ error }).min(1, { error }), z.string({ error }).regex(DURATION, { error })], { error })
    .refine((value) => parseDuration(value) !== undefined, { error });
  return z.union([oneOf(LIMIT_PERIODS), strict({ rolling }, "{ rolling: '24h' }")], { error });
}

function timeZone() {
  const error = 'is no time zone that is known here; write a name such as Europe/Berlin';
  return z
    .string({ error })
    .regex(/^[A-Za-z][A-Za-z0-9_+/-]{0,63}$/, { error, abort: true })
    .refine(isTimeZone, { error });
}

function ending() {
  const error = 'is no moment; write one such as 2026-12-31T23:59:59Z';
  return z
    .string({ error })
    .regex(MOMENT, { error, abort: true })
    .refine((text) => !Number.isNaN(Date.parse(text)), { error: 'is no day that there is' });
}

/** Limits of a key, user, team or organisation. */
export function limits() {
  const one = strict(
    {
      counts: oneOf(LIMIT_UNITS).describe('What is counted.'),
      max: amount().describe('Units; of usd dollars.'),
      per: period().optional().describe('Default: month for usd, else minute.'),
      timeZone: timeZone().optional().describe('Where days, weeks and months begin. Default UTC.'),
      soft: flag().optional().describe('Crossing it is an event and refuses nothing.'),
      rollover: z
        .union([flag(), amount()], { error: 'does not fit; write true, or the most that is carried over' })
        .optional()
        .describe('What a period left is added to the next one.'),
      model: z
        .union([model(), z.string().regex(/^[A-Za-z0-9._:@/+~-]{0,200}\*$/)], { error: 'is no name of a model' })
        .optional()
        .describe('Holds for each model of this name by itself; a `*` at the end matches any rest.'),
      increase: strict(
        { by: amount().describe('Units; of usd dollars.'), until: ending().describe('When it ends.') },
        "{ by: 100, until: '2026-12-31T23:59:59Z' }",
      )
        .optional()
        .describe('Added to max until a moment.'),
    },
    EXAMPLE,
  ).check(together as never);
  return z
    .array(one, { error: `is no list; write limits such as [${EXAMPLE}]` })
    .max(MOST_LIMITS, { error: `has more than ${MOST_LIMITS} limits` });
}

interface Problems {
  readonly value: LimitConfig;
  readonly issues: z.core.$ZodRawIssue[];
}

/** What the members say together. */
function together({ value, issues }: Problems): void {
  for (const { path, text } of limitMistakes(value))
    issues.push({ code: 'custom', path: [path], message: text, input: value });
}
