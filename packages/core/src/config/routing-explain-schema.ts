import * as z from 'zod';
import { flag, strict, wholeNumber } from './schema-parts.ts';

/** The schema of `explain`. */
export function explain() {
  const write = 'true, false or { keep: 1000 }';
  const parts = strict(
    {
      keep: wholeNumber(1, 1_000_000)
        .optional()
        .describe('Requests of which it is remembered how they were decided. Default 1000.'),
    },
    write,
  );
  return z.union([flag(), parts], { error: `does not fit; write ${write}` });
}
