import * as z from 'zod';
import { INPUT_CLASSES, OUTPUT_CLASSES, UNIT_CLASSES } from '../cost/price.ts';
import { parseDecimal } from '../kit/money.ts';
import { whatIs } from './problems.ts';
import { listOf, recordOf, strict, text, textLike, wholeNumber } from './schema-parts.ts';

const PRICE = "{ perMillionTokens: { input: '0.75', output: '4.5' } }";

/** Dollars as text; `digits`: how far they are from what is counted with, which is below 2⁵³. */
function usd(digits: number) {
  const most = 9_007_199_254_740_991n;
  const write = `dollars as a text such as '0.75', with at most ${digits} decimals and at most ${most / 10n ** BigInt(digits)}`;
  const error = `is no such amount; write ${write}`;
  return z
    .string({ error: (issue) => `${whatIs(issue.input)}; write ${write}` })
    .regex(/^\d{1,12}(?:\.\d{1,18})?$/, { error, abort: true })
    .refine((value) => (parseDecimal(value, digits) ?? most + 1n) <= most, { error });
}

/** Nano-dollars per 1,000,000 tokens, and per 1,000,000 pieces. */
const TOKEN_DIGITS = 9;
const UNIT_DIGITS = 15;

function byName<const Names extends readonly string[]>(names: Names, digits: number, write: string) {
  const each = Object.fromEntries(
    names.map((name) => [name, usd(digits).optional().describe(`Price of ${name}, in dollars.`)]),
  );
  return strict(each as Record<Names[number], z.ZodOptional<ReturnType<typeof usd>>>, write).optional();
}

function rates() {
  return {
    perMillionTokens: byName(
      [...INPUT_CLASSES, ...OUTPUT_CLASSES],
      TOKEN_DIGITS,
      "dollars per million tokens, such as { input: '0.75' }",
    ).describe('Dollars per 1,000,000 tokens, by class. Replaces the prices of tokens in the price book.'),
    perUnit: byName(UNIT_CLASSES, UNIT_DIGITS, "dollars a piece, such as { outputImages: '0.04' }").describe(
      'Dollars per character, second, image, search, page or request.',
    ),
    perCall: recordOf(usd(UNIT_DIGITS), "dollars by tool, such as { web_search: '0.01' }")
      .optional()
      .describe('Dollars per call of a tool that the provider runs.'),
  };
}

function tier() {
  const hour = () => textLike(/^(?:[01]\d|2[0-3]):[0-5]\d$/, 'a time of the day in UTC such as `16:30`');
  return strict(
    {
      ...rates(),
      service: text('a service tier such as `batch`').optional().describe('The service tier that the answer tells.'),
      above: wholeNumber(0, Number.MAX_SAFE_INTEGER, 'tokens')
        .optional()
        .describe('Prompts of more than so many tokens.'),
      hours: z
        .tuple([hour(), hour()], { error: "does not fit; write two times in UTC such as ['16:30', '00:30']" })
        .optional()
        .describe('From and to, in UTC.'),
      days: listOf(wholeNumber(0, 6), 'days such as [1, 2, 3, 4, 5]')
        .optional()
        .describe('Days of the week in UTC, 0 = Sunday.'),
    },
    "a tier such as { service: 'batch', perMillionTokens: { input: '0.4', output: '2.2' } }",
  );
}

/** What the user pays for a model. */
export function price() {
  return strict(
    {
      ...rates(),
      like: text('`provider/model`').optional().describe('Priced as this provider/model of the price book.'),
      tiers: listOf(tier(), 'a list of tiers').optional().describe('Other prices under a condition.'),
      adjust: wholeNumber(-1000, 100_000)
        .optional()
        .describe('A discount or margin in thousandths: -100 takes a tenth off, 200 puts a fifth on.'),
    },
    PRICE,
  );
}

/** By `provider/model`, or `provider/*`. */
export function prices() {
  return recordOf(price(), `prices by model, such as { 'acme/small': ${PRICE} }`);
}
