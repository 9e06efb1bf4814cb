import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ChatEvent } from '../../chat/events.ts';
import type { Part } from '../../chat/parts.ts';
import { replyToEvents } from '../../chat/replay.ts';
import type { ChatReply, Choice } from '../../chat/reply.ts';
import { gemini } from './index.ts';
import { collect, decode, encode, exchange, framesOf, ORIGIN, SIGNATURE, target } from './support.type-test.ts';

const SENT = gemini.client.render({ messages: [] }, target(), exchange());

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
  fc.record({ id: fc.uuid(), name: words, input: json, sign: signed }).map(
    ({ id, name, input, sign }): Part => ({
      type: 'tool-call',
      callId: id,
      name,
      input: JSON.stringify(input),
      ...sign,
    }),
  ),
  fc.record({ id: fc.uuid(), code: words }).map(
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
        expect(gemini.client.parse(body, SENT, exchange())).toEqual(given);
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
