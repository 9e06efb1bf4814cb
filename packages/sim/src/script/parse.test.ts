import { describe, expect, it } from 'vitest';
import { FAULTS } from '../faults/names.ts';
import { SCRIPT_WORDS } from './options.ts';
import { parseModelName, parsePrompt, parseWords } from './parse.ts';

describe('the words of a model name', () => {
  it('are joined by - or + and may have a number', () => {
    const script = parseModelName('sim-text-7-tools+cut');
    expect([...script.words]).toEqual([
      ['text', 7],
      ['tools', undefined],
    ]);
    expect([...script.faults]).toEqual(['cut']);
  });

  it('are found behind a prefix and behind a label', () => {
    expect([...parseModelName('openai/sim@berlin+r429').faults]).toEqual(['r429']);
    expect([...parseModelName('models/sim-echo').words.keys()]).toEqual(['echo']);
  });

  it('tell a number from the fault that begins with one', () => {
    expect([...parseModelName('sim-text-200-error').faults]).toEqual(['200-error']);
    expect(parseModelName('sim-text-200+200-error').words.get('text')).toBe(200);
  });

  it('take the longer name where two fit', () => {
    expect([...parseModelName('sim-html-stream').faults]).toEqual(['html-stream']);
    expect([...parseModelName('sim+e400-context').faults]).toEqual(['e400-context']);
  });

  it('know every word and every fault of the tables', () => {
    for (const name of Object.keys(FAULTS)) expect(parseModelName(`sim+${name}`)).toMatchObject({ unknown: [] });
    for (const name of Object.keys(SCRIPT_WORDS)) expect([...parseWords(name).words.keys()]).toEqual([name]);
  });

  it('report what is none', () => {
    expect(parseModelName('sim-text-3-cutt').unknown).toEqual(['cutt']);
  });

  it('are not looked for in a model of the vendor', () => {
    for (const model of ['gpt-5.4-mini', 'gemini-2.5-flash-image', 'text-embedding-3-small', 'simple-text-9']) {
      expect(parseModelName(model)).toEqual({ words: new Map(), faults: new Set(), unknown: [] });
    }
  });
});

it('a prompt adds words by a line of its own', () => {
  expect([...parsePrompt('Please.\n/sim text-3+cut\nThanks').faults]).toEqual(['cut']);
  expect([...parsePrompt('what does /sim text-3+cut do?').faults]).toEqual([]);
});
