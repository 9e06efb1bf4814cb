import * as z from 'zod';
import { duration, flag, oneOf, strict, wholeNumber } from './schema-parts.ts';

/** The schema of `concurrency`, of a deployment. */
export const concurrency = () =>
  strict(
    {
      max: wholeNumber(1, 1_000_000).optional().describe('Most calls under way.'),
      adaptive: flag().optional().describe('Is it learnt how many it takes? Default false.'),
      queue: wholeNumber(0, 1_000_000).optional().describe('Requests that wait for room. Default 100.'),
      wait: duration().optional().describe('How long. Default 10s.'),
    },
    "limits such as { max: 40, queue: 100, wait: '10s' }",
  )
    .optional()
    .describe('How many calls it is given at once. Default: any number.');

/** The schema of `hedge`, of an alias. */
export function hedge() {
  const write = "true, or { after: 'p95', extra: 0.02 }";
  const error = 'does not fit; write a share above 0 and up to 1';
  const parts = strict(
    {
      after: z
        .union([oneOf(['p95']), duration()], { error: 'does not fit; write `p95`, or a time such as `800ms`' })
        .optional()
        .describe('After so long without content. Default p95.'),
      extra: z
        .number({ error })
        .gt(0, { error })
        .max(1, { error })
        .optional()
        .describe('What it may cost, as a share of what the alias costs. Default 0.02.'),
    },
    write,
  );
  return z
    .union([flag(), parts], { error: `does not fit; write ${write}` })
    .optional()
    .describe('Another deployment is asked besides one that is slow to answer. Default false.');
}
