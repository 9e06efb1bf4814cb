import { expect, it } from 'vitest';
import { countTokens, pieces, tokenize } from './tokens.ts';
import { textTokens } from './words.ts';

it('tokens joined give the text, whatever is in it', () => {
  for (const text of ['', 'Hello, world! ', '{"a":"b\\n"}', '東京 👩‍👩‍👧\n\n  é', textTokens(50, true, 1).join('')]) {
    expect(tokenize(text).join('')).toBe(text);
  }
});

it('a generated text has as many tokens as were asked for', () => {
  for (const count of [0, 1, 2, 20]) expect(textTokens(count, false, 1, 'x')).toHaveLength(count);
});

it('pieces keep the text and the count', () => {
  const some = pieces(tokenize('one two three four five'), 2);
  expect(some.map((piece) => piece.text).join('')).toBe('one two three four five');
  expect(some.reduce((sum, piece) => sum + piece.tokens, 0)).toBe(countTokens('one two three four five'));
});
