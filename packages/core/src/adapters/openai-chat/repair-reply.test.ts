import { describe, expect, it } from 'vitest';
import { type Json, records } from '../shared/read.ts';
import { openaiChat } from './index.ts';
import type { RepairName } from './repairs.ts';
import { callFor, chunksOf, compatible, DONE, meterStream, sse } from './support.type-test.ts';

const head = { id: 'x', object: 'chat.completion.chunk', created: 5, model: 'm' };
const GOOD_CHUNK = { ...head, choices: [{ index: 0, delta: { content: 'Hi' }, logprobs: null, finish_reason: null }] };
const GOOD_BODY = {
  id: 'x',
  object: 'chat.completion',
  created: 5,
  model: 'm',
  choices: [
    { index: 0, message: { role: 'assistant', content: 'Hi', refusal: null }, logprobs: null, finish_reason: 'stop' },
  ],
  usage: { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 },
};

const meter = (...repairs: RepairName[]) => openaiChat.client.meter(callFor(compatible({ repairs })));
const repairedBody = (body: Json, ...repairs: RepairName[]): Json =>
  (meter(...repairs).body(body).replace ?? body) as Json;
const messageOf = (body: Json): Json => (body['choices'] as Json[])[0]?.['message'] as Json;
const passed = (chunks: Json[], ...repairs: RepairName[]): Json[] =>
  chunksOf(meterStream(sse([...chunks, DONE]), compatible({ repairs })).text);
const deltaOf = (chunk: Json = {}): unknown => records(chunk['choices'])[0]?.['delta'];

describe('an answer that needs no repair', () => {
  it('passes as the very bytes that came', () => {
    expect(meter().body({ ...GOOD_BODY, vendor_field: { a: 1 } })).not.toHaveProperty('replace');
    const text = `data:  ${JSON.stringify({ ...GOOD_CHUNK, vendor_field: 1 }).replace(':5,', ': 5.0,')}\n\n`;
    expect(meterStream(text, compatible()).text.startsWith(text)).toBe(true);
  });
  it('keeps fields that nobody knows when something else is repaired', () => {
    expect(repairedBody({ ...GOOD_BODY, object: '', vendor_field: { a: 1 } })).toMatchObject({
      object: 'chat.completion',
      vendor_field: { a: 1 },
    });
  });
});

describe('required fields', () => {
  it('of a whole answer are filled', () => {
    const body = repairedBody({ choices: [{ message: { content: 'Hi' } }] });
    expect(body).toEqual({
      id: 'chatcmpl-1',
      object: 'chat.completion',
      created: 1_780_000_000,
      model: 'gpt-5.4',
      choices: [
        {
          index: 0,
          message: { role: 'assistant', content: 'Hi', refusal: null },
          logprobs: null,
          finish_reason: 'stop',
        },
      ],
    });
  });
  it('of chunks are filled, the same in each', () => {
    const chunks = passed([
      { choices: [{ delta: { role: '', content: 'Hi', tool_calls: null } }] },
      { choices: [{ delta: null, finish_reason: 'stop' }], object: 'chat.completion.done' },
    ]);
    const shared = { id: 'chatcmpl-1', object: 'chat.completion.chunk', created: 1_780_000_000, model: 'gpt-5.4' };
    expect(chunks).toEqual([
      { ...shared, choices: [{ index: 0, delta: { content: 'Hi' }, finish_reason: null }] },
      { ...shared, choices: [{ index: 0, delta: {}, finish_reason: 'stop' }] },
    ]);
  });
  it('that are null where the schema wants a text are left out', () => {
    expect(repairedBody({ ...GOOD_BODY, system_fingerprint: null })).not.toHaveProperty('system_fingerprint');
  });
  it('of tool calls are filled', () => {
    const tool_calls = [
      { function: { name: 'f', arguments: { x: 1 } } },
      { id: 'b', type: 'function', function: { name: 'g', arguments: '' } },
    ];
    const message = messageOf(
      repairedBody({
        ...GOOD_BODY,
        choices: [{ index: 0, message: { role: 'assistant', content: null, tool_calls }, finish_reason: 'tool_calls' }],
      }),
    );
    expect(message['tool_calls']).toEqual([
      { id: 'call_chatcmpl-1_0', type: 'function', function: { name: 'f', arguments: '{"x":1}' } },
      { id: 'b', type: 'function', function: { name: 'g', arguments: '{}' } },
    ]);
  });
  it('of pieces of tool calls are filled, and empty ids taken out', () => {
    const [chunk] = passed([
      {
        ...head,
        choices: [
          {
            index: 0,
            delta: { tool_calls: [{ id: '', type: '', function: { name: null, arguments: '{' } }] },
            finish_reason: null,
          },
        ],
      },
    ]);
    expect(deltaOf(chunk)).toEqual({ tool_calls: [{ index: 0, type: 'function', function: { arguments: '{' } }] });
  });
  it('of usage are filled; cached tokens are found where some APIs put them', () => {
    expect(
      repairedBody({
        ...GOOD_BODY,
        usage: { prompt_tokens: 3, completion_tokens: 2, cached_tokens: 1, prompt_tokens_details: null },
      })['usage'],
    ).toEqual({
      prompt_tokens: 3,
      completion_tokens: 2,
      total_tokens: 5,
      cached_tokens: 1,
      prompt_tokens_details: { cached_tokens: 1 },
    });
  });
  it('of logprobs are filled', () => {
    const choice = {
      index: 0,
      message: { role: 'assistant', content: 'x', refusal: null },
      logprobs: { content: [] },
      finish_reason: 'stop',
    };
    expect(repairedBody({ ...GOOD_BODY, choices: [choice] })['choices']).toMatchObject([
      { logprobs: { content: [], refusal: null } },
    ]);
  });
});

