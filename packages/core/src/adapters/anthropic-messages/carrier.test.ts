import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Part } from '../../chat/parts.ts';
import { replyToEvents } from '../../chat/replay.ts';
import type { Message } from '../../chat/request.ts';
import { isCarrier, pack, unpack } from '../shared/carrier.ts';
import type { Json } from '../shared/read.ts';
import { anthropicMessages } from './index.ts';
import { accumulate, bodyOf, call, encode, exchange, inbound, target } from './support.type-test.ts';

const GEMINI = { format: 'gemini', provider: 'google', model: 'gemini-3-pro' };

/** What a client of this format gets for these parts, whole or as a stream. */
function answer(content: Part[], way: 'whole' | 'stream'): Json[] {
  const reply = { choices: [{ content, stopReason: 'stop' as const }] };
  if (way === 'stream') return accumulate(encode(replyToEvents(reply)).events).content;
  return (anthropicMessages.server.render(reply, exchange()).body as { content: Json[] }).content;
}

/** What comes back when the client echoes that answer on the next turn. */
function echoed(content: Json[]): Message[] {
  const messages = [
    { role: 'user', content: 'Hi' },
    { role: 'assistant', content },
    { role: 'user', content: 'Go on' },
  ];
  return anthropicMessages.server.parse({ model: 'm', max_tokens: 5, messages }, inbound()).messages;
}

describe.each(['whole', 'stream'] as const)('case 62: reasoning of another provider, answered %s', (way) => {
  test.each<[string, Part]>([
    ['signed text', { type: 'reasoning', text: 'Hm…', signature: 'CiQBjz1rX/+==', origin: GEMINI }],
    [
      'text that nobody signed',
      { type: 'reasoning', text: 'Hm…', origin: { format: 'openai-chat', provider: 'deepseek' } },
    ],
    [
      'a summary with an encrypted block and an id',
      {
        type: 'reasoning',
        text: 'Hm…',
        summary: true,
        encrypted: 'gAAAA_b',
        id: 'rs_1',
        origin: { format: 'openai-chat' },
      },
    ],
    [
      'an encrypted block without text',
      { type: 'reasoning', text: '', encrypted: 'gAAAA_b', id: 'rs_1', origin: { format: 'openai-chat' } },
    ],
    ['text of nobody', { type: 'reasoning', text: 'Hm…' }],
  ])('%s comes back with its origin, byte for byte', (_name, part) => {
    const content = answer([part, { type: 'text', text: 'Yes.' }], way);
    expect(['thinking', 'redacted_thinking']).toContain(content[0]?.type);
    expect(content[0]?.signature ?? content[0]?.data).toSatisfy(isCarrier);
    expect(echoed(content)[1]?.content).toEqual([part, { type: 'text', text: 'Yes.' }]);
  });

  test('of this format goes out as it came, so that the client may take it anywhere', () => {
    const origin = { format: 'anthropic-messages', provider: 'anthropic', model: 'claude-sonnet-4-5' };
    expect(
      answer(
        [
          { type: 'reasoning', text: 'Hm', signature: 'EqQB', origin },
          { type: 'reasoning', text: '', encrypted: 'EmwK', origin },
        ],
        way,
      ),
    ).toEqual([
      { type: 'thinking', thinking: 'Hm', signature: 'EqQB' },
      { type: 'redacted_thinking', data: 'EmwK' },
    ]);
  });

  test('case 63: the signature of a tool call or of a text comes back on that very part', () => {
    const parts: Part[] = [
      { type: 'text', text: 'First.', signature: 'sigA', origin: GEMINI },
      { type: 'tool-call', callId: 'c1', name: 'f', input: '{}', signature: 'sig/1+', origin: GEMINI },
      { type: 'tool-call', callId: 'c2', name: 'f', input: '{}' },
    ];
    expect(echoed(answer(parts, way))[1]?.content).toEqual(parts);
  });
});

