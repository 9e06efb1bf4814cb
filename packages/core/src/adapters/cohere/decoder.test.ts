import { describe, expect, it } from 'vitest';
import { cohere } from './index.ts';
import { call, collected, decode, exchange, frames, wire } from './support.type-test.ts';

const start = { type: 'message-start', id: 'fba98ad3', delta: { message: { role: 'assistant', content: [] } } };
const contentStart = (index: number, type = 'text') => ({
  type: 'content-start',
  index,
  delta: { message: { content: { type, [type]: '' } } },
});
const piece = (index: number, text: string, type = 'text') => ({
  type: 'content-delta',
  index,
  delta: { message: { content: { [type]: text } } },
});
const contentEnd = (index: number) => ({ type: 'content-end', index });
const plan = (text: string) => ({ type: 'tool-plan-delta', delta: { message: { tool_plan: text } } });
const callStart = (index: number, id: string) => ({
  type: 'tool-call-start',
  index,
  delta: { message: { tool_calls: { id, type: 'function', function: { name: 'get_weather', arguments: '' } } } },
});
const callDelta = (index: number, text: string) => ({
  type: 'tool-call-delta',
  index,
  delta: { message: { tool_calls: { function: { arguments: text } } } },
});
const callEnd = (index: number) => ({ type: 'tool-call-end', index });
const end = (reason: string, more: object = {}) => ({
  type: 'message-end',
  delta: {
    finish_reason: reason,
    usage: { billed_units: { input_tokens: 37, output_tokens: 28 }, tokens: { input_tokens: 913, output_tokens: 83 } },
    ...more,
  },
});

// Source of the events: https://docs.cohere.com/v2/docs/tool-use-streaming
describe('a stream of tool use', () => {
  const events = [
    start,
    plan('I will'),
    plan(' look.'),
    callStart(0, 'get_weather_1'),
    callDelta(0, '{"location":'),
    callDelta(0, '"Madrid"}'),
    callEnd(0),
    callStart(1, 'get_weather_2'),
    callDelta(1, '{"location":"Brasilia"}'),
    callEnd(1),
    end('TOOL_CALL'),
  ];

  it.each([1, 7, 64])('is the same answer in writes of %d bytes: the plan is thinking before the calls', (size) => {
    const reply = collected(decode(wire(events), size));
    expect(reply).toMatchObject({ id: 'fba98ad3', usage: { input: 37, output: 28 } });
    expect(reply.choices).toMatchObject([
      {
        stopReason: 'tool-calls',
        content: [
          { type: 'reasoning', text: 'I will look.', native: { cohere: { tool_plan: true } } },
          { type: 'tool-call', callId: 'get_weather_1', name: 'get_weather', input: '{"location":"Madrid"}' },
          { type: 'tool-call', callId: 'get_weather_2', name: 'get_weather', input: '{"location":"Brasilia"}' },
        ],
      },
    ]);
  });

  it('writes null for no arguments, whatever way it is cut: the input is {}', () => {
    for (const pieces of [['null'], ['nu', 'll'], [], ['']]) {
      const deltas = pieces.map((text) => callDelta(0, text));
      const reply = collected(decode(wire([start, callStart(0, 'a'), ...deltas, callEnd(0), end('TOOL_CALL')])));
      expect(reply.choices[0]?.content).toMatchObject([{ type: 'tool-call', input: '{}' }]);
    }
  });

  it('may begin an input as that word does', () => {
    const deltas = [callDelta(0, ' '), callDelta(0, '{"n":null}')];
    const reply = collected(decode(wire([start, callStart(0, 'a'), ...deltas, callEnd(0), end('TOOL_CALL')])));
    expect(reply.choices[0]?.content).toMatchObject([{ input: ' {"n":null}' }]);
  });
});

