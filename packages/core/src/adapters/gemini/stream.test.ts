import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createCollector } from '../../chat/collect.ts';
import type { ChatEvent } from '../../chat/events.ts';
import type { Part } from '../../chat/parts.ts';
import { replyToEvents } from '../../chat/replay.ts';
import type { ChatReply, Choice } from '../../chat/reply.ts';
import { UpstreamError } from '../../kit/errors.ts';
import type { Frame } from '../../transport/frame.ts';
import type { Exchange, Peek, Target } from '../adapter.ts';
import { gemini } from './index.ts';

const target: Target = {
  provider: 'google',
  model: 'gemini-3-pro',
  row: { format: 'gemini', auth: 'none', apiKeyEnv: [], serves: ['chat'], source: 'https://ai.google.dev/api' },
};
function exchange(framing: Peek['framing'] = 'sse'): Exchange {
  let made = 0;
  const newId = (prefix: string): string => {
    made += 1;
    return `${prefix}${made}`;
  };
  return { id: 'req-1', created: 1, model: 'alias', peek: { model: 'alias', stream: true, framing }, newId };
}
const sent = gemini.client.render(
  { messages: [{ role: 'user', content: [{ type: 'text', text: 'Hi' }] }] },
  target,
  exchange(),
);
const frame = (data: string | undefined): Frame => ({ raw: new Uint8Array(), event: undefined, data });
const ORIGIN = { format: 'gemini', provider: 'google', model: 'gemini-3-pro' };
const SIGNATURE = 'EqUCCqICAb4+9vsh8Pd5taZVoPzSvjWW';

