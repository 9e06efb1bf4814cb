import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Part } from '../../chat/parts.ts';
import { replyToEvents } from '../../chat/replay.ts';
import type { ChatReply } from '../../chat/reply.ts';
import { collected, decode, encode } from './support.type-test.ts';

const OWN = { format: 'cohere', provider: 'cohere', model: 'command-a-reasoning-08-2025' };
const words = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 40 });
const text = words.map((said): Part => ({ type: 'text', text: said }));
const thought = words.map((said): Part => ({ type: 'reasoning', text: said, origin: OWN }));
const called = fc
  .tuple(fc.integer({ min: 0, max: 9_999_999 }), fc.dictionary(fc.stringMatching(/^[a-z]{1,6}$/), fc.jsonValue()))
  .map(([id, input]): Part => ({ type: 'tool-call', callId: `f_${id}`, name: 'f', input: JSON.stringify(input) }));
const content = fc.tuple(
  fc.array(thought, { maxLength: 2 }),
  fc.array(text, { maxLength: 2 }),
  fc.uniqueArray(called, { maxLength: 3, selector: (part) => ('callId' in part ? part.callId : '') }),
);

describe('whatever an answer says', () => {
  it('comes out of the stream as it went in, wherever the bytes are cut', () => {
    fc.assert(
      fc.property(content, fc.integer({ min: 1, max: 50 }), ([thoughts, texts, calls], size) => {
        const reply: ChatReply = {
          id: 'r1',
          choices: [
            { content: [...thoughts, ...texts, ...calls], stopReason: calls.length > 0 ? 'tool-calls' : 'stop' },
          ],
          usage: { input: 3, output: 4 },
        };
        const told = encode(replyToEvents(reply));
        expect(told.dropped).toEqual([]);
        const heard = collected(decode(told.text, size));
        expect(heard.choices).toEqual(reply.choices);
        expect([heard.id, heard.usage]).toEqual([reply.id, reply.usage]);
      }),
      { numRuns: 150 },
    );
  });
});