describe('a stream of text', () => {
  const cited = (citation: object, index = 0) => ({
    type: 'citation-start',
    index,
    delta: { message: { citations: citation } },
  });
  // Source: https://docs.cohere.com/docs/rag-streaming
  const citation = {
    start: 0,
    end: 3,
    text: 'Gym',
    sources: [{ type: 'document', id: 'doc:1', document: { id: 'doc:1', url: 'https://acme.test/gym', title: 'Gym' } }],
    type: 'TEXT_CONTENT',
  };

  it('has its thinking first, and citations that may come behind the end of the text', () => {
    const events = [
      start,
      contentStart(0, 'thinking'),
      piece(0, 'Hm.', 'thinking'),
      contentEnd(0),
      contentStart(1),
      piece(1, 'Gym'),
      contentEnd(1),
      cited(citation),
      { type: 'citation-end', index: 0 },
      end('COMPLETE'),
    ];
    expect(collected(decode(wire(events))).choices).toMatchObject([
      {
        stopReason: 'stop',
        content: [
          { type: 'reasoning', text: 'Hm.', origin: { format: 'cohere', provider: 'cohere' } },
          {
            type: 'text',
            text: 'Gym',
            annotations: [{ kind: 'url', url: 'https://acme.test/gym', title: 'Gym', start: 0, end: 3 }],
          },
        ],
      },
    ]);
  });

  it('loses no citation of a part that is over: it is told as an event of the format', () => {
    const thought = { ...citation, type: 'THINKING_CONTENT' };
    const events = [start, contentStart(0, 'thinking'), piece(0, 'Hm.', 'thinking'), contentEnd(0), cited(thought)];
    expect(decode(wire([...events, end('COMPLETE')]))).toContainEqual(
      expect.objectContaining({ type: 'native', name: 'citation-start' }),
    );
  });

  it('has log probabilities with its pieces', () => {
    const logprobs = { text: 'Hi', token_ids: [5], logprobs: [-0.5] };
    const events = [start, contentStart(0), { ...piece(0, 'Hi'), logprobs }, contentEnd(0), end('COMPLETE')];
    expect(collected(decode(wire(events))).choices[0]?.logprobs).toEqual({
      content: [{ token: 'Hi', logprob: -0.5, bytes: null, top_logprobs: [] }],
    });
  });
});

describe('a stream that is broken', () => {
  const begun = [start, contentStart(0), piece(0, 'Hi')];

  it.each([
    ['without its last event', [], 'incomplete'],
    ['that says ERROR', [end('ERROR', { error: 'boom' })], 'unavailable'],
    ['that says TIMEOUT', [end('TIMEOUT')], 'timeout'],
    ['whose last event has no reason', [{ type: 'message-end', delta: {} }], 'incomplete'],
    ['with an envelope in the place of an event', [{ message: 'too many tokens: 9' }], 'context-length'],
  ])('%s never looks finished', (_, last, kind) => {
    const events = decode(wire([...begun, ...last]));
    expect(events.at(-1)).toMatchObject({ type: 'fault', fault: { kind } });
    expect(events.some(({ type }) => type === 'reply-end')).toBe(false);
    const meter = cohere.client.meter(call());
    const metered = frames(wire([...begun, ...last])).map((frame) => meter.push(frame));
    expect(metered.some(({ terminal }) => terminal === true)).toBe(false);
    if (last.length > 0) expect(metered.at(-1)?.fault).toBeDefined();
  });

  it('ignores the end mark of other formats', () => {
    const text = `${new TextDecoder().decode(wire([...begun, end('COMPLETE')]))}data: [DONE]\n\n`;
    expect(decode(text).at(-1)).toMatchObject({ type: 'reply-end' });
  });
});

it('a meter that stops an answer closes what is open, in the words of the format', () => {
  const meter = cohere.client.meter(call());
  for (const frame of frames(wire([start, contentStart(0), piece(0, 'Hi')]))) meter.push(frame);
  const closed = decode(
    `${new TextDecoder().decode(wire([start, contentStart(0), piece(0, 'Hi')]))}${meter.stop('length')}`,
  );
  expect(collected(closed).choices).toMatchObject([{ stopReason: 'length', content: [{ text: 'Hi' }] }]);
});

it('a whole answer that failed is a fault, whatever it holds', () => {
  const message = { role: 'assistant', content: [{ type: 'text', text: 'Hi' }] };
  for (const [body, kind] of [
    [{ finish_reason: 'ERROR', message }, 'unavailable'],
    [{ finish_reason: 'TIMEOUT', message }, 'timeout'],
    [{ message: 'internal server error' }, 'unavailable'],
    [{}, 'invalid-response'],
    [[], 'invalid-response'],
  ] as const)
    expect(cohere.client.parse(body, call(), exchange())).toMatchObject({ kind });
});