function decode(chunks: readonly unknown[]): ChatEvent[] {
  const decoder = gemini.client.decoder(sent, exchange());
  return [...chunks.flatMap((chunk) => decoder.push(frame(JSON.stringify(chunk)))), ...decoder.end()];
}
function collect(events: readonly ChatEvent[]): ChatReply {
  const collector = createCollector();
  for (const event of events) collector.push(event);
  return collector.reply();
}
function encode(events: readonly ChatEvent[], framing?: Peek['framing']): string {
  const encoder = gemini.server.encoder(exchange(framing));
  return events.map((event) => String(encoder.push(event))).join('') + String(encoder.end());
}
const framesOf = (stream: string): unknown[] =>
  stream
    .split('\r\n\r\n')
    .filter((text) => text !== '')
    .map((text) => JSON.parse(text.replace(/^data: /, '')) as unknown);

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
        code: 'UNAVAILABLE',
        type: 'UNAVAILABLE',
      },
    });
  });

  it('throws SyntaxError on a broken frame, and goes on after it', () => {
    const decoder = gemini.client.decoder(sent, exchange());
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

describe('a stream to a client', () => {
  const events = replyToEvents({
    id: 'r1',
    model: 'm1',
    choices: [
      {
        content: [
          { type: 'reasoning', text: 'Hm' },
          { type: 'text', text: 'Hi\n"you"' },
          { type: 'tool-call', callId: 'c1', name: 'f', input: '{ "a":\n1 }' },
        ],
        stopReason: 'tool-calls',
      },
    ],
    usage: { input: 3, output: 4, reasoning: 5 },
  });
  const tail = { modelVersion: 'm1', responseId: 'r1' };
  const piece = (...parts: unknown[]): object => ({
    candidates: [{ content: { parts, role: 'model' }, index: 0 }],
    ...tail,
  });
  const expected = [
    piece({ text: 'Hm', thought: true }),
    piece({ text: 'Hi\n"you"' }),
    piece({ functionCall: { id: 'c1', name: 'f', args: { a: 1 } } }),
    {
      candidates: [{ content: { parts: [{ text: '' }], role: 'model' }, finishReason: 'STOP', index: 0 }],
      usageMetadata: { promptTokenCount: 3, candidatesTokenCount: 4, thoughtsTokenCount: 5, totalTokenCount: 12 },
      ...tail,
    },
  ];

  it('is server-sent events when asked for with alt=sse', () => {
    expect(gemini.server.encoder(exchange('sse')).contentType).toBe('text/event-stream');
    expect(framesOf(encode(events))).toEqual(expected);
    expect(encode(events)).toMatch(/^(?:data: [^\r\n]+\r\n\r\n)+$/);
  });

  it('is one JSON array otherwise', () => {
    expect(gemini.server.encoder(exchange('json-array')).contentType).toBe('application/json; charset=UTF-8');
    const stream = encode(events, 'json-array');
    expect(JSON.parse(stream)).toEqual(expected);
    expect(stream.startsWith('[{')).toBe(true);
    expect(stream).toContain('}\n,\r\n{');
  });

  it('joins a call that came in pieces, and keeps broken arguments', () => {
    const pieces = ['{"a', '":', '1}'].map(
      (text): ChatEvent => ({ type: 'tool-input-delta', choice: 0, part: 0, text }),
    );
    const start: ChatEvent = {
      type: 'part-start',
      choice: 0,
      part: 0,
      value: { type: 'tool-call', callId: 'c', name: 'f', input: '' },
    };
    const end: ChatEvent = { type: 'part-end', choice: 0, part: 0 };
    expect(framesOf(encode([start, ...pieces, end]))[0]).toMatchObject({
      candidates: [{ content: { parts: [{ functionCall: { args: { a: 1 } } }] } }],
    });
    expect(framesOf(encode([start, ...pieces.slice(0, 2), end]))[0]).toMatchObject({
      candidates: [{ content: { parts: [{ functionCall: { args: { input: '{"a":' } } }] } }],
    });
  });

  it('sends media whole, when the last piece of it is there', () => {
    const stream: ChatEvent[] = [
      {
        type: 'part-start',
        choice: 0,
        part: 0,
        value: { type: 'audio', source: { kind: 'base64', data: '', mediaType: 'audio/wav' } },
      },
      { type: 'media-delta', choice: 0, part: 0, data: 'AA', transcript: 'H' },
      { type: 'media-delta', choice: 0, part: 0, data: 'BB', transcript: 'i' },
      { type: 'part-end', choice: 0, part: 0 },
    ];
    expect(framesOf(encode(stream))[0]).toMatchObject({
      candidates: [
        {
          content: {
            parts: [{ inlineData: { mimeType: 'audio/wav', data: 'AABB' }, audioTranscription: { text: 'Hi' } }],
          },
        },
      ],
    });
  });

  it('lays the usage at the end over the one at the start', () => {
    const stream: ChatEvent[] = [
      { type: 'reply-start', usage: { input: 7, output: 1 } },
      { type: 'choice-end', choice: 0, stopReason: 'stop' },
      { type: 'usage', usage: { output: 9 } },
      { type: 'reply-end' },
    ];
    expect(framesOf(encode(stream))).toMatchObject([
      { usageMetadata: { promptTokenCount: 7, candidatesTokenCount: 9, totalTokenCount: 16 } },
    ]);
  });

  const broken = new UpstreamError('upstream_overloaded', 'busy', { retryAfter: 7 });
  const error = {
    code: 503,
    message: 'busy',
    status: 'UNAVAILABLE',
    details: [
      { '@type': 'type.googleapis.com/google.rpc.ErrorInfo', reason: 'UPSTREAM_OVERLOADED', domain: 'postern' },
      { '@type': 'type.googleapis.com/google.rpc.RetryInfo', retryDelay: '7s' },
    ],
  };

  it('that fails ends with an error in the band, and with no finish reason', () => {
    for (const framing of ['sse', 'json-array'] as const) {
      const encoder = gemini.server.encoder(exchange(framing));
      const stream =
        events
          .slice(0, 6)
          .map((event) => String(encoder.push(event)))
          .join('') + String(encoder.fail(broken));
      const sentFrames = framing === 'sse' ? framesOf(stream) : (JSON.parse(stream) as unknown[]);
      expect(sentFrames.at(-1)).toEqual({ error });
      expect(stream).not.toContain('finishReason');
    }
  });

  it('that fails before its first chunk is still readable', () => {
    expect(JSON.parse(String(gemini.server.encoder(exchange('json-array')).fail(broken)))).toEqual([{ error }]);
    expect(encode([], 'json-array')).toMatch(/^\[\{.*\}\n\]$/);
  });

  it('reports events that only another format understands', () => {
    const encoder = gemini.server.encoder(exchange());
    encoder.push({ type: 'native', format: 'openai-chat', name: 'odd', value: 1 });
    expect(encoder.dropped).toEqual(['odd']);
  });
});

const json = fc.dictionary(
  fc.string(),
  fc.oneof(fc.string(), fc.integer(), fc.boolean(), fc.constant(null), fc.array(fc.string(), { maxLength: 2 })),
  { maxKeys: 3 },
);
const words = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 12 });
const signed = fc.option(
  fc.constantFrom({ signature: SIGNATURE, origin: ORIGIN }, { signature: 'QUJD', origin: ORIGIN }),
  { nil: undefined },
);
const part: fc.Arbitrary<Part> = fc.oneof(
  fc.record({ text: words, sign: signed }).map(({ text, sign }): Part => ({ type: 'text', text, ...sign })),
  fc.constant<Part>({ type: 'text', text: '', signature: SIGNATURE, origin: ORIGIN }),
  fc
    .record({ text: words, sign: signed })
    .map(({ text, sign }): Part => ({ type: 'reasoning', text, summary: true, ...sign })),
  fc
    .record({ id: fc.uuid(), name: words, input: json, sign: signed })
    .map(
      ({ id, name, input, sign }): Part => ({
        type: 'tool-call',
        callId: id,
        name,
        input: JSON.stringify(input),
        ...sign,
      }),
    ),
  fc
    .record({ id: fc.uuid(), code: words })
    .map(
      ({ id, code }): Part => ({
        type: 'server-tool-call',
        id,
        callId: id,
        name: 'code_execution',
        input: JSON.stringify({ language: 'PYTHON', code }),
        origin: ORIGIN,
      }),
    ),
  fc.constantFrom<Part>(
    { type: 'image', source: { kind: 'base64', data: 'AAAA', mediaType: 'image/png' } },
    { type: 'native', format: 'gemini', name: 'hologram', value: { hologram: { a: 1 } } },
  ),
);

