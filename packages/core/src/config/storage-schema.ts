import * as z from 'zod';
import type { ScopeKind } from './limit-types.ts';
import { duration, oneOf, strict, wholeNumber } from './schema-parts.ts';

const FAILURE = ['closed', 'open'] as const;
const KINDS = {
  caller: true,
  user: true,
  team: true,
  organisation: true,
  endUser: true,
  tag: true,
  model: true,
  provider: true,
  deployment: true,
} as const satisfies Record<ScopeKind, true>;

function onFailure() {
  const write = "'closed', 'open', or kinds of scopes such as { team: 'open' }";
  const one = (kind: string) => oneOf(FAILURE).optional().describe(`Requests under limits of a ${kind}.`);
  const kinds = Object.fromEntries(Object.keys(KINDS).map((kind) => [kind, one(kind)]));
  const byKind = strict(kinds as Record<ScopeKind, ReturnType<typeof one>>, write);
  return z.union([oneOf(FAILURE), byKind], { error: `does not fit; write ${write}` });
}

/** The schema of `storage`. */
export function storage() {
  return strict(
    {
      timeout: duration().optional().describe('How long a call of the store may take. Default 50ms.'),
      onFailure: onFailure()
        .optional()
        .describe(
          'Requests under limits while the store is away: refused, or served and counted later. Default closed.',
        ),
      onCrash: oneOf(['spend', 'release', 'doubt'])
        .optional()
        .describe('What a process reserved that died: used, given back, or held until it is settled. Default doubt.'),
      journal: wholeNumber(1, 10_000_000)
        .optional()
        .describe('Rows of the ledger, and settlements, that wait in memory while the store is away. Default 10000.'),
      ledgerDays: wholeNumber(1, 36_500, 'days')
        .optional()
        .describe('Days that the ledger is kept. Default: it is never purged.'),
    },
    "settings of the store such as { timeout: '50ms', onFailure: 'closed' }",
  );
}

/** The schema of `idempotency`. */
export function idempotency() {
  const write = "false, or settings such as { keep: '24h', replies: 65536 }";
  const parts = strict(
    {
      keep: duration().optional().describe('How long a key is remembered. Default 24h.'),
      replies: wholeNumber(0, 64 * 1024 * 1024, 'bytes')
        .optional()
        .describe('Longest answer that is kept to be given again. Default 0: none.'),
      keys: wholeNumber(1, 100_000_000)
        .optional()
        .describe('Keys that are remembered; the oldest go first. Default 100000.'),
    },
    write,
  );
  return z.union([z.literal(false), parts], { error: `does not fit; write ${write}` });
}
