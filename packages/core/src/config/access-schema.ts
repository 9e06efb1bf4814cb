import * as z from 'zod';
import { duration, flag, strict, wholeNumber } from './schema-parts.ts';

const WRITE = "'open', { keys: {} } or { identify }";

function keys() {
  return strict(
    {
      fromQuery: flag()
        .optional()
        .describe('May a key stand in ?key=, where logs of whatever stands before the gateway keep it? Default false.'),
      ttl: duration().optional().describe('How long the record of a key is believed. Default 30s.'),
      grace: duration()
        .optional()
        .describe("How long beyond that known keys go on working while the store can't be asked. Default 5m."),
      capacity: wholeNumber(1, 10_000_000).optional().describe('Keys that are remembered. Default 10000.'),
    },
    "{} or settings such as { ttl: '10s' }",
  );
}

/** The declarative kinds of `access`. */
export function access() {
  const byKeys = strict({ keys: keys().describe('Virtual keys, whose records stand in the store.') }, WRITE);
  return z.union([z.literal('open'), byKeys], { error: `does not fit; write ${WRITE}` });
}
