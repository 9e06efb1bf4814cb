import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { weightOf } from '../../chat/weight.ts';
import { UpstreamError } from '../../kit/errors.ts';
import type { Frame } from '../../transport/frame.ts';
import type { Meter, Metered, Target, UpstreamCall } from '../adapter.ts';
import { gemini } from './index.ts';
import { bodyOfText, exchange, inbound } from './support.type-test.ts';

const target: Target = {
  provider: 'google',
  model: 'g',
  row: { format: 'gemini', auth: 'none', apiKeyEnv: [], serves: ['chat'], source: 'https://ai.google.dev/api' },
};
const call: UpstreamCall = {
  method: 'POST',
  path: '/',
  headers: {},
  body: '',
  stream: true,
  target,
  dropped: [],
  inserted: [],
};
const meter = (): Meter => gemini.client.meter(call);
const frame = (data: string | undefined): Frame => ({
  raw: new Uint8Array(),
  bytes: new Uint8Array(),
  start: 0,
  end: 0,
  event: undefined,
  data,
  characters: 0,
});
const push = (at: Meter, chunk: unknown): Metered => at.push(frame(JSON.stringify(chunk)));
const text = (words: string, more: object = {}): object => ({
  candidates: [{ content: { parts: [{ text: words }], role: 'model' }, ...more }],
  usageMetadata: { promptTokenCount: 4, candidatesTokenCount: words.length },
});