test('case 63: a signature that the stream tells only at the end of its part comes back on it', () => {
  const { events } = encode([
    { type: 'reply-start' },
    { type: 'part-start', choice: 0, part: 0, value: { type: 'text', text: '', origin: GEMINI } },
    { type: 'text-delta', choice: 0, part: 0, text: 'Hi' },
    { type: 'part-end', choice: 0, part: 0, complete: { signature: 'late' } },
    {
      type: 'part-start',
      choice: 0,
      part: 1,
      value: { type: 'tool-call', callId: 'c', name: 'f', input: '', origin: GEMINI },
    },
    { type: 'part-end', choice: 0, part: 1, complete: { signature: 'later' } },
    { type: 'choice-end', choice: 0, stopReason: 'tool-calls' },
    { type: 'reply-end' },
  ]);
  expect(echoed(accumulate(events).content)[1]?.content).toEqual([
    { type: 'text', text: 'Hi', signature: 'late', origin: GEMINI },
    { type: 'tool-call', callId: 'c', name: 'f', input: '{}', signature: 'later', origin: GEMINI },
  ]);
});

test("case 62: three turns with tools through this format's own provider keep every thinking block byte for byte", () => {
  const turns: Json[] = [{ role: 'user', content: 'Weather?' }];
  for (const turn of [1, 2, 3]) {
    const blocks = [
      { type: 'thinking', thinking: `Thought ${turn}`, signature: `EqQB/${turn}+=` },
      { type: 'tool_use', id: `toolu_${turn}`, name: 'w', input: { turn } },
    ];
    const reply = anthropicMessages.client.parse(
      { type: 'message', content: blocks, stop_reason: 'tool_use' },
      call(),
      exchange(),
    );
    if (!('choices' in reply)) throw new Error('a fault');
    const { content } = anthropicMessages.server.render(reply, exchange()).body as { content: Json[] };
    turns.push(
      { role: 'assistant', content },
      { role: 'user', content: [{ type: 'tool_result', tool_use_id: `toolu_${turn}`, content: 'ok' }] },
    );
  }
  const request = anthropicMessages.server.parse({ model: 'm', max_tokens: 5, messages: turns }, inbound());
  const upstream = anthropicMessages.client.render(request, target(), exchange());
  expect(bodyOf(upstream).messages).toEqual(turns);
  expect(upstream.dropped).toEqual([]);
});

test("carried reasoning is not sent to this format's provider, and that is reported", () => {
  const messages = echoed(
    answer(
      [
        { type: 'reasoning', text: 'Hm', signature: 's', origin: GEMINI },
        { type: 'text', text: 'Yes.' },
      ],
      'whole',
    ),
  );
  const upstream = anthropicMessages.client.render({ messages }, target(), exchange());
  expect(String(upstream.body)).not.toContain('postern.');
  expect(upstream.dropped).toEqual(['reasoning']);
});

test("citations that were made for the client do not come back as the vendor's", () => {
  const content = answer(
    [{ type: 'text', text: 'x', annotations: [{ kind: 'url', url: 'https://example.com' }] }],
    'whole',
  );
  expect(echoed(content)[1]?.content).toEqual([{ type: 'text', text: 'x' }]);
});

test('cargo survives the carrier, whatever its characters', () => {
  fc.assert(
    fc.property(
      fc.record({ signature: fc.string({ unit: 'grapheme' }), encrypted: fc.string(), id: fc.string() }),
      (cargo) => {
        expect(unpack(pack(cargo))).toEqual(cargo);
        expect(pack(cargo)).toMatch(/^postern\.[A-Za-z0-9_-]*$/);
      },
    ),
  );
});

test('a damaged carrier is unsigned reasoning', () => {
  fc.assert(
    fc.property(fc.string(), (text) => {
      expect(() => unpack(`postern.${text}`)).not.toThrow();
    }),
  );
  expect(echoed([{ type: 'thinking', thinking: 'Hm', signature: 'postern.%%%' }])[1]?.content).toEqual([
    { type: 'reasoning', text: 'Hm' },
  ]);
});