describe('words', () => {
  it.each([
    ['eos', 'stop'],
    ['model_length', 'length'],
    ['sensitive', 'content_filter'],
    ['something_new', 'stop'],
  ])('%s is %s to a client, and kept beside it', (word, expected) => {
    const choice = {
      index: 0,
      message: { role: 'assistant', content: 'x', refusal: null },
      logprobs: null,
      finish_reason: word,
    };
    expect(repairedBody({ ...GOOD_BODY, choices: [choice] })['choices']).toMatchObject([
      { finish_reason: expected, native_finish_reason: word },
    ]);
  });
  it('a service tier that OpenAI has no word for stands beside', () => {
    const body = repairedBody({ ...GOOD_BODY, service_tier: 'on_demand' });
    expect(body).toMatchObject({ native_service_tier: 'on_demand' });
    expect(body).not.toHaveProperty('service_tier');
  });
});

describe('content', () => {
  const thinking = { type: 'thinking', thinking: [{ type: 'text', text: 'Hm.' }] };
  it('as a list becomes text and reasoning, https://docs.mistral.ai/capabilities/reasoning', () => {
    const body = repairedBody({
      ...GOOD_BODY,
      choices: [
        {
          index: 0,
          message: {
            role: 'assistant',
            content: [thinking, { type: 'text', text: 'Yes' }, { type: 'reference', reference_ids: [1] }],
          },
          finish_reason: 'stop',
        },
      ],
    });
    expect(messageOf(body)).toEqual({
      role: 'assistant',
      content: 'Yes',
      refusal: null,
      reasoning_content: 'Hm.',
      content_parts: [{ type: 'reference', reference_ids: [1] }],
    });
  });
  it('as a list becomes text and reasoning on streams', () => {
    const of = (content: unknown): Json => ({
      ...head,
      choices: [{ index: 0, delta: { content }, finish_reason: null }],
    });
    expect(passed([of([thinking]), of([{ type: 'text', text: 'Yes' }])]).map(deltaOf)).toEqual([
      { content: '', reasoning_content: 'Hm.' },
      { content: 'Yes' },
    ]);
  });
  it('reasoning moves to the field that clients look for, where the row says so', () => {
    const of = (delta: Json): Json => ({ ...head, choices: [{ index: 0, delta, finish_reason: null }] });
    expect(passed([of({ reasoning: 'Hm' })], 'reasoning-field').map(deltaOf)).toEqual([{ reasoning_content: 'Hm' }]);
    expect(passed([of({ reasoning: 'Hm' })]).map(deltaOf)).toEqual([{ reasoning: 'Hm' }]);
  });
});

describe('usage', () => {
  const usage = { prompt_tokens: 1, completion_tokens: 2, total_tokens: 3 };
  it.each<[string, Json, Json]>([
    ['in a choice, https://platform.moonshot.ai/docs/api/chat', { usage }, {}],
    ['in a corner of the vendor, https://console.groq.com/docs/api-reference', {}, { x_groq: { usage } }],
  ])('%s is put where clients look for it', (_, inChoice, atTop) => {
    const [chunk] = passed([
      { ...head, choices: [{ index: 0, delta: {}, finish_reason: 'stop', ...inChoice }], ...atTop },
    ]);
    expect(chunk?.['usage']).toEqual(usage);
  });
  it('in every chunk is kept in the last one only, where the row says so (a client that adds it up would count it twice)', () => {
    const of = (delta: Json, finish_reason: string | null = null): Json => ({
      ...head,
      choices: [{ index: 0, delta, finish_reason }],
      usage,
    });
    const chunks = passed([of({ content: 'a' }), of({ content: 'b' }), of({}, 'stop')], 'usage-every-frame');
    expect(chunks.map((chunk) => 'usage' in chunk)).toEqual([false, false, true]);
  });
});
