import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ChatEvent } from '../../chat/events.ts';
import { replyToEvents } from '../../chat/replay.ts';
import { RequestError, UpstreamError } from '../../kit/errors.ts';
import { createEventStreamReader } from '../../transport/event-stream.ts';
import type { Json } from '../shared/read.ts';
import { bedrockConverse } from './index.ts';
import {
  answer,
  collect,
  decode,
  type Events,
  encode,
  eventsOf,
  exchange,
  frames,
  message,
  ORIGIN,
  read,
  send,
} from './support.type-test.ts';

const USAGE = { usage: { inputTokens: 5, outputTokens: 7, totalTokens: 12 }, metrics: { latencyMs: 9 } };
const delta = (contentBlockIndex: number, value: Json): [string, Json] => [
  'contentBlockDelta',
  { contentBlockIndex, delta: value, p: 'abc' },
];
const stop = (contentBlockIndex: number): [string, Json] => ['contentBlockStop', { contentBlockIndex }];
const start: [string, Json] = ['messageStart', { role: 'assistant' }];
const end = (stopReason: string, more: Json = {}): Events => [
  ['messageStop', { stopReason, ...more }],
  ['metadata', USAGE],
];

/** Source: https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_ConverseStream.html */
const TEXT: Events = [start, delta(0, { text: 'Hel' }), delta(0, { text: 'lo' }), stop(0), ...end('end_turn')];
const THOUGHT_AND_CALL: Events = [
  start,
  delta(0, { reasoningContent: { text: 'Hm' } }),
  delta(0, { reasoningContent: { text: '.' } }),
  delta(0, { reasoningContent: { signature: 'c2ln' } }),
  stop(0),
  ['contentBlockStart', { contentBlockIndex: 1, start: { toolUse: { toolUseId: 'tooluse_1', name: 'look' } } }],
  delta(1, { toolUse: { input: '{"at":' } }),
  delta(1, { toolUse: { input: '"Bern"}' } }),
  stop(1),
  ...end('tool_use'),
];

describe('a stream of Converse', () => {
  it('is the answer that the same call gives whole', () => {
    expect(collect(decode(TEXT)).choices).toEqual(read(answer([{ text: 'Hello' }])).choices);
    const whole = [
      { reasoningContent: { reasoningText: { text: 'Hm.', signature: 'c2ln' } } },
      { toolUse: { toolUseId: 'tooluse_1', name: 'look', input: { at: 'Bern' } } },
    ];
    expect(collect(decode(THOUGHT_AND_CALL)).choices).toEqual(read(answer(whole, { stopReason: 'tool_use' })).choices);
  });

  it('keeps sealed reasoning byte for byte, also when it comes in pieces', () => {
    const pieces = [
      delta(0, { reasoningContent: { redactedContent: 'AAE=' } }),
      delta(0, { reasoningContent: { redactedContent: 'AgM=' } }),
    ];
    const [choice] = collect(decode([start, ...pieces, stop(0), ...end('end_turn')])).choices;
    expect(choice?.content).toEqual([{ type: 'reasoning', text: '', encrypted: 'AAECAw==', origin: ORIGIN }]);
  });

  it('ends a call without arguments with an empty object', () => {
    const call: Events = [
      start,
      ['contentBlockStart', { contentBlockIndex: 0, start: { toolUse: { toolUseId: 't', name: 'now' } } }],
      delta(0, { toolUse: { input: '' } }),
      stop(0),
      ...end('end_turn'),
    ];
    expect(collect(decode(call)).choices[0]).toMatchObject({ content: [{ input: '{}' }], stopReason: 'tool-calls' });
  });

  it('without messageStop is never a good answer (case 35)', () => {
    for (const cut of [TEXT.slice(0, -2), [...TEXT.slice(0, -2), ['metadata', USAGE] as const], TEXT.slice(0, 1)])
      expect(decode(cut).at(-1)).toMatchObject({ type: 'fault', fault: { kind: 'incomplete' } });
  });

  it('that is cut behind messageStop is whole', () => {
    expect(decode(TEXT.slice(0, -1)).at(-1)).toMatchObject({ type: 'reply-end' });
  });

  it.each([
    ['throttlingException', 'rate-limited', 429],
    ['modelStreamErrorException', 'unavailable', 424],
    ['internalServerException', 'unavailable', 500],
    ['serviceUnavailableException', 'overloaded', 503],
    ['validationException', 'rejected', 400],
  ])('ends with what %s says', (name, kind, status) => {
    const events = decode([start, delta(0, { text: 'a' }), [name, { message: 'No.' }], ...TEXT]);
    expect(events.at(-1)).toMatchObject({ type: 'fault', fault: { kind, status, message: 'No.' } });
    expect(events.filter(({ type }) => type === 'reply-end')).toEqual([]);
  });

  it('throws SyntaxError for a payload that is broken JSON, so that it is withheld', () => {
    const decoder = bedrockConverse.client.decoder(send({}).call, exchange());
    const broken = frames(message(['contentBlockDelta', {}]))[0];
    if (broken === undefined) throw new Error('no frame');
    expect(() => decoder.push({ ...broken, event: 'contentBlockDelta', data: '{"delta":' })).toThrow(SyntaxError);
  });

  it('gives back a response format that stood as a tool as text', () => {
    const format = { type: 'json-schema', schema: { type: 'object' } } as const;
    const { call, body } = send({ responseFormat: format }, 'anthropic.claude-3-5-sonnet-20240620-v1:0');
    expect(body.toolConfig).toMatchObject({ toolChoice: { tool: { name: 'json_output' } } });
    const toolUse = { toolUseId: 't', name: 'json_output' };
    const streamed: Events = [
      start,
      ['contentBlockStart', { contentBlockIndex: 0, start: { toolUse } }],
      delta(0, { toolUse: { input: '{"a":1}' } }),
      stop(0),
      ...end('tool_use'),
    ];
    const whole = answer([{ toolUse: { ...toolUse, input: { a: 1 } } }], { stopReason: 'tool_use' });
    for (const reply of [collect(decode(streamed, call)), read(whole, call)])
      expect(reply.choices).toEqual([{ content: [{ type: 'text', text: '{"a":1}' }], stopReason: 'stop' }]);
  });
});

