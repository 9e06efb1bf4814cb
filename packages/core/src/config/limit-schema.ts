import * as z from 'zod';
import { type GivenLimit, isTimeZone, LIMIT_PERIODS, LIMIT_UNITS, limitMistakes, MOMENT } from './limit-mistakes.ts';
import type { ScopedLimit } from './limit-types.ts';
import { duration, flag, listOf, oneOf, strict, text, textLike } from './schema-parts.ts';

const KINDS = 'caller|user|team|organisation|endUser|tag|model|provider|deployment';
const EXAMPLE = "{ scope: 'user', counts: 'requests', max: 60, per: 'minute' }";

function amount() {
  const error = 'does not fit; write a whole number from 0 up, or dollars of `usd` with up to nine decimals';
  return z.union([z.number({ error }), z.string({ error })], { error });
}

function period() {
  const error = "does not fit; write 'minute', 'hour', 'day', 'week', 'month' or { rolling: '24h' }";
  return z.union(
    [
      oneOf(LIMIT_PERIODS),
      strict({ rolling: duration().describe('How long what was used counts.') }, "{ rolling: '24h' }"),
    ],
    {
      error,
    },
  );
}

/** Members of a limit, wherever it stands. */
const members = () => ({
  counts: oneOf(LIMIT_UNITS).describe('What is counted.'),
  max: amount().describe('Units; of usd dollars.'),
  per: period().optional().describe('Default: month for usd, else minute. Weeks begin on Monday.'),
  timeZone: text('the name of a time zone, such as `Europe/Berlin`')
    .refine(isTimeZone, { error: 'is no time zone that is known here; write a name such as `Europe/Berlin`' })
    .optional()
    .describe('Where days, weeks and months begin. Default UTC.'),
  soft: flag().optional().describe('Crossing it is an event and refuses nothing. Default false.'),
  rollover: z
    .union([flag(), amount()], { error: 'does not fit; write true, or the most that is carried over' })
    .optional()
    .describe('What a period left is added to the next one. Default false.'),
  model: text('the name of a model; a `*` at the end matches any rest')
    .optional()
    .describe('Holds for each model of this name by itself.'),
  increase: strict(
    {
      by: amount().describe('Units; of usd dollars.'),
      until: textLike(MOMENT, 'a moment such as `2026-12-31T23:59:59Z`')
        .refine((text) => !Number.isNaN(Date.parse(text)), { error: 'is no day that there is' })
        .describe('When it ends.'),
    },
    "{ by: 100, until: '2026-12-31T23:59:59Z' }",
  )
    .optional()
    .describe('Added to max until a moment. Default: nothing.'),
});

interface Problems {
  readonly value: GivenLimit;
  readonly issues: z.core.$ZodRawIssue[];
}

/** What the members say together. */
function together({ value, issues }: Problems): void {
  for (const { path, text } of limitMistakes(value))
    issues.push({ code: 'custom', path: [path], message: text, input: value });
}

function scope() {
  const form = new RegExp(`^(${KINDS})(:.+)?$`, 's');
  return textLike(form, 'where it holds, such as `user` for each user, or `user:ann` for one') as unknown as z.ZodType<
    ScopedLimit['scope'],
    ScopedLimit['scope']
  >;
}

/** The schema of `limits`. */
export function limits() {
  const one = strict(
    {
      scope: scope().describe('Where it holds: `user` for each user by itself, `user:ann` for one.'),
      ...members(),
    },
    EXAMPLE,
  ).check(together as never);
  return listOf(one, `limits such as [${EXAMPLE}]`);
}
