import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { givable, Seam } from './seam.ts';

const all = (seam: Seam, pieces: readonly string[]): string => pieces.map((piece) => seam.take(piece)).join('');

describe('the beginning of an answer', () => {
  it('is given without the blanks at its end, and without half a character', () => {
    expect(givable('One \n\t')).toEqual(['One', ' \n\t']);
    expect(givable('One \ud83d')).toEqual(['One', ' \ud83d']);
    expect(givable(' \n')).toEqual(['', ' \n']);
  });

  it('is in two whatever it is, and none of it is lost', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => givable(text).join('') === text));
  });
});

describe('what goes on', () => {
  it('leaves out the blanks that were delivered, and no others', () => {
    expect(all(new Seam('', ' '), [' two'])).toBe('two');
    expect(all(new Seam('', '\n'), ['\n', '\ntwo'])).toBe('\ntwo');
    expect(all(new Seam('', ' '), ['two'])).toBe('two');
  });

  it('keeps words that only look like the beginning, where the model does not give it again', () => {
    expect(all(new Seam('', ''), ['ha'])).toBe('ha');
  });

  it('leaves out the beginning where the model gives it again, in whatever pieces', () => {
    expect(all(new Seam('One two', ' '), ['On', 'e tw', 'o three'])).toBe('three');
  });

  it('loses nothing where a model that could give it again does not', () => {
    expect(all(new Seam('One two', ' '), ['On', 'ward'])).toBe('Onward');
  });

  it('loses nothing where it ends before it was told from the beginning', () => {
    const seam = new Seam('ha ha ha', '');
    expect(all(seam, ['h', 'a'])).toBe('');
    expect(seam.rest()).toBe('ha');
    expect(seam.rest()).toBe('');
  });
});
