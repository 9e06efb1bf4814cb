import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createNames, type NameRule } from './tool-names.ts';

const RULE: NameRule = { first: /^[a-z_]/, character: /[a-z0-9_]/, maxLength: 8 };

describe('names of tools', () => {
  it('that are allowed stay as they are, whoever comes first', () => {
    const names = createNames(['a b', 'a_b'], RULE);
    expect([names.wire('a_b'), names.wire('a b')]).toEqual(['a_b', 'a_b_2']);
  });

  it.each([
    ['get weather', 'get_weat'],
    ['1st', '_1st'],
    ['', '_'],
    ['ö', '_'],
    ['🎉', '_'],
  ])('that are not allowed are fitted: %j becomes %j', (name, wire) => {
    expect(createNames([name], RULE).wire(name)).toBe(wire);
  });

  it('that turn up only in the history get one too, and keep it', () => {
    const names = createNames(['a_b'], RULE);
    expect([names.wire('a.b'), names.wire('a.b'), names.original('a_b_2'), names.original('unknown')]).toEqual([
      'a_b_2',
      'a_b_2',
      'a.b',
      'unknown',
    ]);
  });

  it('are allowed, told apart, and found again, whatever they are', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.string({ unit: 'binary' }), { maxLength: 12 }),
        fc.uniqueArray(fc.stringMatching(/^[a-z_]{1,8}$/), { maxLength: 6 }),
        (strange, plain) => {
          const all = [...new Set([...strange, ...plain])];
          const names = createNames(all, RULE);
          const sent = all.map((name) => names.wire(name));
          expect(new Set(sent).size).toBe(all.length);
          expect(sent.every((name) => /^[a-z_][a-z0-9_]{0,7}$/.test(name))).toBe(true);
          expect(sent.map((name) => names.original(name))).toEqual(all);
          for (const name of plain) expect(names.wire(name)).toBe(name);
        },
      ),
    );
  });
});
