import * as z from 'zod';
import type { FaultKind } from '../chat/fault.ts';
import { duration, oneOf, strict, wholeNumber } from './schema-parts.ts';

const POLICIES = ['same', 'next', 'fall-back', 'give-back'] as const;
const KINDS = {
  unavailable: true,
  overloaded: true,
  timeout: true,
  'rate-limited': true,
  quota: true,
  credentials: true,
  'model-not-found': true,
  'context-length': true,
  'content-filter': true,
  rejected: true,
  'invalid-response': true,
  incomplete: true,
} as const satisfies Record<FaultKind, true>;

function share(least: number, most: number) {
  const error = `does not fit; write a number from ${least} to ${most}`;
  return z.number({ error }).min(least, { error }).max(most, { error });
}

/** The schema of `retry`. */
export function retry() {
  const one = (kind: string) => oneOf(POLICIES).exactOptional().describe(`What follows a fault of the kind ${kind}.`);
  const kinds = Object.fromEntries(Object.keys(KINDS).map((kind) => [kind, one(kind)]));
  return strict(
    {
      ...(kinds as Record<FaultKind, ReturnType<typeof one>>),
      budget: share(0, 10)
        .exactOptional()
        .describe('Further attempts as a share of the requests of an alias; a few are always possible. Default 0.2.'),
    },
    "policies by kind of fault, such as { timeout: 'next', budget: 0.2 }",
  );
}

/** The schema of `timeouts.floor`. */
export function floor() {
  return strict(
    {
      tokens: wholeNumber(1, 1_000_000).describe('Fewest tokens, of four characters each.'),
      over: duration().describe('While of waiting for the provider that they are counted over.'),
    },
    "a floor such as { tokens: 20, over: '20s' }",
  );
}

/** The schema of `breaker`. */
export function breaker() {
  const write = "false, or settings such as { inARow: 5, rest: '5s' }";
  const parts = strict(
    {
      inARow: wholeNumber(1, 1000)
        .optional()
        .describe('Failures in a row that make a deployment rest, with nothing else in the window. Default 5.'),
      ratio: share(0.01, 1).optional().describe('Share of failures that makes it rest. Default 0.5.'),
      calls: wholeNumber(1, 1_000_000).optional().describe('Calls that the share is taken of at least. Default 20.'),
      window: duration().optional().describe('While that calls count for. Default 30s.'),
      rest: duration().optional().describe('Its first rest; doubled by each try that fails. Default 5s.'),
      longestRest: duration().optional().describe('Its longest rest. Default 60s.'),
    },
    write,
  );
  return z.union([z.literal(false), parts], { error: `does not fit; write ${write}` });
}
