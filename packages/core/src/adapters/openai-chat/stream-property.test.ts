import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createCollector } from '../../chat/collect.ts';
import type { ChatEvent } from '../../chat/events.ts';
import type { Part } from '../../chat/parts.ts';
import { replyToEvents } from '../../chat/replay.ts';
import type { ChatReply, StopReason } from '../../chat/reply.ts';
import { isFault } from '../adapter.ts';
import { openaiChat } from './index.ts';
import { callFor, compatible, decode, encode, exchange, meterStream, sse } from './support.type-test.ts';

const words = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 12 });
const json = fc.dictionary(words, fc.oneof(words, fc.integer()), { maxKeys: 2 }).map((value) => JSON.stringify(value));
const text = words.map((value): Part => ({ type: 'text', text: value }));
const reasoning = words.map((value): Part => ({ type: 'reasoning', text: value }));
const refusal = words.map((value): Part => ({ type: 'refusal', text: value }));
const audio = fc.record({ data: fc.base64String({ minLength: 4 }), transcript: words }).map(
  ({ data, transcript }): Part => ({
    type: 'audio',
    id: 'audio_1',
    expiresAt: 9,
    source: { kind: 'base64', data, mediaType: 'audio/wav' },
    transcript,
    origin: { format: 'openai-chat', provider: 'acme', model: 'gpt-5.4' },
  }),
);
const calls = fc
  .array(fc.record({ name: words, input: json }), { maxLength: 3 })
  .map((list) =>
    list.map(({ name, input }, index): Part => ({ type: 'tool-call', callId: `call_${index}`, name, input })),
  );
const perhaps = (part: fc.Arbitrary<Part>): fc.Arbitrary<Part[]> =>
  fc.oneof(
    fc.constant<Part[]>([]),
    part.map((value) => [value]),
  );

/** Parts in the order in which this format shows them; it has one of each kind, but any number of calls. */
const content = fc
  .tuple(perhaps(reasoning), perhaps(text), perhaps(refusal), perhaps(audio), calls)
  .map((parts) => parts.flat());
const reason = fc.constantFrom<StopReason>('stop', 'length', 'content-filter');

const choice = fc
  .tuple(content, reason)
  .map(([parts, stopReason]) => ({ content: parts, stopReason: derivedReason(parts, stopReason) }));
function derivedReason(parts: Part[], stopReason: StopReason): StopReason {
  if (stopReason === 'stop' && parts.some((part) => part.type === 'tool-call')) return 'tool-calls';
  return stopReason === 'stop' && parts.some((part) => part.type === 'refusal') ? 'refusal' : stopReason;
}

const replies: fc.Arbitrary<ChatReply> = fc.record({
  id: fc.constant('chatcmpl-1'),
  model: fc.constant('gpt-5.4'),
  created: fc.constant(7),
  choices: fc.array(choice, { minLength: 1, maxLength: 3 }),
  usage: fc.record({ input: fc.nat({ max: 999 }), output: fc.nat({ max: 999 }), reasoning: fc.nat({ max: 9 }) }),
});

function collect(events: readonly ChatEvent[]): ChatReply {
  const collector = createCollector();
  for (const event of events) collector.push(event);
  return collector.reply();
}

describe('what a client reads is what the provider said', () => {
  it('events → chunks → events are the same answer', () => {
    fc.assert(
      fc.property(replies, (reply) => {
        const { text: stream, dropped } = encode(replyToEvents(reply), { streamUsage: true });
        expect(dropped).toEqual([]);
        expect(collect(decode([stream]))).toEqual(reply);
      }),
    );
  });
  it('a whole answer → a body → a whole answer is the same', () => {
    fc.assert(
      fc.property(replies, (reply) => {
        const { body, dropped } = openaiChat.server.render(reply, exchange());
        const again = openaiChat.client.parse(JSON.parse(JSON.stringify(body)), callFor(), exchange());
        expect(dropped).toEqual([]);
        expect(isFault(again) ? again : again).toEqual(reply);
      }),
    );
  });
  it('what we write needs no repair by ourselves: our own chunks and bodies pass a compatible meter untouched', () => {
    fc.assert(
      fc.property(replies, (reply) => {
        const { text: stream } = encode(replyToEvents(reply), { streamUsage: true });
        expect(meterStream(stream, compatible(), { streamUsage: true, n: reply.choices.length }).text).toBe(stream);
        const { body } = openaiChat.server.render(reply, exchange());
        expect(openaiChat.client.meter(callFor(compatible())).body(body)).not.toHaveProperty('replace');
      }),
    );
  });
  it('chunks in any order of choices and parts are collected alike', () => {
    fc.assert(
      fc.property(replies, fc.infiniteStream(fc.nat({ max: 99 })), (reply, order) => {
        const events = replyToEvents(reply);
        const [start, ...others] = events;
        const queues = reply.choices.map((_, index) =>
          others.filter((event) => 'choice' in event && event.choice === index),
        );
        const tail = others.filter((event) => !('choice' in event));
        const mixed = [...(start === undefined ? [] : [start]), ...mix(queues, order), ...tail];
        expect(collect(decode([encode(mixed, { streamUsage: true }).text]))).toEqual(reply);
      }),
    );
  });
});

function* mix<Item>(queues: Item[][], order: Iterable<number>): Iterable<Item> {
  for (const pick of order) {
    const open = queues.filter((queue) => queue.length > 0);
    const item = open[pick % Math.max(open.length, 1)]?.shift();
    if (item === undefined) return;
    yield item;
  }
}

describe('the wire', () => {
  it('holds one JSON object a frame, whatever the words are', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (value) => {
        const events: ChatEvent[] = [
          { type: 'reply-start' },
          { type: 'part-start', choice: 0, part: 0, value: { type: 'text', text: '' } },
          { type: 'text-delta', choice: 0, part: 0, text: value },
        ];
        const { text: stream, chunks } = encode(events);
        expect(sse([...chunks, 'data: [DONE]\n\n'])).toBe(stream);
        expect(chunks[1]).toMatchObject({ choices: [{ delta: { content: value } }] });
      }),
    );
  });
});
