import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Frame } from '../../transport/frame.ts';
import { SseFrame } from '../../transport/sse-frame.ts';
import { FrameTemplate } from './frame-template.ts';

const encoder = new TextEncoder();
const BEFORE = 'data: {"choices":[{"index":0,"delta":{"content":"';
const BEHIND = '"},"finish_reason":null}]}\n\n';

function learned(): FrameTemplate {
  const template = new FrameTemplate();
  template.learn(frameOf(`${BEFORE}first${BEHIND}`), BEFORE.length, BEFORE.length + 5);
  return template;
}
function frameOf(text: string, around = 0): Frame {
  const bytes = encoder.encode('x'.repeat(around) + text + 'y'.repeat(around));
  return new SseFrame(bytes, around, bytes.length - around, false);
}
const match = (template: FrameTemplate, text: string, around = 0): number => template.match(frameOf(text, around));

describe('FrameTemplate', () => {
  it('knows nothing before it has learned', () => {
    expect(match(new FrameTemplate(), `${BEFORE}a${BEHIND}`)).toBe(-1);
  });

  it('counts the characters of any text in the frame it has learned, wherever in a buffer it stands', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.nat(5), (text, around) => {
        const inside = JSON.stringify(text).slice(1, -1);
        expect(match(learned(), BEFORE + inside + BEHIND, around)).toBe(
          [...inside.replace(/\\u....|\\./g, 'e')].length,
        );
      }),
    );
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
    for (const other of others) expect(match(learned(), other)).toBe(-1);
  });

  it('never takes for text what ends the string and goes on as JSON', () => {
    fc.assert(
      fc.property(
        fc.string(),
        fc.constantFrom('a","usage":{"x":"', 'a"}}],"error":{"message":"', '\n', '\\'),
        fc.string(),
        (left, breaking, right) => {
          const inside = (text: string) => JSON.stringify(text).slice(1, -1);
          const frame = BEFORE + inside(left) + breaking + (breaking === '\\' ? '' : inside(right)) + BEHIND;
          expect(match(learned(), frame)).toBe(-1);
        },
      ),
    );
  });
});
