import { describe, expect, it } from 'vitest';
import type { ChatEvent } from '../../chat/events.ts';
import { replyToEvents } from '../../chat/replay.ts';
import { UpstreamError } from '../../kit/errors.ts';
import { gemini } from './index.ts';
import { decode, encode, exchange, framesOf, SIGNATURE } from './support.type-test.ts';

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
    expect(gemini.server.encoder(exchange({ stream: true, framing: 'sse' })).contentType).toBe('text/event-stream');
    expect(framesOf(encode(events))).toEqual(expected);
    expect(encode(events)).toMatch(/^(?:data: [^\r\n]+\r\n\r\n)+$/);
  });

  it('is one JSON array otherwise', () => {
    expect(gemini.server.encoder(exchange({ stream: true, framing: 'json-array' })).contentType).toBe(
      'application/json; charset=UTF-8',
    );
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
      const encoder = gemini.server.encoder(exchange({ stream: true, framing }));
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
    expect(
      JSON.parse(String(gemini.server.encoder(exchange({ stream: true, framing: 'json-array' })).fail(broken))),
    ).toEqual([{ error }]);
    expect(encode([], 'json-array')).toMatch(/^\[\{.*\}\n\]$/);
  });

  it('reports events that only another format understands', () => {
    const encoder = gemini.server.encoder(exchange({ stream: true, framing: 'sse' }));
    encoder.push({ type: 'native', format: 'openai-chat', name: 'odd', value: 1 });
    expect(encoder.dropped).toEqual(['odd']);
  });
});

describe('a stream of the same vendor', () => {
  const piece = (parts: unknown[], more: object = {}): object => ({
    candidates: [{ content: { parts, role: 'model' }, index: 0, ...more }],
    modelVersion: 'gemini-3.5-flash',
    responseId: 'r1',
  });
  const GROUNDING = {
    webSearchQueries: ['q'],
    groundingChunks: [{ web: { uri: 'https://a', title: 'A' } }],
    groundingSupports: [{ segment: { endIndex: 5, text: 'Hello' }, groundingChunkIndices: [0] }],
  };
  const LOGPROBS = { chosenCandidates: [{ token: 'H', logProbability: -1 }], topCandidates: [{ candidates: [] }] };

  it('comes out piece by piece as it came in, what it ended with on a last piece of its own', () => {
    const pieces = [
      piece([{ text: 'Hm', thought: true }]),
      piece([{ text: 'Hello' }], { logprobsResult: LOGPROBS }),
      piece([{ text: ' you', thoughtSignature: SIGNATURE }], { logprobsResult: LOGPROBS }),
      piece([{ functionCall: { id: 'f1', name: 'f', args: { a: 1 } }, thoughtSignature: SIGNATURE }]),
      piece([{ inlineData: { mimeType: 'image/png', data: 'AAAA' } }]),
      piece([{ hologram: { a: 1 } }]),
      piece([{ text: '', thoughtSignature: SIGNATURE }]),
    ];
    const end = {
      finishReason: 'RECITATION',
      groundingMetadata: GROUNDING,
      safetyRatings: [{ category: 'X', probability: 'LOW' }],
    };
    const usageMetadata = { promptTokenCount: 4, candidatesTokenCount: 2, totalTokenCount: 6 };
    const last = { ...piece([{ text: '' }], end), usageMetadata, modelStatus: { modelStage: 'STABLE' } };
    expect(framesOf(encode(decode([...pieces, last])))).toEqual([...pieces, last]);
  });

  it('that refused the prompt is refused without a candidate', () => {
    const refused = { promptFeedback: { blockReason: 'SAFETY' }, modelVersion: 'm', responseId: 'r1' };
    expect(framesOf(encode(decode([refused])))).toEqual([refused]);
  });
});

describe('a stream of another vendor', () => {
  it('has its citations at its end', () => {
    const annotations = [{ kind: 'url' as const, url: 'https://a', title: 'A', start: 1, end: 3 }];
    const events = replyToEvents({
      choices: [{ content: [{ type: 'text', text: 'é ü', annotations }], stopReason: 'stop' }],
    });
    expect(framesOf(encode(events)).at(-1)).toMatchObject({
      candidates: [
        {
          groundingMetadata: {
            groundingChunks: [{ web: { uri: 'https://a', title: 'A' } }],
            groundingSupports: [{ segment: { startIndex: 2, endIndex: 5, text: ' ü' }, groundingChunkIndices: [0] }],
          },
        },
      ],
    });
  });

  it('that never said how it ended has no finish reason', () => {
    const stream = encode([
      { type: 'part-start', choice: 0, part: 0, value: { type: 'text', text: 'a' } },
      { type: 'part-end', choice: 0, part: 0 },
    ]);
    expect(stream).toContain('"text":"a"');
    expect(stream).not.toContain('finishReason');
  });

  it('loses nothing to deltas of parts that never began', () => {
    const encoder = gemini.server.encoder(exchange({ stream: true, framing: 'sse' }));
    expect(encoder.push({ type: 'tool-input-delta', choice: 0, part: 3, text: '{}' })).toBe('');
    expect(encoder.push({ type: 'part-end', choice: 0, part: 3 })).toBe('');
    expect(encoder.push({ type: 'text-delta', choice: 0, part: 3, text: 'a' })).toContain('"text":"a"');
  });
});
