import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { Call, Store } from '@postern/core';
import { sqliteStore } from '@postern/sqlite';
import { describe, expect, it } from 'vitest';
import { temporaryFile } from '../kit/sqlite-store.ts';

const ROUNDS = 20;
const NOW: Call = { now: 1_767_225_600_000, deadline: 1_767_225_660_000 };
const MAX = 1_000_000_000;
const writer = fileURLToPath(new URL('sqlite-writer.mjs', import.meta.url));

/** Numbers of calls, by what the process was told of them. */
interface Told {
  readonly g: number[];
  readonly a: number[];
  readonly s: number[];
}

/** Runs the writer until it has said so many lines, and kills it there. What it said up to its end. */
async function killedAfter(lines: number, file: string, first: number): Promise<Told> {
  const child = spawn(process.execPath, [writer, file, String(first)], { stdio: ['ignore', 'pipe', 'inherit'] });
  const closed = once(child, 'close');
  let text = '';
  child.stdout.setEncoding('utf8');
  child.stdout.on('data', (chunk: string) => {
    text += chunk;
    if (text.split('\n').length > lines) child.kill('SIGKILL');
  });
  const [, signal] = await closed;
  expect(signal).toBe('SIGKILL');
  // The last line may be cut.
  const said = text.split('\n').slice(0, -1);
  const of = (letter: string): number[] =>
    said.filter((line) => line.startsWith(letter)).map((line) => Number(line.slice(2)));
  return { g: of('g'), a: of('a'), s: of('s') };
}

async function* pages<Item>(
  list: (cursor?: string) => Promise<{ items: readonly Item[]; next?: string }>,
): AsyncGenerator<Item> {
  let cursor: string | undefined;
  do {
    const page = await list(cursor);
    yield* page.items;
    cursor = page.next;
  } while (cursor !== undefined);
}

async function found(store: Store): Promise<{ ledger: string[]; open: string[]; used: number; reserved: number }> {
  const [ledger, open]: [string[], string[]] = [[], []];
  for await (const record of pages((cursor) => store.ledger.list({}, cursor, NOW))) ledger.push(record.attempt);
  for await (const reservation of pages((cursor) => store.limits.open(cursor, NOW))) open.push(reservation.id);
  const limits = [{ id: 'budget', counts: 'nanoUsd', max: MAX, window: 0 }] as const;
  const scopes = [{ scope: 'user:ann', limits }];
  const look = await store.limits.admit(
    { id: 'look', scopes, amounts: {}, expires: NOW.now + 1, onExpiry: 'release' },
    NOW,
  );
  if (!look.granted) throw new Error('A look was refused.');
  await store.limits.settle('look', {}, NOW);
  return { ledger, open, used: look.scopes[0]!.used, reserved: look.scopes[0]!.reserved };
}

/** A random source with a seed, so that a failure comes again (mulberry32). */
function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let value = Math.imul(state ^ (state >>> 15), 1 | state);
    value = (value + Math.imul(value ^ (value >>> 7), 61 | value)) ^ value;
    return ((value ^ (value >>> 14)) >>> 0) / 2 ** 32;
  };
}

describe('a SQLite store whose process is killed', () => {
  it(`has what it acknowledged, once, and has let nothing be used that it does not know, at ${ROUNDS} moments`, async () => {
    const file = temporaryFile();
    const chance = random(20_260_101);
    const told: Told = { g: [], a: [], s: [] };
    for (let round = 0; round < ROUNDS; round += 1) {
      const now = await killedAfter(1 + Math.floor(chance() * 400), file, round * 100_000);
      for (const letter of ['g', 'a', 's'] as const) told[letter].push(...now[letter]);
      const store = sqliteStore({ file });
      const { ledger, open, used, reserved } = await found(store);
      const kept = new Set(ledger);
      expect(kept.size).toBe(ledger.length);
      const ids = (numbers: number[]): string[] => numbers.map((number) => `call ${number}`);
      expect(ids(told.a).filter((id) => !kept.has(id))).toEqual([]);
      const known = new Set([...ledger, ...open]);
      expect(ids(told.g).filter((id) => !known.has(id))).toEqual([]);
      const isOpen = new Set(open);
      expect(ids(told.s).filter((id) => isOpen.has(id))).toEqual([]);
      expect(used).toBeGreaterThanOrEqual(100 * told.s.length);
      expect(used + reserved).toBeGreaterThanOrEqual(100 * told.s.length + 400 * open.length);
      // What a crash can cost: a 128th of the limit, and what was under way.
      expect(used).toBeLessThanOrEqual(100 * ledger.length + (round + 1) * (MAX / 128 + 8 * 400 + 1));
      await store.close();
    }
    expect(told.a.length).toBeGreaterThan(ROUNDS);
  });
}, 120_000);
