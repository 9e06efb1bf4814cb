import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createCollector } from '../../chat/collect.ts';
import type { ChatEvent } from '../../chat/events.ts';
import type { Part } from '../../chat/parts.ts';
import { replyToEvents } from '../../chat/replay.ts';
import type { ChatReply } from '../../chat/reply.ts';
import { createSseReader } from '../../transport/sse.ts';
import { isFault } from '../adapter.ts';
import { openaiResponses } from './index.ts';
import { callFor, decode, encode, exchange, target } from './support.type-test.ts';

const ORIGIN = { format: 'openai-responses', provider: 'acme', model: 'gpt-5.4' };
const words = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 12 }).filter((text) => text !== '\n\n');
const json = fc.dictionary(words, fc.oneof(words, fc.integer()), { maxKeys: 2 }).map((value) => JSON.stringify(value));

const reasoning = fc
  .record({ text: words, encrypted: fc.base64String({ minLength: 4 }) })
  .map(({ text, encrypted }): Part => ({ type: 'reasoning', text, summary: true, encrypted, origin: ORIGIN }));
const text = words.map((value): Part => ({ type: 'text', text: value }));
const call = fc.record({ name: words, input: json, custom: fc.boolean() }).map(
  ({ name, input, custom }): Part => ({
    type: 'tool-call',
    callId: '',
    name,
    input,
    ...(custom ? { custom: true } : {}),
  }),
);

/** Parts as this API makes them: each is an item of its own, and has its id. */
const content = fc
  .array(fc.oneof(reasoning, text, call), { maxLength: 5 })
  .map((parts) => parts.map((part, index): Part => withId(part, index)));

function withId(part: Part, index: number): Part {
  if (part.type === 'reasoning') return { ...part, id: `rs_${index}` };
  if (part.type !== 'tool-call') return { ...part, id: `msg_${index}`, origin: ORIGIN };
  return { ...part, callId: `call_${index}`, id: `${part.custom ? 'ctc' : 'fc'}_${index}`, origin: ORIGIN };
}

const replies = content.map(
  (parts): ChatReply => ({
    id: 'resp_1',
    model: target.model,
    created: 1_780_000_000,
    choices: [{ content: parts, stopReason: parts.some(({ type }) => type === 'tool-call') ? 'tool-calls' : 'stop' }],
    usage: { input: 3, cacheRead: 2, cacheWrite: 0, output: 4, reasoning: 1, serviceTier: 'default' },
    serviceTier: 'default',
  }),
);

function collected(events: readonly ChatEvent[]): ChatReply {
  const collector = createCollector();
  for (const event of events) collector.push(event);
  return collector.reply();
}

describe('an answer of any items', () => {
  it('is the same after it went out as a stream and came in again', () => {
    fc.assert(
      fc.property(replies, (reply) => {
        expect(collected(decode(encode(replyToEvents(reply)).text))).toEqual(reply);
      }),
    );
  });

  it('is the same after it went out whole and came in again', () => {
    fc.assert(
      fc.property(replies, (reply) => {
        const { body } = openaiResponses.server.render(reply, exchange());
        const parsed = openaiResponses.client.parse(JSON.parse(JSON.stringify(body)), callFor(), exchange());
        expect(isFault(parsed) ? parsed : parsed).toEqual(reply);
      }),
    );
  });

  it('is told by its last event as it is told whole', () => {
    fc.assert(
      fc.property(replies, (reply) => {
        const { body } = openaiResponses.server.render(reply, exchange());
        expect(encode(replyToEvents(reply)).events.at(-1)).toEqual({
          type: 'response.completed',
          sequence_number: expect.any(Number),
          response: JSON.parse(JSON.stringify(body)),
        });
      }),
    );
  });

  it('is read the same wherever its bytes are cut', () => {
    fc.assert(
      fc.property(replies, fc.integer({ min: 1, max: 40 }), (reply, size) => {
        const bytes = new TextEncoder().encode(encode(replyToEvents(reply)).text);
        const reader = createSseReader({ maxEventBytes: 1 << 20 });
        const decoder = openaiResponses.client.decoder(callFor(), exchange());
        const events: ChatEvent[] = [];
        for (let at = 0; at < bytes.length; at += size)
          for (const frame of reader.push(bytes.slice(at, at + size))) events.push(...decoder.push(frame));
        expect(collected([...events, ...decoder.end()])).toEqual(reply);
      }),
    );
  });
});
