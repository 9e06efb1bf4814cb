import { describe, expect, it } from 'vitest';
import type { Part } from '../../chat/parts.ts';
import { gemini } from './index.ts';
import { collect, decode, exchange, frame, ORIGIN, SIGNATURE, target } from './support.type-test.ts';

const SENT = gemini.client.render({ messages: [] }, target(), exchange());

/** A chunk as the API sends it: https://ai.google.dev/api/generate-content#method:-models.streamgeneratecontent */
const chunk = (parts: unknown[] | undefined, more: object = {}, usage: object = { promptTokenCount: 4 }): object => ({
  candidates: [{ ...(parts !== undefined && { content: { parts, role: 'model' } }), index: 0, ...more }],
  usageMetadata: usage,
  modelVersion: 'gemini-3-pro-preview',
  responseId: 'r1',
});
const STOP = { finishReason: 'STOP' };
const content = (chunks: readonly unknown[]): Part[] | undefined => collect(decode(chunks)).choices[0]?.content;

describe('a stream of the vendor', () => {
  it('is a start, parts with their deltas, and an end', () => {
    expect(
      decode([
        chunk([{ text: 'Hel' }]),
        chunk([{ text: 'lo' }], STOP, { promptTokenCount: 4, candidatesTokenCount: 2, totalTokenCount: 6 }),
      ]),
    ).toEqual([
      { type: 'reply-start', id: 'r1', model: 'gemini-3-pro-preview' },
      { type: 'part-start', choice: 0, part: 0, value: { type: 'text', text: '' } },
      { type: 'text-delta', choice: 0, part: 0, text: 'Hel' },
      { type: 'usage', usage: { input: 4 } },
      { type: 'text-delta', choice: 0, part: 0, text: 'lo' },
      { type: 'usage', usage: { input: 4, output: 2 } },
      { type: 'part-end', choice: 0, part: 0 },
      { type: 'choice-end', choice: 0, stopReason: 'stop' },
      { type: 'reply-end' },
    ]);
  });

  it('tells the tier at the start when the first chunk does, for clients that want it there', () => {
    const told = decode([chunk([{ text: 'x' }], STOP, { promptTokenCount: 1, serviceTier: 'priority' })]);
    expect(told[0]).toMatchObject({ type: 'reply-start', serviceTier: 'priority' });
    expect(told.at(-1)).toMatchObject({ type: 'reply-end', serviceTier: 'priority' });
  });

  it('begins a new part where thinking turns into text, and gives a call whole', () => {
    expect(
      content([
        chunk([{ text: 'H', thought: true }]),
        chunk([{ text: 'm', thought: true }, { text: 'I ' }]),
        chunk(
          [
            { text: 'look.' },
            { functionCall: { name: 'f', args: { a: 1 } }, thoughtSignature: SIGNATURE },
            { functionCall: { id: 'x', name: 'g' } },
          ],
          STOP,
        ),
      ]),
    ).toEqual([
      { type: 'reasoning', text: 'Hm', summary: true },
      { type: 'text', text: 'I look.' },
      { type: 'tool-call', callId: 'call_1', name: 'f', input: '{"a":1}', signature: SIGNATURE, origin: ORIGIN },
      { type: 'tool-call', callId: 'x', name: 'g', input: '{}' },
    ]);
  });

  it('gives a call as a start, one piece of input, and an end', () => {
    expect(decode([chunk([{ functionCall: { id: 'x', name: 'f', args: { a: 'b' } } }], STOP)]).slice(1, 4)).toEqual([
      { type: 'part-start', choice: 0, part: 0, value: { type: 'tool-call', callId: 'x', name: 'f', input: '' } },
      { type: 'tool-input-delta', choice: 0, part: 0, text: '{"a":"b"}' },
      { type: 'part-end', choice: 0, part: 0 },
    ]);
  });

  it('keeps a signature that comes last on an empty part (case 63)', () => {
    expect(content([chunk([{ text: 'Hi' }]), chunk([{ text: '', thoughtSignature: SIGNATURE }], STOP)])).toEqual([
      { type: 'text', text: 'Hi' },
      { type: 'text', text: '', signature: SIGNATURE, origin: ORIGIN },
    ]);
  });

  it('never lets a signature cover text that it did not come with', () => {
    expect(
      content([
        chunk([{ text: 'a' }]),
        chunk([{ text: 'b', thoughtSignature: SIGNATURE }]),
        chunk([{ text: 'c' }], STOP),
      ]),
    ).toEqual([
      { type: 'text', text: 'a' },
      { type: 'text', text: 'b', signature: SIGNATURE, origin: ORIGIN },
      { type: 'text', text: 'c' },
    ]);
  });

  it('tells several candidates apart, however they interleave', () => {
    const at = (index: number, text: string, more: object = {}): object => ({
      candidates: [{ index, content: { parts: [{ text }] }, ...more }],
    });
    const reply = collect(
      decode([at(1, 'b1'), at(0, 'a1'), at(1, 'b2', { finishReason: 'MAX_TOKENS' }), at(0, 'a2', STOP)]),
    );
    expect(reply.choices).toMatchObject([
      { content: [{ text: 'a1a2' }], stopReason: 'stop' },
      { content: [{ text: 'b1b2' }], stopReason: 'length' },
    ]);
  });

  it('is cut when it ends before as many candidates as were asked for have ended', () => {
    const call = gemini.client.render({ messages: [], n: 2 }, target(), exchange());
    const last = (index: number): string =>
      JSON.stringify({ candidates: [{ index, content: { parts: [{ text: 'a' }] }, ...STOP }] });
    const cut = gemini.client.decoder(call, exchange());
    cut.push(frame(last(0)));
    expect(cut.whole).toBe(false);
    expect(cut.end()).toMatchObject([{ type: 'fault', fault: { kind: 'incomplete' } }]);
    const whole = gemini.client.decoder(call, exchange());
    whole.push(frame(last(0)));
    whole.push(frame(last(1)));
    expect(whole.whole).toBe(true);
    expect(whole.end().at(-1)).toMatchObject({ type: 'reply-end' });
  });

  it('takes the reason from what happened: a call in an earlier chunk than STOP', () => {
    expect(
      collect(decode([chunk([{ functionCall: { name: 'f' } }]), chunk([{ text: '' }], STOP)])).choices[0]?.stopReason,
    ).toBe('tool-calls');
  });

  it('counts the usage of the last chunk, not the sum (case 24)', () => {
    const usage = (candidatesTokenCount: number): object => ({ promptTokenCount: 4, candidatesTokenCount });
    expect(
      collect(
        decode([
          chunk([{ text: 'a' }], {}, usage(1)),
          chunk([{ text: 'b' }], STOP, usage(2)),
          { usageMetadata: usage(2) },
        ]),
      ).usage,
    ).toEqual({ input: 4, output: 2 });
  });

  it('puts citations on the text they belong to, though they come with the end', () => {
    const groundingMetadata = {
      webSearchQueries: ['q'],
      groundingChunks: [{ web: { uri: 'https://a', title: 'A' } }],
      groundingSupports: [{ segment: { startIndex: 3, endIndex: 6, text: 'two' }, groundingChunkIndices: [0] }],
    };
    const reply = collect(
      decode([
        chunk([{ text: 'é ' }]),
        chunk([{ text: 'two' }, { text: '', thoughtSignature: SIGNATURE }], { ...STOP, groundingMetadata }),
      ]),
    );
    expect(reply.choices[0]).toMatchObject({
      content: [
        { text: 'é two', annotations: [{ kind: 'url', url: 'https://a', title: 'A', start: 2, end: 5 }] },
        { text: '' },
      ],
      native: { gemini: { groundingMetadata } },
    });
    expect(reply.usage).toEqual({ input: 4, serverTools: { google_search: 1 } });
  });

  it('keeps token probabilities with their text, once', () => {
    const logprobsResult = {
      chosenCandidates: [{ token: 'a', logProbability: -1 }],
      topCandidates: [{ candidates: [] }],
    };
    const reply = collect(
      decode([chunk([{ text: 'a' }], { logprobsResult }), chunk([{ text: 'b' }], { ...STOP, avgLogprobs: -1 })]),
    );
    expect(reply.choices[0]).toMatchObject({
      logprobs: { content: [{ token: 'a', logprob: -1 }] },
      native: { gemini: { avgLogprobs: -1 } },
    });
    expect(reply.choices[0]?.native?.['gemini']).not.toHaveProperty('logprobsResult');
  });

  it('may refuse the prompt instead', () => {
    expect(
      decode([
        { promptFeedback: { blockReason: 'SAFETY' }, usageMetadata: { promptTokenCount: 8 }, modelVersion: 'm' },
      ]),
    ).toEqual([
      { type: 'reply-start', model: 'm' },
      { type: 'usage', usage: { input: 8 } },
      { type: 'choice-end', choice: 0, stopReason: 'content-filter', nativeStopReason: 'SAFETY' },
      { type: 'reply-end', native: { gemini: { promptFeedback: { blockReason: 'SAFETY' } } } },
    ]);
  });

  it.each([
    ['after 8 of 20 tokens (cases 31, 35)', [chunk([{ text: 'a' }])]],
    ['before any chunk', []],
    ['after usage alone', [{ usageMetadata: { promptTokenCount: 1 } }]],
    [
      'with one candidate open',
      [chunk([{ text: 'a' }], STOP), { candidates: [{ index: 1, content: { parts: [{ text: 'b' }] } }] }],
    ],
    ['after a call without an end', [chunk([{ functionCall: { name: 'f' } }])]],
  ])('that is cut %s never looks finished', (_, chunks) => {
    const events = decode(chunks);
    expect(events.at(-1)).toMatchObject({ type: 'fault', fault: { kind: 'incomplete' } });
    expect(events.filter((event) => event.type === 'choice-end' || event.type === 'reply-end')).toEqual([]);
  });

  it('that breaks with an error in the band ends with a fault, and with nothing after it', () => {
    const events = decode([
      chunk([{ text: 'a' }]),
      { error: { code: 503, message: 'The model is overloaded.', status: 'UNAVAILABLE' } },
      chunk([{ text: 'b' }], STOP),
    ]);
    expect(events.at(-1)).toEqual({
      type: 'fault',
      fault: {
        kind: 'overloaded',
        message: 'The model is overloaded.',
        status: 503,

        type: 'UNAVAILABLE',
      },
    });
  });

  it('throws SyntaxError on a broken frame, and goes on after it', () => {
    const decoder = gemini.client.decoder(SENT, exchange());
    decoder.push(frame(JSON.stringify(chunk([{ text: 'a' }]))));
    expect(() => decoder.push(frame('{"candidates":[{"content"'))).toThrow(SyntaxError);
    expect(() => decoder.push(frame('7'))).toThrow(SyntaxError);
    expect(decoder.push(frame(undefined))).toEqual([]);
    expect(
      decoder.push(frame(JSON.stringify(chunk([{ text: 'b' }], STOP)))).filter((event) => event.type === 'text-delta'),
    ).toMatchObject([{ text: 'b' }]);
    expect(decoder.end().at(-1)).toEqual({ type: 'reply-end' });
  });
});