describe('what clients of Converse are told', () => {
  it('is, event by event, what the provider said', () => {
    for (const said of [TEXT, THOUGHT_AND_CALL]) {
      const bare = said.map(([name, { p: _, ...data }]) => [name, data]);
      expect(encode(decode(said)).events).toEqual(bare);
    }
  });

  it('has blocks one after the other, whatever comes in between', () => {
    const at = (part: number) => ({ choice: 0, part });
    const { events } = encode([
      { type: 'reply-start' },
      { type: 'part-start', ...at(0), value: { type: 'tool-call', callId: 'a', name: 'x', input: '' } },
      { type: 'part-start', ...at(1), value: { type: 'tool-call', callId: 'b', name: 'y', input: '' } },
      { type: 'tool-input-delta', ...at(1), text: '{}' },
      { type: 'part-end', ...at(1) },
      { type: 'tool-input-delta', ...at(0), text: '{"q":1}' },
      { type: 'part-end', ...at(0) },
      { type: 'choice-end', choice: 0, stopReason: 'tool-calls' },
      { type: 'reply-end' },
    ]);
    expect(events.map(([name, { contentBlockIndex }]) => [name, contentBlockIndex])).toEqual([
      ['messageStart', undefined],
      ['contentBlockStart', 0],
      ['contentBlockDelta', 0],
      ['contentBlockStop', 0],
      ['contentBlockStart', 1],
      ['contentBlockDelta', 1],
      ['contentBlockStop', 1],
      ['messageStop', undefined],
      ['metadata', undefined],
    ]);
  });

  it('carries any reply: what is collected of the stream is the reply', () => {
    const text = fc.record({ type: fc.constant('text' as const), text: fc.string({ minLength: 1 }) });
    const call = fc.record({
      type: fc.constant('tool-call' as const),
      callId: fc.stringMatching(/^[a-z]{4}$/),
      name: fc.stringMatching(/^[a-z]{4}$/),
      input: fc.jsonValue().map((value) => JSON.stringify({ value })),
    });
    const thought = fc.record({
      type: fc.constant('reasoning' as const),
      text: fc.string({ minLength: 1 }),
      signature: fc.base64String({ minLength: 4 }),
      origin: fc.constant(ORIGIN),
    });
    fc.assert(
      fc.property(fc.array(fc.oneof(text, call, thought), { maxLength: 6 }), (content) => {
        const stopReason = content.some(({ type }) => type === 'tool-call')
          ? ('tool-calls' as const)
          : ('stop' as const);
        const sent = encode(replyToEvents({ choices: [{ content, stopReason }] })).events;
        expect(collect(decode(sent)).choices[0]).toEqual({ content, stopReason });
      }),
    );
  });

  it('is one exception when it breaks, of the kind that a stream knows', () => {
    const encoder = bedrockConverse.server.encoder(exchange({ stream: true }));
    const told = (error: RequestError | UpstreamError) => eventsOf(encoder.fail(error));
    expect(told(new UpstreamError('upstream_incomplete', 'cut'))).toEqual([
      ['modelStreamErrorException', { message: 'cut' }],
    ]);
    expect(told(new UpstreamError('upstream_rate_limited', 'slow'))[0]?.[0]).toBe('throttlingException');
    expect(told(new UpstreamError('upstream_overloaded', 'full'))[0]?.[0]).toBe('serviceUnavailableException');
    expect(told(new RequestError('invalid_request', 'no'))[0]?.[0]).toBe('validationException');
  });
});

