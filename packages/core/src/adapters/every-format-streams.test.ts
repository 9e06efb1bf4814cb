import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Part } from '../chat/parts.ts';
import { replyToEvents } from '../chat/replay.ts';
import type { ChatReply } from '../chat/reply.ts';
import { isFault } from './adapter.ts';
import { callOf, collected, decoded, exchange, framesOf, said, streamOf, targetOf } from './every-format.type-test.ts';
import { WIRE_FORMATS, type WireFormat } from './format.ts';
import { ADAPTERS } from './index.ts';

/** Formats whose answers are words and nothing else. */
const WORDS_ONLY: readonly WireFormat[] = ['openai-completions'];

const words = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 12 }).filter((text) => text.trim() !== '');
const input = fc
  .dictionary(fc.stringMatching(/^[a-z]{1,6}$/), fc.oneof(words, fc.integer(), fc.boolean(), fc.constant(null)), {
    maxKeys: 3,
  })
  .map((value) => JSON.stringify(value));
const call = fc.record({ name: fc.stringMatching(/^[a-z_]{1,8}$/), input });

/** An answer that a model of the format could have given: thinking, then words, then calls. */
function replies(format: WireFormat): fc.Arbitrary<ChatReply> {
  const origin = { format, provider: 'p', model: 'm' };
  const plain = WORDS_ONLY.includes(format);
  return fc
    .record({
      thought: fc.option(words, { nil: undefined }),
      text: fc.option(words, { nil: undefined }),
      calls: fc.array(call, { maxLength: 3 }),
      input: fc.nat(999),
      output: fc.nat(999),
    })
    .map(({ thought, text, calls, ...usage }) => {
      const content: Part[] = [];
      if (thought !== undefined && !plain) content.push({ type: 'reasoning', text: thought, summary: true, origin });
      if (text !== undefined) content.push({ type: 'text', text });
      if (!plain)
        for (const [index, made] of calls.entries())
          content.push({ type: 'tool-call', callId: `call_${index}`, ...made, origin });
      const stopReason = content.some(({ type }) => type === 'tool-call') ? 'tool-calls' : 'stop';
      return { id: 'r1', model: 'm', choices: [{ content, stopReason }], usage };
    });
}

describe.each(WIRE_FORMATS)('an answer in %s', (format) => {
  it('says the same after it went out as a stream and came in again, wherever the bytes are cut', () => {
    fc.assert(
      fc.property(replies(format), fc.integer({ min: 1, max: 40 }), (reply, size) => {
        const bytes = streamOf(format, replyToEvents(reply));
        const again = collected(decoded(format, framesOf(format, bytes, size)));
        expect(said(again)).toMatchObject(said(reply) as object);
      }),
    );
  });

  it('says the same after it went out whole and came in again', () => {
    fc.assert(
      fc.property(replies(format), (reply) => {
        const { body, dropped } = ADAPTERS[format].server.render(reply, exchange(false));
        const again = ADAPTERS[format].client.parse(
          JSON.parse(JSON.stringify(body)),
          callOf(format, false),
          exchange(false),
        );
        if (isFault(again)) throw new Error(again.message);
        expect(dropped).toEqual([]);
        expect(said(again)).toMatchObject(said(reply) as object);
      }),
    );
  });

  it('that is cut anywhere never looks finished, and never hangs (cases 31 and 35)', () => {
    fc.assert(
      fc.property(replies(format), fc.nat(), (reply, place) => {
        const bytes = streamOf(format, replyToEvents(reply));
        const whole = decoded(format, framesOf(format, bytes));
        const events = decoded(format, framesOf(format, bytes.slice(0, place % bytes.length)));
        const ends = events.filter(({ type }) => type === 'reply-end' || type === 'fault');
        expect(ends).toHaveLength(1);
        expect(ends[0]).toBe(events.at(-1));
        // What ends well has said all of it: only what stands behind the end may be missing.
        if (ends[0]?.type === 'reply-end')
          expect(said(collected(events))).toMatchObject({
            choices: (said(collected(whole)) as { choices: [] }).choices,
          });
      }),
    );
  });

  it('is counted by a meter on the way as its decoder counts it', () => {
    fc.assert(
      fc.property(replies(format), (reply) => {
        const meter = ADAPTERS[format].client.meter({ ...callOf(format), target: targetOf(format) });
        const read = framesOf(format, streamOf(format, replyToEvents(reply))).map((frame) => meter.push(frame));
        const usages = read.flatMap(({ usage }) => (usage === undefined ? [] : [usage]));
        expect(usages.at(-1)).toMatchObject({ input: reply.usage?.input, output: reply.usage?.output });
        expect(read.filter(({ terminal }) => terminal === true).length).toBeGreaterThan(0);
        expect(read.filter(({ fault }) => fault !== undefined)).toEqual([]);
      }),
    );
  });
});
