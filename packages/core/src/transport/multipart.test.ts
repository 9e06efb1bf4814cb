import { describe, expect, it } from 'vitest';
import { boundaryOf, isForm, MultipartReader } from './multipart.ts';
import type { PartHead } from './part-head.ts';

interface Part extends PartHead {
  readonly content: string;
}

const latin = (text: string): Uint8Array => Uint8Array.from(text, (letter) => letter.charCodeAt(0));

/** The parts of a form that arrives in pieces of these sizes, the last one for the rest. */
function parts(form: Uint8Array, sizes: readonly number[] = [], boundary = 'B'): Part[] {
  const reader = new MultipartReader(boundary);
  const found: Part[] = [];
  let open: (PartHead & { content: string }) | undefined;
  let at = 0;
  const take = (end: number): void => {
    for (const piece of reader.push(form.slice(at, end))) {
      if (piece.kind === 'head') open = { ...piece.head, content: '' };
      else if (open === undefined) throw new Error('content outside of a part');
      else if (piece.kind === 'data') open.content += String.fromCharCode(...piece.bytes);
      else {
        found.push(open);
        open = undefined;
      }
    }
    at = end;
  };
  for (const size of sizes) take(Math.min(form.length, at + size));
  take(form.length);
  reader.end();
  return found;
}

const field = (name: string, value: string): string =>
  `--B\r\ncontent-disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`;
const file = (name: string, content: string): string =>
  `--B\r\nContent-Disposition: form-data; name="${name}"; filename="a b.wav"\r\nContent-Type: Audio/WAV\r\n\r\n${content}\r\n`;
const CLOSE = '--B--\r\n';

/** Content that looks like what stands between parts. */
const TRAPS = [
  '',
  '\r',
  '\r\n',
  '\r\n--',
  '\r\n-',
  '--B',
  '\r\n\r\n--',
  '\r\r\n--C\r\n',
  '\n--B\n',
  '\r\n--A--',
  'B--B--B',
];

describe('a form', () => {
  it('has fields and files, each with what it says of itself', () => {
    expect(parts(latin(field('model', 'whisper-1') + file('file', 'RIFF') + CLOSE))).toEqual([
      { name: 'model', filename: undefined, type: undefined, content: 'whisper-1' },
      { name: 'file', filename: 'a b.wav', type: 'audio/wav', content: 'RIFF' },
    ]);
  });

  it.each(TRAPS)('keeps content like %j', (trap) => {
    for (const content of [trap, `x${trap}`, `${trap}x`, trap + trap])
      expect(parts(latin(field('a', content) + file('b', content) + CLOSE)).map((part) => part.content)).toEqual([
        content,
        content,
      ]);
  });

  it('is the same wherever its bytes are cut', () => {
    const form = latin(TRAPS.map((trap, index) => file(`f${index}`, trap)).join('') + field('n', '2') + CLOSE);
    const whole = parts(form);
    expect(whole).toHaveLength(TRAPS.length + 1);
    for (let cut = 0; cut <= form.length; cut++) expect(parts(form, [cut])).toEqual(whole);
    for (const size of [1, 2, 3, 5, 7, 64]) expect(parts(form, Array(form.length).fill(size))).toEqual(whole);
  });

  it('keeps every byte of a file, in any pieces', () => {
    // A fixed sequence that holds all bytes, with many line ends and dashes among them.
    let state = 7;
    const next = (): number => {
      state = (state * 1103515245 + 12345) % 2147483648;
      return state >> 8;
    };
    for (let round = 0; round < 200; round++) {
      const content = Array.from({ length: next() % 300 }, () =>
        next() % 3 === 0 ? '\r\n--B'[next() % 5] : String.fromCharCode(next() % 256),
      ).join('');
      if (content.includes('\r\n--B')) continue;
      const form = latin(file('f', content) + CLOSE);
      const sizes = Array.from({ length: 40 }, () => next() % 20);
      expect(parts(form, sizes)).toEqual([{ name: 'f', filename: 'a b.wav', type: 'audio/wav', content }]);
    }
  });

  it('may have a preamble, an epilogue, and white space behind its boundaries', () => {
    const form = `hello\r\n--B \t\r\ncontent-disposition: form-data; name=a\r\n\r\n1\r\n--B--\r\nbye --B\r\n`;
    expect(parts(latin(form))).toEqual([{ name: 'a', filename: undefined, type: undefined, content: '1' }]);
  });

  it('may be empty', () => expect(parts(latin('--B--'))).toEqual([]));

  it.each([
    ['nothing', ''],
    ['no boundary', 'hello'],
    ['no last boundary', field('a', '1')],
    ['a file cut off', file('a', '1').slice(0, -4)],
    ['a boundary that goes on', `--Bx\r\n\r\n${CLOSE}`],
    ['a part without a name', `--B\r\ncontent-disposition: form-data\r\n\r\n1\r\n${CLOSE}`],
    ['a part with an empty name', `--B\r\ncontent-disposition: form-data; name=""\r\n\r\n1\r\n${CLOSE}`],
    ['a part without a head', `--B\r\n\r\n1\r\n${CLOSE}`],
    ['an attachment', `--B\r\ncontent-disposition: attachment; name="a"\r\n\r\n1\r\n${CLOSE}`],
    [
      'too long a head',
      `--B\r\ncontent-disposition: form-data; name="a"\r\nx: ${'y'.repeat(9000)}\r\n\r\n1\r\n${CLOSE}`,
    ],
  ])('that has %s is refused', (_, form) => {
    for (const sizes of [[], Array(form.length).fill(1)])
      expect(() => parts(latin(form), sizes)).toThrow(
        expect.objectContaining({ code: 'invalid_request', status: 400 }),
      );
  });
});

it('is a form when its content type says so', () => {
  expect(isForm('Multipart/Form-Data;boundary=a')).toBe(true);
  for (const other of [
    'application/json',
    'multipart/form-datas; boundary=a',
    'multipart/mixed; boundary=a',
    undefined,
  ])
    expect(isForm(other)).toBe(false);
});

describe('the boundary', () => {
  it.each([
    ['multipart/form-data; boundary=abc', 'abc'],
    ['Multipart/Form-Data;charset=utf-8;BOUNDARY="a b=c"', 'a b=c'],
    ['multipart/form-data; boundary=----WebKitFormBoundaryX; x=y', '----WebKitFormBoundaryX'],
  ])('of %j is %j', (type, boundary) => expect(boundaryOf(type)).toBe(boundary));

  it.each(['', '; boundary=', '; boundary=""', `; boundary=${'x'.repeat(71)}`, '; boundary="a\u00e9"'])(
    'of multipart/form-data%s is none, and refused',
    (rest) => expect(() => boundaryOf(`multipart/form-data${rest}`)).toThrow(/boundary/),
  );
});
