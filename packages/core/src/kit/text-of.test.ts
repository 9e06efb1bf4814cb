import { expect, it } from 'vitest';
import { textOf } from './text-of.ts';

it('gives text for whatever was thrown', () => {
  expect(textOf(new TypeError('broken'))).toContain('TypeError: broken');
  expect(textOf('words')).toBe('words');
  expect(textOf(undefined)).toBe('undefined');
  expect(textOf(Object.create(null))).toBe('a thrown object that has no text');
  expect(
    textOf({
      toString() {
        throw new Error('no');
      },
    }),
  ).toBe('a thrown object that has no text');
});
