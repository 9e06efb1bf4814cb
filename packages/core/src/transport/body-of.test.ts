import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RequestError } from '../kit/errors.ts';
import type { Body } from './body.ts';
import { bodyOf, bodyOfValue } from './body-of.ts';
import { DECISIVE_KEYS } from './decisive-keys.ts';

const limits = { maxBytes: 1024 * 1024, maxDepth: 64 };
const encoder = new TextEncoder();
const decoder = new TextDecoder();
const from = (json: string): Body => bodyOf(encoder.encode(json), limits);
const textOf = (bytes: Uint8Array): string => decoder.decode(bytes);

const key = fc
  .oneof(
    fc.string({ unit: 'grapheme', maxLength: 6 }),
    fc.constantFrom(
      'model',
      'stream',
      'messages',
      '__proto__',
      'constructor',
      'toString',
      'a',
      'b',
      'c',
      'naïve',
      '鍵',
      'with "quotes"',
      'back\\slash',
      'line\nbreak',
      '',
    ),
  )
  .filter((name) => DECISIVE_KEYS.exact.has(name) || !DECISIVE_KEYS.folded.has(name.toUpperCase().toLowerCase()));

const value = fc
  .jsonValue({ maxDepth: 3, stringUnit: 'grapheme' })
  // JSON.parse knows -0 and JSON.stringify does not.
  .map((data): unknown => JSON.parse(JSON.stringify(data)));
const entries = fc.uniqueArray(fc.tuple(key, value), { selector: ([name]) => name, maxLength: 8 });
const space = fc.stringMatching(/^[ \t\r\n]{0,3}$/);

