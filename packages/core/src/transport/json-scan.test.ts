import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { GatewayError } from '../kit/errors.ts';
import { portableByteText } from './byte-text.ts';
import { DECISIVE_KEYS, decisiveKeys } from './decisive-keys.ts';
import { type Member, scanObject } from './json-scan.ts';

const encoder = new TextEncoder();

function scan(json: string, maxDepth = 64): Member[] {
  const source = portableByteText(encoder.encode(json));
  if (source === undefined) throw new Error('The test gave broken UTF-8.');
  return scanObject(source, { maxDepth, decisive: DECISIVE_KEYS });
}

function refusal(json: string, maxDepth?: number): Pick<GatewayError, 'code' | 'param'> | undefined {
  try {
    scan(json, maxDepth);
  } catch (error) {
    const { code, param } = error as GatewayError;
    return { code, param };
  }
  return undefined;
}

describe('the scanner', () => {
  it('gives the span of every top-level member in bytes', () => {
    const json = ' { "é" : "ü" , "model":\t"m", "list":[1,{"a":"]"}] }\n';
    const bytes = encoder.encode(json);
    const cut = (from: number, to: number): string => new TextDecoder().decode(bytes.subarray(from, to));
    const spans = scan(json).map(({ key, keyStart, keyEnd, start, end }) => [
      key,
      cut(keyStart, keyEnd),
      cut(start, end),
    ]);
    expect(spans).toEqual([
      ['é', '"é"', '"ü"'],
      ['model', '"model"', '"m"'],
      ['list', '"list"', '[1,{"a":"]"}]'],
    ]);
  });

  it.each([
    '{}',
    ' {\n} ',
    '{"a":{}}',
    '{"a":[]}',
    '{"a":-0.5e+3,"b":true,"c":false,"d":null,"e":0}',
    String.raw`{"a":"\\\"\\\\"}`,
  ])('takes %s', (json) => {
    expect(scan(json).map(({ key }) => key)).toEqual(Object.keys(JSON.parse(json) as object));
  });

  it.each([
    '',
    ' ',
    '{',
    '}',
    '{"a"',
    '{"a":',
    '{"a":1',
    '{"a":1,',
    '{"a":1,}',
    '{,"a":1}',
    '{"a" 1}',
    '{"a":1 "b":2}',
    '{a:1}',
    "{'a':1}",
    '{"a":1}}',
    '{"a":1}x',
    '{"a":1}{"b":2}',
    '{"a":01}',
    '{"a":+1}',
    '{"a":1.}',
    '{"a":.5}',
    '{"a":-}',
    '{"a":tru}',
    '{"a":True}',
    '{"a":NaN}',
    '{"a":undefined}',
    '{"a":1e}',
    '{"a":0x1}',
    '{"a":[}',
    '{"a":{]}',
    '{"a":[1,2}',
    '{"a":"x}',
    String.raw`{"a":"x\"}`,
    '{"a":[["]"]}',
    '\u00a0{"a":1}',
    '\ufeff{"a":1}',
    String.raw`{"\x":1}`,
    '{"a\nb":1}',
    'hello',
    '<html>',
  ])('refuses %j as broken JSON', (json) => {
    expect(refusal(json)).toEqual({ code: 'invalid_json', param: undefined });
  });

  it.each(['[]', '"text"', '1', '-1', 'true', 'false', 'null'])('refuses %s, which is JSON but no object', (json) => {
    expect(refusal(json)?.code).toBe('invalid_request');
  });

  it('counts the object itself and every nested list or object as one level', () => {
    const nested = (levels: number): string => `{"a":${'['.repeat(levels - 1)}${']'.repeat(levels - 1)}}`;
    expect(refusal(nested(5), 5)).toBeUndefined();
    expect(refusal(nested(6), 5)?.code).toBe('body_too_deep');
    expect(refusal('{"a":[{"b":[]}]}', 3)?.code).toBe('body_too_deep');
    expect(refusal(`{"a":${'['.repeat(100_000)}`)?.code).toBe('body_too_deep');
    expect(refusal('{"a":[],"b":[],"c":[]}', 2)).toBeUndefined();
  });

  it('does not count brackets inside strings', () => {
    expect(refusal(`{"a":"${'['.repeat(100)}","b":["{{{{"]}`, 2)).toBeUndefined();
  });
});

describe('a key that decisions rest on', () => {
  it.each([
    ['stands twice', '{"model":"cheap","model":"dear"}', 'model'],
    ['stands twice, far apart', `{"model":"cheap","messages":["${'x'.repeat(5000)}"],"model":"dear"}`, 'model'],
    ['is written with an escape', String.raw`{"mode\u006c":"dear"}`, 'model'],
    ['is written with escapes only', String.raw`{"\u006e":5}`, 'n'],
    ['stands plainly and with an escape', String.raw`{"stream":false,"str\u0065am":true}`, 'stream'],
    ['is written in capitals, which some parsers take for it', '{"model":"cheap","Model":"dear"}', 'model'],
    ['is written with a long s, which some parsers fold', '{"meſſages":[]}', 'messages'],
    ['is written with a Kelvin sign, which some parsers fold', '{"max_toKens":9}', 'max_tokens'],
    ['is written in capitals with an escape', String.raw`{"\u004dODEL":"dear"}`, 'model'],
  ])('is refused when it %s', (_, json, param) => {
    expect(refusal(json)).toEqual({ code: 'duplicate_key', param });
  });

  it('may stand in nested objects as often as it likes', () => {
    expect(refusal('{"model":"m","metadata":{"model":"a","Model":"b"}}')).toBeUndefined();
  });

  it('is one of the given list: other keys may stand twice and in any spelling', () => {
    expect(refusal(String.raw`{"x":1,"x":2,"X":3,"\u0078":4,"__proto__":5}`)).toBeUndefined();
    const source = portableByteText(encoder.encode('{"seed":1,"seed":2}'));
    if (source === undefined) throw new Error('unreachable');
    expect(() => scanObject(source, { maxDepth: 64, decisive: decisiveKeys(['seed']) })).toThrow(
      '"seed" stands more than once',
    );
  });
});

describe('any text', () => {
  it('is taken or refused by a typed error, and taken whenever JSON.parse takes it as an object without odd keys', () => {
    const characters = fc.constantFrom(
      '{',
      '}',
      '[',
      ']',
      '"',
      ':',
      ',',
      '\\',
      'a',
      '1',
      '-',
      '.',
      'e',
      ' ',
      '\n',
      'true',
      'null',
      'é',
      'u0061',
    );
    fc.assert(
      fc.property(fc.array(characters, { maxLength: 24 }), (pieces) => {
        const json = `{${pieces.join('')}}`;
        const refused = refusal(json)?.code;
        if (refused !== undefined) expect(['invalid_json', 'duplicate_key', 'body_too_deep']).toContain(refused);
        if (parses(json)) expect(refused).toBeUndefined();
      }),
      { numRuns: 3000 },
    );
  });
});

function parses(json: string): boolean {
  try {
    JSON.parse(json);
    return true;
  } catch {
    return false;
  }
}
