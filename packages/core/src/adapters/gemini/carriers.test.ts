import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ChatEvent } from '../../chat/events.ts';
import type { Part, ReasoningPart } from '../../chat/parts.ts';
import { replyToEvents } from '../../chat/replay.ts';
import type { Exchange, Inbound } from '../adapter.ts';
import { gemini } from './index.ts';

const inbound: Inbound = {
  path: { model: 'm', action: 'generateContent' },
  query: new URLSearchParams(),
  header: () => undefined,
};
const exchange: Exchange = {
  id: 'x',
  created: 1,
  model: 'm',
  peek: { model: 'm', stream: true, framing: 'sse' },
  newId: (prefix) => `${prefix}1`,
};

type WirePart = Record<string, unknown>;

/** The parts that a client gets in a whole answer. */
function shown(content: Part[]): WirePart[] {
  const { body } = gemini.server.render({ choices: [{ content, stopReason: 'stop' }] }, exchange);
  return (body as { candidates: { content: { parts: WirePart[] } }[] }).candidates[0]?.content.parts ?? [];
}
/** The same by a stream, as clients of the vendor's SDK keep it: every piece a part of its own. */
function streamed(content: Part[], split: (event: ChatEvent) => ChatEvent[] = (event) => [event]): WirePart[] {
  const encoder = gemini.server.encoder(exchange);
  const events = replyToEvents({ choices: [{ content, stopReason: 'stop' }] }).flatMap(split);
  const frames = events
    .map((event) => String(encoder.push(event)))
    .join('')
    .split('\r\n\r\n')
    .filter((frame) => frame !== '');
  return frames.flatMap(
    (frame) =>
      (JSON.parse(frame.slice(6)) as { candidates: { content: { parts: WirePart[] } }[] }).candidates[0]?.content
        .parts ?? [],
  );
}
/** What the gateway reads when a client sends parts back. */
function echoed(parts: WirePart[]): Part[] {
  const { messages } = gemini.server.parse(
    {
      contents: [
        { role: 'user', parts: [{ text: 'Hi' }] },
        { role: 'model', parts },
        { role: 'user', parts: [{ text: 'Go on' }] },
      ],
    },
    inbound,
  );
  return messages[1]?.content ?? [];
}

const anthropic = { format: 'anthropic-messages', provider: 'anthropic', model: 'claude-sonnet-5-5' };
const FOREIGN: Record<string, ReasoningPart> = {
  'a signed thought': { type: 'reasoning', text: 'Let me “think” 🤔', signature: 'ErUB+/=', origin: anthropic },
  'a redacted thought': { type: 'reasoning', text: '', encrypted: 'EmwKAhgB', origin: anthropic },
  'an encrypted summary with an id': {
    type: 'reasoning',
    text: 'Sum',
    summary: true,
    encrypted: 'gAAAA',
    id: 'rs_1',
    origin: { format: 'openai-chat', provider: 'openai' },
  },
  'a thought with an id only': {
    type: 'reasoning',
    text: 'Sum',
    summary: true,
    id: 'rs_1',
    origin: { format: 'openai-chat' },
  },
};
const call: Part = { type: 'tool-call', callId: 'toolu_1', name: 'f', input: '{"a":1}' };

describe('what another vendor signed (case 62: thinking lost on turn 2)', () => {
  for (const [name, part] of Object.entries(FOREIGN)) {
    it(`comes back byte for byte from a client that echoes the whole answer: ${name}`, () => {
      expect(echoed(shown([part, call]))).toEqual([part, call]);
    });
    it(`comes back from a client that keeps the pieces of a stream: ${name}`, () => {
      const inTwo = (event: ChatEvent): ChatEvent[] =>
        event.type === 'reasoning-delta'
          ? [
              { ...event, text: event.text.slice(0, 2) },
              { ...event, text: event.text.slice(2) },
            ]
          : [event];
      expect(echoed(streamed([part, call], inTwo))).toEqual([part, call]);
    });
  }

  it('stays apart, block by block', () => {
    const blocks = [
      FOREIGN['a signed thought'],
      FOREIGN['a redacted thought'],
      { ...FOREIGN['a signed thought'], text: 'More', signature: 'c2ln' },
    ] as Part[];
    expect(echoed(shown(blocks))).toEqual(blocks);
    expect(echoed(streamed(blocks))).toEqual(blocks);
  });

  it('is valid base64 to the client, for the SDK reads bytes', () => {
    for (const part of shown(Object.values(FOREIGN)))
      expect(() => atob(String(part['thoughtSignature']))).not.toThrow();
  });

  it('on a tool call comes back on it', () => {
    const signed: Part = { ...call, signature: 'c2lnbmVk', origin: { format: 'openai-chat', provider: 'x' } };
    expect(echoed(shown([signed]))).toEqual([signed]);
    expect(echoed(streamed([signed]))).toEqual([signed]);
  });

  it('survives whatever bytes it is made of', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary', minLength: 1 }), (signature, text) => {
        const part: Part = { type: 'reasoning', text, signature, origin: anthropic };
        expect(echoed(shown([part]))).toEqual([part]);
      }),
    );
  });
});

describe('a signature of the vendor itself', () => {
  it('is shown bare and read back as its own, with no provider told', () => {
    const part: Part = {
      ...call,
      signature: 'EqUC',
      origin: { format: 'gemini', provider: 'google', model: 'gemini-3-pro' },
    };
    expect(shown([part])).toEqual([
      { functionCall: { id: 'toolu_1', name: 'f', args: { a: 1 } }, thoughtSignature: 'EqUC' },
    ]);
    expect(echoed(shown([part]))).toEqual([{ ...call, signature: 'EqUC', origin: { format: 'gemini' } }]);
  });

  it.each(['cG9zdGVybjE6', 'cG9zdGVybjE6e30=', 'cG9zdGVybjE6eyJvcmlnaW4iOjF9', 'cG9zdGVybjE6////'])(
    'that only looks like a carrier (%s) stays what it is',
    (thoughtSignature) => {
      expect(echoed([{ text: 'a', thought: true, thoughtSignature }])).toMatchObject([
        { signature: thoughtSignature, origin: { format: 'gemini' } },
      ]);
    },
  );
});
