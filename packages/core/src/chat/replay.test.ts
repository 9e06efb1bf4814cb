import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createCollector } from './collect.ts';
import type { Part } from './parts.ts';
import { replyToEvents } from './replay.ts';
import type { ChatReply } from './reply.ts';

const part: fc.Arbitrary<Part> = fc.oneof(
  fc.record({ type: fc.constant('text' as const), text: fc.string() }),
  fc.record({ type: fc.constant('reasoning' as const), text: fc.string(), signature: fc.base64String() }),
  fc.record({ type: fc.constant('tool-call' as const), callId: fc.string(), name: fc.string(), input: fc.json() }),
  fc.record({ type: fc.constant('refusal' as const), text: fc.string() }),
  fc.record({
    type: fc.constant('image' as const),
    source: fc.record({
      kind: fc.constant('base64' as const),
      data: fc.base64String(),
      mediaType: fc.constant('image/png'),
    }),
  }),
);
const reply: fc.Arbitrary<ChatReply> = fc.record({
  id: fc.string(),
  model: fc.string(),
  choices: fc.array(
    fc.record({
      content: fc.array(part, { maxLength: 5 }),
      stopReason: fc.constantFrom('stop' as const, 'length' as const, 'tool-calls' as const),
    }),
    { minLength: 1, maxLength: 3 },
  ),
  usage: fc.record({ input: fc.nat(), output: fc.nat() }),
});

describe('a whole answer as a stream', () => {
  it('collects to the same answer', () => {
    fc.assert(
      fc.property(reply, (whole) => {
        const collector = createCollector();
        for (const event of replyToEvents(whole)) collector.push(event);
        expect(collector.reply()).toEqual(whole);
      }),
    );
  });

  it('tells the logprobs of a choice once, however many texts it has', () => {
    const logprobs = { content: [{ token: 'a', logprob: -1, bytes: null, top_logprobs: [] }] };
    const whole: ChatReply = {
      choices: [
        {
          content: [
            { type: 'text', text: 'a' },
            { type: 'text', text: 'b' },
          ],
          stopReason: 'stop',
          logprobs,
        },
      ],
    };
    const collector = createCollector();
    for (const event of replyToEvents(whole)) collector.push(event);
    expect(collector.reply().choices[0]?.logprobs).toEqual(logprobs);
  });

  it('begins with reply-start and ends with reply-end', () => {
    const types = replyToEvents({ choices: [{ content: [], stopReason: 'stop' }] }).map((event) => event.type);
    expect(types).toEqual(['reply-start', 'choice-end', 'reply-end']);
  });
});