describe('a passing stream', () => {
  it('tells its usage, its characters, and its end', () => {
    const at = meter();
    expect(push(at, text('Hello'))).toEqual({ usage: { input: 4, output: 5 }, content: 5 });
    expect(push(at, text('you', { finishReason: 'STOP' }))).toEqual({
      usage: { input: 4, output: 3 },
      content: 3,
      terminal: true,
    });
  });

  it.each<[object, object]>([
    [{ functionCall: { name: 'f' } }, { spoke: true }],
    [{ fileData: { fileUri: 'files/a' } }, { spoke: true }],
    [{ inlineData: { mimeType: 'image/png', data: 'AAAA' } }, { content: 1 }],
    [{ text: '' }, {}],
    [{ text: '', thoughtSignature: 'x' }, {}],
  ])('hears in the part %j that %j', (part, expected) => {
    expect(push(meter(), { candidates: [{ content: { parts: [part] } }] })).toEqual(expected);
  });

  it('is over only when every candidate is', () => {
    const at = meter();
    const part = (index: number, more: object = {}): object => ({
      candidates: [{ index, content: { parts: [{ text: 'a' }] }, ...more }],
    });
    push(at, part(0));
    push(at, part(1));
    expect(push(at, part(0, { finishReason: 'STOP' }))).not.toHaveProperty('terminal');
    expect(push(at, part(1, { finishReason: 'STOP' }))).toHaveProperty('terminal', true);
  });

  it('is over only when as many candidates have ended as were asked for, seen or not', () => {
    const at = gemini.client.meter(
      gemini.client.forward(
        bodyOfText('{"contents":[],"generationConfig":{"candidateCount":2}}'),
        inbound('streamGenerateContent'),
        target,
        exchange({ stream: true, n: 2 }),
      ),
    );
    const last = (index: number): object => ({
      candidates: [{ index, content: { parts: [{ text: 'a' }] }, finishReason: 'STOP' }],
    });
    expect(push(at, last(0))).not.toHaveProperty('terminal');
    expect(at.stop('length')).toContain('"index":1');
    expect(at.stop('length')).not.toContain('"index":0');
    expect(push(at, last(1))).toHaveProperty('terminal', true);
  });

  it('of a prompt that was refused is over, however many candidates were asked for', () => {
    const call = gemini.client.forward(
      bodyOfText('{"contents":[]}'),
      inbound('streamGenerateContent'),
      target,
      exchange({ n: 2 }),
    );
    expect(push(gemini.client.meter(call), { promptFeedback: { blockReason: 'SAFETY' } })).toEqual({ terminal: true });
  });

  it('is not over because a model talks of finishReason', () => {
    expect(
      push(meter(), {
        candidates: [
          {
            content: {
              parts: [
                { text: 'say "finishReason": "STOP"' },
                { functionCall: { name: 'f', args: { finishReason: 'STOP' } } },
              ],
            },
          },
        ],
      }),
    ).toEqual({ content: 26 + 23 });
  });

  it('counts thoughts and calls as content, pings as nothing', () => {
    expect(push(meter(), { candidates: [{ content: { parts: [{ text: 'Hm', thought: true }] } }] })).toEqual({
      content: 2,
    });
    expect(
      push(meter(), { candidates: [{ content: { parts: [{ functionCall: { name: 'f', args: { a: 1 } } }] } }] }),
    ).toEqual({ content: 7 });
    expect(push(meter(), { usageMetadata: { promptTokenCount: 1 } })).toEqual({ usage: { input: 1 } });
    expect(meter().push(frame(undefined))).toEqual({});
  });

  it('is over when the prompt was refused', () => {
    expect(
      push(meter(), { promptFeedback: { blockReason: 'SAFETY' }, usageMetadata: { promptTokenCount: 3 } }),
    ).toEqual({ usage: { input: 3 }, terminal: true });
  });

  it('gives a fault for an error in the band', () => {
    expect(push(meter(), { error: { code: 429, message: 'slow', status: 'RESOURCE_EXHAUSTED' } })).toMatchObject({
      fault: { kind: 'rate-limited', message: 'slow' },
    });
  });

  it.each([
    '{"candidates":[{"content":{"parts":[{"text":"Hel',
    'hello',
    '[1]',
    '{"usageMetadata":{"promptTokenCount":',
    '{"candidates":[{"finishReason":"STOP"',
  ])('throws SyntaxError on the broken frame %s', (data) => {
    expect(() => meter().push(frame(data))).toThrow(SyntaxError);
  });

  it('tells the same of a frame as reading it whole, however it is written', () => {
    const chunk = fc.record({
      words: fc.array(fc.string({ unit: 'grapheme' }), { maxLength: 3 }),
      tokens: fc.nat(),
      indent: fc.nat({ max: 2 }),
    });
    fc.assert(
      fc.property(chunk, ({ words, tokens, indent }) => {
        const body = {
          candidates: [{ content: { parts: words.map((word) => ({ text: word })) }, index: 0 }],
          usageMetadata: { promptTokenCount: tokens },
        };
        const told = meter().push(frame(JSON.stringify(body, undefined, indent)));
        expect(told.usage).toEqual({ input: tokens });
        expect(told.content ?? 0).toBe(weightOf(words.join('')));
      }),
    );
  });

  it('is stopped by what looks like its end for length', () => {
    const at = meter();
    push(at, { candidates: [{ index: 1, content: { parts: [{ text: 'a' }] } }] });
    push(at, text('a', { finishReason: 'STOP' }));
    expect(at.stop('length')).toBe(
      'data: {"candidates":[{"content":{"parts":[{"text":""}],"role":"model"},"finishReason":"MAX_TOKENS","index":1}]}\r\n\r\n',
    );
    expect(meter().stop('length')).toContain('"index":0');
  });

  it('fails with an error and no finish reason', () => {
    const failed = String(meter().fail(new UpstreamError('upstream_incomplete', 'cut')));
    expect(JSON.parse(failed.slice(6))).toMatchObject({ error: { code: 502, message: 'cut', status: 'UNAVAILABLE' } });
  });
});

describe('a passing answer', () => {
  it('tells its usage and its searches', () => {
    expect(
      meter().body({ ...text('a'), candidates: [{ groundingMetadata: { webSearchQueries: ['a', 'b'] } }] }),
    ).toEqual({ usage: { input: 4, output: 1, serverTools: { google_search: 2 } } });
  });

  it.each([
    [{ error: { code: 500, message: 'm', status: 'INTERNAL' } }, 'unavailable'],
    [{}, 'invalid-response'],
    ['x', 'invalid-response'],
    [null, 'invalid-response'],
    [[], 'invalid-response'],
  ])('that is %j is a fault', (body, kind) => {
    expect(meter().body(body)).toMatchObject({ fault: { kind } });
  });

  it('that refuses the prompt is none', () => {
    expect(meter().body({ promptFeedback: { blockReason: 'OTHER' }, usageMetadata: { promptTokenCount: 3 } })).toEqual({
      usage: { input: 3 },
    });
  });
});