/** Texts without a signature in a row are one: the wire has no border between them. */
function settled(parts: readonly Part[]): Part[] {
  const joined: Part[] = [];
  for (const next of parts) {
    const last = joined.at(-1);
    if (
      (next.type === 'text' || next.type === 'reasoning') &&
      last?.type === next.type &&
      next.signature === undefined &&
      last.signature === undefined
    )
      joined[joined.length - 1] = { ...last, text: last.text + next.text };
    else joined.push(next);
  }
  return joined;
}
const choice: fc.Arbitrary<Choice> = fc
  .record({ parts: fc.array(part, { maxLength: 6 }), cut: fc.boolean() })
  .map(({ parts, cut }) => ({
    content: settled(parts),
    stopReason: cut ? 'length' : parts.some((item) => item.type === 'tool-call') ? 'tool-calls' : 'stop',
  }));
const reply: fc.Arbitrary<ChatReply> = fc
  .record({
    choices: fc.array(choice, { minLength: 1, maxLength: 3 }),
    input: fc.nat(),
    output: fc.nat(),
    reasoning: fc.nat(),
  })
  .map(({ choices, ...usage }) => ({ id: 'r1', model: 'm1', choices, usage }));

/** Cuts every text delta in two. */
const inTwo = (event: ChatEvent): ChatEvent[] => {
  if (event.type !== 'text-delta' && event.type !== 'reasoning-delta' && event.type !== 'tool-input-delta')
    return [event];
  const at = Math.floor(event.text.length / 2);
  return [
    { ...event, text: event.text.slice(0, at) },
    { ...event, text: event.text.slice(at) },
  ];
};

describe('any answer', () => {
  it('is the same after encoder and decoder (case 37: reassembled JSON equals its source)', () => {
    fc.assert(
      fc.property(reply, (given) => {
        const frames = framesOf(encode(replyToEvents(given).flatMap(inTwo)));
        expect(collect(decode(frames))).toEqual(given);
      }),
    );
  });

  it('is the same in a JSON array as in server-sent events', () => {
    fc.assert(
      fc.property(reply, (given) => {
        expect(JSON.parse(encode(replyToEvents(given), 'json-array'))).toEqual(framesOf(encode(replyToEvents(given))));
      }),
    );
  });

  it('is the same whole as streamed', () => {
    fc.assert(
      fc.property(reply, (given) => {
        const { body } = gemini.server.render(given, exchange());
        expect(gemini.client.parse(body, sent, exchange())).toEqual(given);
      }),
    );
  });

  it('cut anywhere before its last chunk never looks finished', () => {
    fc.assert(
      fc.property(reply, fc.nat(), (given, cut) => {
        const frames = framesOf(encode(replyToEvents(given)));
        expect(decode(frames.slice(0, cut % frames.length)).at(-1)).toMatchObject({
          type: 'fault',
          fault: { kind: 'incomplete' },
        });
      }),
    );
  });
});
