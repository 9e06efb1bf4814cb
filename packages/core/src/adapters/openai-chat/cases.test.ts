import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createCollector } from '../../chat/collect.ts';
import type { ChatEvent } from '../../chat/events.ts';
import type { ToolCallPart } from '../../chat/parts.ts';
import { createSseReader } from '../../transport/sse.ts';
import { isFault } from '../adapter.ts';
import type { Json } from '../shared/read.ts';
import { openaiChat } from './index.ts';
import {
  callFor,
  chunksOf,
  compatible,
  DONE,
  decode,
  EXACT,
  encode,
  exchange,
  meterStream,
  sse,
} from './support.type-test.ts';

const head = { id: 'chatcmpl-x', object: 'chat.completion.chunk', created: 5, model: 'm' };
const chunk = (delta: Json, finish: string | null = null, top: Json = {}): Json => ({
  ...head,
  choices: [{ index: 0, delta, logprobs: null, finish_reason: finish }],
  ...top,
});

function collect(events: readonly ChatEvent[]) {
  const collector = createCollector();
  for (const event of events) collector.push(event);
  return collector.reply();
}

describe('cases that users of gateways were hurt by', () => {
  it('36: UTF-8 that is cut at any byte stays whole', () => {
    const text = 'Grüße 🌍 日本語';
    const bytes = new TextEncoder().encode(sse([chunk({ content: text }), chunk({}, 'stop'), DONE]));
    const whole = collect(decode([sse([chunk({ content: text }), chunk({}, 'stop'), DONE])]));
    for (let cut = 1; cut < bytes.length; cut++) {
      const reader = createSseReader({ maxEventBytes: 1 << 20 });
      const decoder = openaiChat.client.decoder(callFor(), exchange());
      const halves = [...reader.push(bytes.slice(0, cut)), ...reader.push(bytes.slice(cut))];
      expect(collect(halves.flatMap((frame) => decoder.push(frame)))).toEqual(whole);
    }
  });

  it('37: parallel calls keep their ids, names and every piece of their arguments, however the pieces are cut and mixed', () => {
    const argument = fc
      .dictionary(fc.string({ maxLength: 5 }), fc.oneof(fc.string(), fc.integer(), fc.constant(null)), { maxKeys: 3 })
      .map((value) => JSON.stringify(value));
    const calls = fc.array(fc.record({ input: argument, cuts: fc.array(fc.nat({ max: 40 }), { maxLength: 4 }) }), {
      minLength: 1,
      maxLength: 4,
    });
    fc.assert(
      fc.property(calls, fc.infiniteStream(fc.nat({ max: 1000 })), (list, order) => {
        const queues = list.map(({ input, cuts }, index) => [
          { index, id: `id${index}`, type: 'function', function: { name: `tool${index}`, arguments: '' } },
          ...pieces(input, cuts).map((part) => ({ index, function: { arguments: part } })),
        ]);
        const chunks = [...mixed(queues, order)].map((piece) => chunk({ tool_calls: [piece] }));
        const reply = collect(decode([...chunks, chunk({}, 'tool_calls'), DONE]));
        const found = (reply.choices[0]?.content ?? []) as ToolCallPart[];
        expect(new Map(found.map((call) => [call.callId, [call.name, call.input]]))).toEqual(
          new Map(list.map(({ input }, index) => [`id${index}`, [`tool${index}`, input]])),
        );
        const again = collect(decode([encode(decode([...chunks, chunk({}, 'tool_calls'), DONE])).text]));
        expect(again.choices).toEqual(reply.choices);
      }),
    );
  });

  const reasons = ['stop', 'tool_calls', 'function_call', 'end_turn', 'eos', 'tool_use', null];
  it.each(reasons)('38: a choice with a tool call ends in tool_calls though the vendor said %s', (word) => {
    const call = { index: 0, id: 'a', type: 'function', function: { name: 'f', arguments: '{}' } };
    const { index: _, ...wholeCall } = call;
    const whole = {
      ...head,
      object: 'chat.completion',
      choices: [
        {
          index: 0,
          message: { role: 'assistant', content: 'Let me see.', tool_calls: [wholeCall] },
          finish_reason: word,
        },
      ],
    };
    const reply = openaiChat.client.parse(whole, callFor(compatible()), exchange());
    expect(isFault(reply) ? reply : reply.choices[0]?.stopReason).toBe('tool-calls');
    const repaired = openaiChat.client.meter(callFor(compatible())).body(whole).replace as { choices: Json[] };
    expect((repaired ?? whole).choices[0]?.['finish_reason']).toMatch(/^(tool_calls|function_call)$/);
    if (word === null) return;
    const stream = [chunk({ tool_calls: [call] }), chunk({}, word), DONE];
    expect(collect(decode(stream)).choices[0]?.stopReason).toBe('tool-calls');
    const passed = chunksOf(meterStream(sse(stream), compatible()).text).flatMap((entry) => entry['choices'] as Json[]);
    expect(passed.at(-1)?.['finish_reason']).toMatch(/^(tool_calls|function_call)$/);
  });

  it('39: every good stream ends with one finish_reason a choice and one [DONE], also when the upstream left it out', () => {
    const stream = [chunk({ content: 'a' }), chunk({}, 'stop')];
    for (const text of [
      encode(decode(stream)).text,
      meterStream(sse(stream), EXACT).text,
      meterStream(sse(stream), compatible()).text,
    ]) {
      expect(text.endsWith(DONE)).toBe(true);
      expect(text.split('[DONE]')).toHaveLength(2);
      expect(
        chunksOf(text)
          .flatMap((entry) => entry['choices'] as Json[])
          .filter((choice) => choice['finish_reason'] !== null),
      ).toHaveLength(1);
    }
  });

  it('40: the usage chunk has no choices, comes once, and only to a client that asked', () => {
    const usage = { prompt_tokens: 1, completion_tokens: 2, total_tokens: 3 };
    const stream = [chunk({ content: 'a' }), chunk({}, 'stop', { usage }), DONE];
    const asked = encode(decode(stream), { streamUsage: true }).chunks.filter((entry) => entry['usage'] !== null);
    expect(asked).toMatchObject([{ choices: [], usage }]);
    expect(
      encode(decode(stream)).chunks.some((entry) => 'usage' in entry || (entry['choices'] as Json[]).length === 0),
    ).toBe(false);
    const own = [chunk({ content: 'a' }), chunk({}, 'stop'), { ...head, choices: [], usage }, DONE];
    for (const row of [EXACT, compatible()]) {
      expect(chunksOf(meterStream(sse(own), row).text)).toHaveLength(2);
      expect(chunksOf(meterStream(sse(own), row, { streamUsage: true }).text)).toHaveLength(3);
    }
  });

  it('41: a stream that fails before it said anything tells so before any content event', () => {
    const events = decode([chunk({ role: 'assistant', content: '' }), { error: { message: 'overloaded', code: 529 } }]);
    expect(events.map((event) => event.type)).toEqual(['reply-start', 'fault']);
    const { metered } = meterStream(
      sse([chunk({ role: 'assistant', content: '' }), { error: { message: 'overloaded', code: 529 } }]),
    );
    expect(metered.map((seen) => [seen.content ?? 0, seen.fault?.kind])).toEqual([
      [0, undefined],
      [0, 'overloaded'],
    ]);
  });

  it('31 and 35: a stream without its end is a fault and not a finished answer, a half call included', () => {
    const cut = [chunk({ tool_calls: [{ index: 0, id: 'a', function: { name: 'f', arguments: '{"x' } }] })];
    expect(decode(cut).at(-1)).toMatchObject({ type: 'fault', fault: { kind: 'incomplete' } });
    for (const row of [EXACT, compatible()])
      expect(meterStream(sse(cut), row).metered.some((seen) => seen.terminal === true)).toBe(false);
  });
});

function pieces(text: string, cuts: readonly number[]): string[] {
  const places = [...new Set(cuts.map((cut) => cut % (text.length + 1)))].sort((a, b) => a - b);
  return [0, ...places].map((start, index) => text.slice(start, places[index] ?? text.length));
}

/** Takes from the queues in any order, each queue from its front. */
function* mixed<Item>(queues: Item[][], order: Iterable<number>): Iterable<Item> {
  const left = queues.map((queue) => [...queue]);
  for (const pick of order) {
    const open = left.filter((queue) => queue.length > 0);
    const queue = open[pick % Math.max(open.length, 1)];
    const item = queue?.shift();
    if (item === undefined) return;
    yield item;
  }
}
