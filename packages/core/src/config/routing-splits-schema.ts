import * as z from 'zod';
import { MOMENT } from './limit-mistakes.ts';
import { duration, listOf, oneOf, strict, text, textLike } from './schema-parts.ts';

const alias = () => text('the name of another alias');

function number(least: number, most: number, write: string) {
  const error = `does not fit; write ${write}`;
  return z.number({ error }).gt(least, { error }).max(most, { error });
}
const BELOW_ONE = 'a share above 0 and below 1';
const percent = () => number(0, 100, 'a number above 0 and up to 100');
const by = () => oneOf(['caller', 'request']).optional();

const SPLIT = "{ to: [{ model: 'new', percent: 10 }] } or { to: 'new', from: 1, until: 100, over: '1h' }";

/** Members of an alias that have others serve some of its requests. */
export function splits() {
  const shares = strict(
    {
      to: listOf(
        strict(
          { model: alias().describe('Another alias.'), percent: percent().describe('Of the requests.') },
          "{ model: 'new', percent: 10 }",
        ),
        "shares such as [{ model: 'new', percent: 10 }]",
      )
        .min(1, { error: 'is an empty list; name a share, or leave `split` out' })
        .describe('Shares, together at most 100 percent.'),
      by: by().describe('Each caller always into the same share, or each request by itself (default).'),
    },
    SPLIT,
  );
  const release = strict(
    {
      to: alias().describe('Another alias.'),
      from: percent().optional().describe('Percent at its start. Default 1.'),
      until: percent().optional().describe('Percent in the end. Default 100.'),
      over: duration().describe('How long it grows.'),
      starts: textLike(MOMENT, 'a moment such as `2026-12-31T09:00:00Z`')
        .optional()
        .describe('When it starts. Default: when the configuration is loaded.'),
      by: by().describe('Each caller always alike (default), or each request by itself.'),
      rollback: strict(
        {
          errors: number(0, 1, BELOW_ONE)
            .lt(1, { error: `does not fit; write ${BELOW_ONE}` })
            .optional()
            .describe('Default 0.05.'),
          latency: number(1, 1_000, 'a factor above 1').optional().describe('Default: it is not looked at.'),
        },
        '{ errors: 0.05, latency: 1.5 }',
      )
        .optional()
        .describe('By how much it may do worse than what stays, before it ends.'),
    },
    SPLIT,
  );
  return {
    split: z
      .union([shares, release], { error: `does not fit; write ${SPLIT}` })
      .optional()
      .describe('Shares of its requests that other aliases serve, or a gray release.'),
    shadow: strict(
      { to: alias().describe('Another alias.'), percent: percent().describe('Of the chats.') },
      "{ to: 'new', percent: 5 }",
    )
      .optional()
      .describe('Copies of its chats, sent to another alias once they are answered; nobody gets their answers.'),
  };
}