/** The same data in another outer form: white space between the tokens of the top level, and values re-spelled with escapes. */
const written = fc.tuple(entries, fc.infiniteStream(space), fc.boolean()).map(([members, spaces, escaped]) => {
  const gap = (): string => spaces.next().value;
  const spell = (text: string): string =>
    escaped ? text.replace(/[^\x20-\x7e]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`) : text;
  const plain = (name: string): string =>
    DECISIVE_KEYS.exact.has(name) ? JSON.stringify(name) : spell(JSON.stringify(name));
  const body = members
    .map(([name, data]) => `${gap()}${plain(name)}${gap()}:${gap()}${spell(JSON.stringify(data))}${gap()}`)
    .join(',');
  return { members, json: `${gap()}{${body}${members.length === 0 ? gap() : ''}}${gap()}` };
});

/** As JSON.parse makes it: `__proto__` is a key like any other. */
const objectOf = (json: string): Record<string, unknown> => JSON.parse(json) as Record<string, unknown>;

describe('the fields of a body', () => {
  it('equal the top level of JSON.parse, however the object is written', () => {
    fc.assert(
      fc.property(written, ({ json }) => {
        const parsed = objectOf(json);
        const fields = from(json).fields();
        expect([...fields.keys()].sort()).toEqual(Object.keys(parsed).sort());
        for (const name of Object.keys(parsed)) {
          expect(fields.has(name)).toBe(true);
          expect(fields.get(name)).toEqual(parsed[name]);
        }
      }),
    );
  });

  it('hold the last of names that stand twice, as JSON.parse does', () => {
    expect(from('{"x":1,"x":2}').fields().get('x')).toBe(2);
  });

  it.each(['toString', '__proto__', 'constructor', 'hasOwnProperty', 'missing'])(
    'do not know %s unless it stands there',
    (name) => {
      for (const body of [from('{"a":1}'), bodyOfValue({ a: 1 }, limits)]) {
        expect(body.fields().has(name)).toBe(false);
        expect(body.fields().get(name)).toBeUndefined();
      }
    },
  );

  it('read __proto__ as a key like any other and leave no trace of it', () => {
    const json = '{"__proto__":{"polluted":true},"a":{"__proto__":{"polluted":true}}}';
    for (const body of [from(json), bodyOfValue(JSON.parse(json), limits)]) {
      expect(body.fields().get('__proto__')).toEqual({ polluted: true });
      body.json();
      body.edit(new Map<string, unknown>([['b', 1]]));
      expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
    }
  });

  it('refuse a broken member when it is asked for, not before', () => {
    const fields = from('{"good":1,"bad":[1 2]}').fields();
    expect(fields.get('good')).toBe(1);
    expect(() => fields.get('bad')).toThrow(expect.objectContaining({ code: 'invalid_json' }) as Error);
  });
});

describe('a body that is cut anywhere', () => {
  it('is refused by a RequestError and never throws anything else', () => {
    fc.assert(
      fc.property(written, fc.nat(), ({ json }, at) => {
        const bytes = encoder.encode(json.trim());
        const cut = bytes.subarray(0, at % bytes.length);
        const body = bodyOf(cut, limits);
        expect(() => body.fields()).toThrow(RequestError);
        expect(() => body.json()).toThrow(RequestError);
        expect(() => body.edit(new Map())).toThrow(RequestError);
      }),
    );
  });

  it.each([[0xff], [0xc3], [0xed, 0xa0, 0x80], [0xc0, 0xaf], [0xf5, 0x80, 0x80, 0x80]])(
    'and one with the broken UTF-8 %s is refused',
    (...broken) => {
      const bytes = Uint8Array.from([...encoder.encode('{"a":"'), ...broken, ...encoder.encode('"}')]);
      expect(() => bodyOf(bytes, limits).fields()).toThrow(expect.objectContaining({ code: 'invalid_json' }) as Error);
    },
  );
});

describe('an edited body', () => {
  const changes = fc
    .array(fc.tuple(key, fc.option(value, { nil: undefined })), { maxLength: 5 })
    .map((list) => new Map<string, unknown>(list));

  it('parses to the changed object', () => {
    fc.assert(
      fc.property(written, changes, ({ json }, changed) => {
        const expected = new Map<string, unknown>(Object.entries(objectOf(json)));
        for (const [name, data] of changed) {
          if (data === undefined) expected.delete(name);
          else expected.set(name, data);
        }
        for (const body of [from(json), bodyOfValue(JSON.parse(json), limits)]) {
          expect(new Map(Object.entries(objectOf(textOf(body.edit(changed)))))).toEqual(expected);
        }
      }),
    );
  });

  it('keeps every byte that is not concerned', () => {
    const json = '{ "big":1e400 ,\n "model" : "a\\u0062" , "nested":{"b": 1.0,"a":[ ]} }\n';
    expect(textOf(from(json).edit(new Map([['model', 'x']])))).toBe(
      '{ "big":1e400 ,\n "model" : "x" , "nested":{"b": 1.0,"a":[ ]} }\n',
    );
    expect(textOf(from(json).edit(new Map()))).toBe(json);
    expect(textOf(from(json).edit(new Map([['n', 2]])))).toBe(
      '{ "big":1e400 ,\n "model" : "a\\u0062" , "nested":{"b": 1.0,"a":[ ]},"n":2 }\n',
    );
  });

  it.each([
    [['a'], '{ "b": 2 , "c":3 }'],
    [['b'], '{ "a" :1 , "c":3 }'],
    [['c'], '{ "a" :1 , "b": 2 }'],
    [['a', 'b'], '{ "c":3 }'],
    [['b', 'c'], '{ "a" :1 }'],
    [['a', 'c'], '{ "b": 2 }'],
    [['a', 'b', 'c'], '{  }'],
  ])('without %j loses the right commas', (names, rest) => {
    const removed = new Map(names.map((name) => [name, undefined]));
    expect(textOf(from('{ "a" :1 , "b": 2 , "c":3 }').edit(removed))).toBe(rest);
  });

  it('takes a first member into an object that has none, or has lost all', () => {
    expect(textOf(from('{ }').edit(new Map([['a', 1]])))).toBe('{"a":1 }');
    expect(
      textOf(
        from('{"b":1}').edit(
          new Map<string, unknown>([
            ['b', undefined],
            ['a', 'é"'],
          ]),
        ),
      ),
    ).toBe('{"a":"é\\""}');
  });

  it('renames members in place, and added ones', () => {
    const rename = { max_completion_tokens: 'max_tokens', user: 'safety_identifier' };
    expect(textOf(from('{"max_completion_tokens" : 5,"a":1}').edit(new Map([['user', 'u']]), rename))).toBe(
      '{"max_tokens" : 5,"a":1,"safety_identifier":"u"}',
    );
    expect(textOf(from('{"max_completion_tokens":5}').edit(new Map([['max_completion_tokens', 6]]), rename))).toBe(
      '{"max_tokens":6}',
    );
  });

  it('never bears a name twice after renaming: the member that had the name stays', () => {
    const rename = { a: 'c', b: 'c' };
    for (const [json, edited] of [
      ['{"a":1,"c":3}', { c: 3 }],
      ['{"c":3,"a":1}', { c: 3 }],
      ['{"a":1,"b":2}', { c: 1 }],
    ] as const) {
      expect(textOf(from(json).edit(new Map(), rename))).toBe(JSON.stringify(edited));
      expect(textOf(bodyOfValue(JSON.parse(json), limits).edit(new Map(), rename))).toBe(JSON.stringify(edited));
    }
    expect(textOf(from('{"c":3,"a":1}').edit(new Map([['c', undefined]]), rename))).toBe('{"c":1}');
  });

  it('reads a rename table as data only', () => {
    expect(textOf(from('{"toString":1,"__proto__":2}').edit(new Map(), {}))).toBe('{"toString":1,"__proto__":2}');
  });
});

describe('a body that the host has parsed', () => {
  it('gives its bytes, size and value', () => {
    const data = { model: 'é', list: [1] };
    const body = bodyOfValue(data, limits);
    expect(textOf(body.bytes())).toBe('{"model":"é","list":[1]}');
    expect(body.size).toBe(25);
    expect(body.bytes()).toBe(body.bytes());
    expect(body.text()).toMatch(/^\{"model":"..","list":\[1\]\}$/);
    expect(body.json()).toBe(data);
  });

  it('is held to the same depth as bytes are', () => {
    const nested = (levels: number): unknown => JSON.parse(`${'{"a":'.repeat(levels)}1${'}'.repeat(levels)}`);
    for (const levels of [63, 64, 65, 66]) {
      const refused = levels > 64;
      const json = JSON.stringify(nested(levels));
      const attempt = (run: () => unknown) =>
        refused
          ? expect(run).toThrow(expect.objectContaining({ code: 'body_too_deep' }) as Error)
          : expect(run).not.toThrow();
      attempt(() => from(json).fields());
      attempt(() => bodyOfValue(nested(levels), limits));
    }
  });

  it('is refused when it is a cycle, however it branches', () => {
    const cycle: Record<string, unknown> = {};
    cycle['a'] = cycle;
    cycle['b'] = [cycle, cycle, cycle];
    expect(() => bodyOfValue(cycle, limits)).toThrow(expect.objectContaining({ code: 'body_too_deep' }) as Error);
  });

  it('is refused when it can not be written as JSON, or is larger than the cap', () => {
    expect(() => bodyOfValue({ n: 1n }, limits).bytes()).toThrow(
      expect.objectContaining({ code: 'invalid_json' }) as Error,
    );
    expect(() => bodyOfValue({ text: 'é'.repeat(20) }, { maxBytes: 50, maxDepth: 64 }).bytes()).toThrow(
      expect.objectContaining({ code: 'body_too_large' }) as Error,
    );
  });

  it.each([
    [{ model: 'a/x', Model: 'a/expensive' }, 'model'],
    [{ MODEL: 'a/expensive' }, 'model'],
    [{ messages: [], me\u017f\u017fages: [] }, 'messages'],
    [{ \u212aey: 1, generateContentreque\u017ft: {} }, 'generateContentRequest'],
  ])('is refused like bytes are when a name that decisions rest on is spelled otherwise: %j', (data, param) => {
    const refused = expect.objectContaining({ code: 'duplicate_key', param }) as Error;
    for (const body of [from(JSON.stringify(data)), bodyOfValue(data, limits)]) {
      expect(() => body.fields()).toThrow(refused);
      expect(() => body.json()).toThrow(refused);
      expect(() => body.edit(new Map())).toThrow(refused);
    }
  });

  it('has no members that JSON has not: undefined ones, on any level', () => {
    const data = {
      model: 'a',
      max_tokens: undefined,
      Stream: undefined,
      run: () => 1,
      list: [{ name: undefined, a: 1 }, undefined],
    };
    const body = bodyOfValue(data, limits);
    const fields = body.fields();
    expect([...fields.keys()]).toEqual(['model', 'list']);
    expect([fields.has('max_tokens'), fields.has('run'), fields.get('run')]).toEqual([false, false, undefined]);
    expect(fields.get('list')).toStrictEqual([{ a: 1 }, null]);
    expect(body.json()).toStrictEqual(JSON.parse(textOf(body.bytes())));
    expect(textOf(body.edit(new Map([['max_tokens', 5]])))).toBe('{"model":"a","list":[{"a":1},null],"max_tokens":5}');
    expect(data.list[0]).toHaveProperty('name');
  });

  it('keeps __proto__ as a key like any other where it loses a member', () => {
    const data = { ...(JSON.parse('{"a":{"__proto__":{"polluted":true}}}') as object), b: undefined };
    const json = bodyOfValue(data, limits).json() as { a: object };
    expect(JSON.stringify(json)).toBe('{"a":{"__proto__":{"polluted":true}}}');
    expect(json.a).not.toHaveProperty('polluted');
  });

  it.each([[[]], ['text'], [1], [null], [undefined]])('has no fields when it is %j', (data) => {
    expect(() => bodyOfValue(data, limits).fields()).toThrow(
      expect.objectContaining({ code: 'invalid_request' }) as Error,
    );
  });
});
