import { describe, expect, it } from 'vitest';
import { ADAPTERS } from '../../packages/core/src/adapters/index.ts';
import type { FaultKind } from '../../packages/core/src/chat/fault.ts';
import { CONSEQUENCES } from '../../packages/core/src/router/faults.ts';
import { COMPATIBLE } from './golden/compatible.ts';
import { OF_OPENAI } from './golden/openai.ts';
import { OWN_FORMATS } from './golden/own-formats.ts';

const VENDORS = [...OF_OPENAI, ...COMPATIBLE, ...OWN_FORMATS];

const titleOf = (status: number, text: string, kind: FaultKind): string => `${status} ${text.slice(0, 120)} is ${kind}`;

describe.each(VENDORS)('case 57: a refusal of $vendor', ({ format, rows, source }) => {
  for (const [status, body, kind, headers = {}, retryAfter] of rows) {
    const text = typeof body === 'string' ? body : JSON.stringify(body);
    it(titleOf(status, text, kind), () => {
      const fault = ADAPTERS[format].client.fault(status, (name) => headers[name], text);
      // A status is never turned into another one.
      const read = { kind: fault.kind, status: fault.status, retryAfter: fault.retryAfter };
      expect(read, source).toEqual({ kind, status, retryAfter });
      expect(fault.message).not.toMatch(/^\s*</);
    });
  }
});

/** Retry the same, next deployment, fall back, count against the deployment. */
const TABLE: Record<FaultKind, readonly [boolean, boolean, boolean, boolean]> = {
  unavailable: [true, true, true, true],
  overloaded: [true, true, true, true],
  timeout: [true, true, true, true],
  'rate-limited': [true, true, true, true],
  'invalid-response': [true, true, true, true],
  incomplete: [true, true, true, true],
  quota: [false, true, true, true],
  credentials: [false, true, true, true],
  'model-not-found': [false, true, true, true],
  'context-length': [false, false, false, false],
  'content-filter': [false, false, false, false],
  rejected: [false, false, false, false],
};

describe('what follows', () => {
  it.each(Object.entries(TABLE))(
    '%s: the same, the next, a fallback, a count against the deployment: %j',
    (kind, row) => {
      const { same, next, fallBack, cool } = CONSEQUENCES[kind as FaultKind];
      expect([same, next, fallBack, cool]).toEqual(row);
    },
  );

  it('is said of every kind that a refusal was read as', () => {
    const kinds = new Set(VENDORS.flatMap(({ rows }) => rows.map(([, , kind]) => kind)));
    for (const kind of kinds) expect(CONSEQUENCES[kind]).toBeDefined();
    expect(VENDORS.flatMap(({ rows }) => rows).length).toBeGreaterThanOrEqual(150);
  });
});
