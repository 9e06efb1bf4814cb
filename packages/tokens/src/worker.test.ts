import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { Worker } from 'node:worker_threads';
import fc from 'fast-check';
import { countTokens } from 'gpt-tokenizer/encoding/o200k_base';
import ts from 'typescript';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Counter } from './counter.ts';
import { piecesOf } from './pieces.ts';

/** The thread runs JavaScript: it is made here, beside the packages that it imports, so that no build is needed. */
const folder = new URL(`../node_modules/.cache/worker-${process.pid}/`, import.meta.url);
const compilerOptions: ts.CompilerOptions = {
  module: ts.ModuleKind.ESNext,
  target: ts.ScriptTarget.ES2023,
  rewriteRelativeImportExtensions: true,
};
let counter: Counter;
beforeAll(() => {
  mkdirSync(new URL('providers/', folder), { recursive: true });
  writeFileSync(new URL('package.json', folder), '{"type":"module"}');
  for (const name of ['worker', 'pieces', 'providers/vocabularies']) {
    const source = readFileSync(new URL(`${name}.ts`, import.meta.url), 'utf8');
    writeFileSync(new URL(`${name}.js`, folder), ts.transpileModule(source, { compilerOptions }).outputText);
  }
  counter = new Counter(
    () => new Worker(new URL('worker.js', folder), { execArgv: [], env: {} }),
    () => performance.now(),
  );
});
afterAll(async () => {
  await counter.close();
  rmSync(folder, { recursive: true });
});

describe('the thread', () => {
  it('counts as the tokenizer does, in either vocabulary', async () => {
    expect(await counter.count('The small gate in the wall stands open.', 'any')).toBe(
      countTokens('The small gate in the wall stands open.'),
    );
    // A letter of Hindi is cheap in the newer vocabulary only.
    const [older = 0, newer = 0] = await Promise.all(
      ['gpt-4', 'gpt-4o'].map((model) => counter.count('दरवाज़ा शाम तक खुला रहता है', model)),
    );
    expect(older).toBeGreaterThan(2 * newer);
  });

  it('takes what looks like a control token for text', async () => {
    expect(await counter.count('<|endoftext|>', 'any')).toBeGreaterThan(1);
  });

  it('leaves the loop of the process free while it counts what takes long', async () => {
    let ticks = 0;
    let counting = true;
    const tick = (): void => {
      ticks++;
      if (counting) setImmediate(tick);
    };
    setImmediate(tick);
    const tokens = await counter.count('a'.repeat(200_000), 'any');
    counting = false;
    expect(tokens).toBeGreaterThan(20_000);
    // On the process's own loop it would have been one.
    expect(ticks).toBeGreaterThan(10);
  });
});

describe('the pieces of a text', () => {
  const run = fc.tuple(fc.constantFrom('a', '文', '7', ' ', '=', '😀', 'word '), fc.integer({ min: 1, max: 900 }));
  it('make the text, and hold no long run', () => {
    fc.assert(
      fc.property(fc.array(run, { maxLength: 5 }), (runs) => {
        const text = runs.map(([of, times]) => of.repeat(times)).join('');
        const pieces = [...piecesOf(text)];
        expect(pieces.join('')).toBe(text);
        for (const piece of pieces) {
          // No pair is cut.
          expect(() => encodeURIComponent(piece)).not.toThrow();
          expect(piece).not.toMatch(/a{201}|文{201}|7{201}| {201}|={201}|(?:😀){201}/u);
        }
      }),
    );
  });

  /** What is merged as one; its time grows with the square of its length. Sources: the patterns of o200k_base and cl100k_base in github.com/openai/tiktoken, tiktoken_ext/openai_public.py. */
  const WORDS = [
    /[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+(?:'(?:[sdmt]|ll|ve|re))?|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n/]*|\s+/giu,
    /[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s+/giu,
  ];
  it.each(['/\n', '\n/', '❤️', '!\u0300', "'s", '👩‍💻', ' \n', 'a\u0300', '文字', '/', '=\r\n'])(
    'hold nothing that is merged as one and long, also of a text that is nothing but %j',
    (of) => {
      const pieces = [...piecesOf(of.repeat(20_000))];
      const longest = Math.max(
        ...WORDS.flatMap((words) => pieces.flatMap((piece) => (piece.match(words) ?? []).map((word) => word.length))),
      );
      // Two runs of 200 characters, each of which may be a pair.
      expect(longest).toBeLessThanOrEqual(800);
      expect(pieces.join('')).toHaveLength(of.length * 20_000);
    },
  );

  it('are one where no run is long', () => {
    expect([...piecesOf('Some prose, as it is written. '.repeat(1000))]).toHaveLength(1);
  });
});
