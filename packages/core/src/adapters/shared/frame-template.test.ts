import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { weightOf } from '../../chat/weight.ts';
import type { Run } from '../../transport/shape.ts';
import { SseFrame } from '../../transport/sse-frame.ts';
import { FrameTemplate } from './frame-template.ts';

const encoder = new TextEncoder();
const BEFORE = 'data: {"choices":[{"index":0,"delta":{"content":"';
const BEHIND = '"},"finish_reason":null}]}\n\n';

const inside = (text: string): string => JSON.stringify(text).slice(1, -1);
const frame = (text: string): string => BEFORE + inside(text) + BEHIND;

const hole = (from: number, text: string, content = true) => ({ from, to: from + text.length, content });

function learned(): FrameTemplate {
  const bytes = encoder.encode(`x${frame('first')}`);
  const template = new FrameTemplate();
  template.learn(new SseFrame(bytes, 1, bytes.length, false), [hole(1 + BEFORE.length, 'first')]);
  // What it has learned is its own: the array may be used for something else.
  bytes.fill(0);
  return template;
}
const run = (template: FrameTemplate, text: string, around = 0): Run | undefined =>
  template.run(encoder.encode('x'.repeat(around) + text).subarray(around > 0 ? 1 : 0), Math.max(around - 1, 0));

describe('FrameTemplate', () => {
  it('knows nothing before it has learned', () => {
    expect(run(new FrameTemplate(), frame('a'))).toBeUndefined();
  });

  it('learns nothing from a frame that the end of the stream has cut off', () => {
    const bytes = encoder.encode(frame('first').trimEnd());
    const template = new FrameTemplate();
    template.learn(new SseFrame(bytes, 0, bytes.length, true), [hole(BEFORE.length, 'first')]);
    expect(run(template, frame('a'))).toBeUndefined();
  });

  it('learns nothing from a frame without text, or with several', () => {
    const bytes = encoder.encode(frame('first'));
    for (const holes of [[], [hole(6, '{', false)], [hole(6, '{'), hole(BEFORE.length, 'first')]]) {
      const template = new FrameTemplate();
      template.learn(new SseFrame(bytes, 0, bytes.length, false), holes);
      expect(run(template, frame('a'))).toBeUndefined();
    }
  });

  it('lets padding differ as well, before or behind the text, and does not count it', () => {
    for (const [before, between, behind] of [
      [BEFORE, '"},"p":"', '"}\n\n'],
      ['data: {"p":"', '","content":"', BEHIND],
    ] as const) {
      const isFirst = before === BEFORE;
      const bytes = encoder.encode(`${before}one${between}two${behind}`);
      const template = new FrameTemplate();
      const holes = [hole(before.length, 'one', isFirst), hole(before.length + 3 + between.length, 'two', !isFirst)];
      template.learn(new SseFrame(bytes, 0, bytes.length, false), holes);
      const text = `${before}a${between}bcd${behind}${before}${between}${behind}`;
      expect(run(template, text)).toEqual({ end: text.lastIndexOf(before), characters: isFirst ? 1 : 3 });
      expect(run(template, `${before}a"${between}b${behind}`)).toBeUndefined();
    }
  });

  it('finds the frames that it has learned, one behind the other, wherever they stand, and weighs their texts', () => {
    const word = fc.string({ unit: 'binary', minLength: 1 });
    fc.assert(
      fc.property(fc.array(word, { minLength: 1 }), fc.nat(9), fc.string(), (words, around, rest) => {
        const frames = words.map(frame).join('');
        const found = run(learned(), `${frames}: ${rest}`, around);
        expect(found).toEqual({
          end: Math.max(around - 1, 0) + encoder.encode(frames).length,
          characters: words.reduce((sum, text) => sum + weightOf(text), 0),
        });
      }),
    );
  });

  it('leaves a frame without text to whoever reads frames in full', () => {
    expect(run(learned(), frame(''))).toBeUndefined();
    expect(run(learned(), frame('a') + frame('') + frame('b'))).toEqual({ end: frame('a').length, characters: 1 });
  });

  it('leaves the last frame when any of its bytes is still to come', () => {
    const whole = frame('one') + frame('two "quoted"');
    for (let length = frame('one').length; length < whole.length; length++)
      expect(run(learned(), whole.slice(0, length))).toEqual({ end: frame('one').length, characters: 3 });
  });

  it('never takes a frame of another shape for one it knows', () => {
    const others = [
      `${BEFORE}a"},"finish_reason":"stop"}]}\n\n`,
      `data: {"id":1}\n\n`,
      `${BEFORE}a`,
      BEHIND,
      '',
      `${BEFORE.replace('0', '1')}a${BEHIND}`,
    ];
    for (const other of others) expect(run(learned(), other)).toBeUndefined();
  });

  it('sees any single byte that is another one', () => {
    const known = encoder.encode(frame('a'));
    for (let at = 0; at < known.length; at++) {
      const other = Uint8Array.from(known);
      other[at] = (known[at] ?? 0) ^ 0x80;
      const found = learned().run(other, 0);
      if (at === BEFORE.length) continue;
      expect(found, `byte ${at}`).toBeUndefined();
    }
  });

  it('never takes for text what ends the string and goes on as JSON, or is no string', () => {
    const breaking = fc.constantFrom('a","usage":{"x":"', 'a"}}],"error":{"message":"', '\n', '\\', '\\x', '\\u12g4');
    fc.assert(
      fc.property(fc.string(), breaking, fc.string(), (left, broken, right) => {
        const text = BEFORE + inside(left) + broken + (broken === '\\' ? '' : inside(right)) + BEHIND;
        expect(run(learned(), text)).toBeUndefined();
      }),
    );
  });
});