describe('the meter of a passing stream', () => {
  const metered = (events: Events) => {
    const meter = bedrockConverse.client.meter(send({}).call);
    return { meter, seen: events.flatMap((event) => frames(message(event)).map((frame) => meter.push(frame))) };
  };

  it('counts characters, and knows the end, the last event and the usage', () => {
    expect(metered(TEXT).seen).toEqual([
      {},
      { content: 3 },
      { content: 2 },
      {},
      { terminal: true },
      { usage: { input: 5, output: 7 }, terminal: true, last: true },
    ]);
    expect(metered(THOUGHT_AND_CALL).seen.map(({ content, spoke }) => content ?? spoke)).toEqual([
      undefined,
      2,
      1,
      undefined,
      undefined,
      true,
      6,
      7,
      undefined,
      undefined,
      undefined,
    ]);
  });

  it('reads an exception as a fault', () => {
    expect(metered([['throttlingException', { message: 'slow' }]]).seen).toMatchObject([
      { fault: { kind: 'rate-limited' } },
    ]);
  });

  it('stops a stream at a bound as the provider would', () => {
    const { meter } = metered(TEXT.slice(0, 2));
    expect(eventsOf(meter.stop('length')).map(([name, { stopReason }]) => [name, stopReason])).toEqual([
      ['contentBlockStop', undefined],
      ['messageStop', 'max_tokens'],
      ['metadata', undefined],
    ]);
  });

  it('closes a stream that ends without its usage', () => {
    expect(eventsOf(metered(TEXT.slice(0, -1)).meter.end?.() ?? '').map(([name]) => name)).toEqual(['metadata']);
    expect(metered(TEXT).meter.end?.()).toBe('');
  });

  it('counts the classes of input apart (cases 15 and 16)', () => {
    const usage = {
      inputTokens: 10,
      outputTokens: 4,
      totalTokens: 117,
      cacheReadInputTokens: 100,
      cacheWriteInputTokens: 3,
      cacheDetails: [
        { ttl: '1h', inputTokens: 2 },
        { ttl: '5m', inputTokens: 1 },
      ],
    };
    const classes = { input: 10, cacheRead: 100, cacheWrite: 1, cacheWrite1h: 2, output: 4 };
    expect(bedrockConverse.client.meter(send({}).call).body(answer([], { usage })).usage).toEqual(classes);
    expect(read(answer([], { usage })).usage).toEqual(classes);
    const { body } = bedrockConverse.server.render(read(answer([], { usage })), exchange());
    expect(body).toMatchObject({ usage });
  });
});

it('decoder and meter survive any sequence of events, and any bytes are frames or one error', () => {
  const name = fc.constantFrom(
    'messageStart',
    'contentBlockStart',
    'contentBlockDelta',
    'contentBlockStop',
    'messageStop',
    'metadata',
    'other',
  );
  const odd = fc.oneof(
    fc.jsonValue(),
    fc.record({ contentBlockIndex: fc.oneof(fc.nat(3), fc.jsonValue()), delta: fc.jsonValue(), start: fc.jsonValue() }),
  );
  fc.assert(
    fc.property(fc.array(fc.tuple(name, odd)), (events) => {
      const decoder = bedrockConverse.client.decoder(send({}).call, exchange());
      const out: ChatEvent[] = [];
      for (const [event, data] of events) {
        const [frame] = frames(message([event, data as Json]));
        if (frame !== undefined) out.push(...decoder.push(frame));
      }
      out.push(...decoder.end());
      expect(['reply-end', 'fault']).toContain(out.at(-1)?.type);
      encode(out);
    }),
  );
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 64 }), (bytes) => {
      const reader = createEventStreamReader({ maxEventBytes: 1000 });
      try {
        for (const frame of reader.push(bytes)) void frame.data;
      } catch (error) {
        expect(error).toBeInstanceOf(UpstreamError);
      }
    }),
  );
});
