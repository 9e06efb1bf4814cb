import { describe, expect, it } from 'vitest';
import { createCollector } from '../../chat/collect.ts';
import type { Origin, Part, ReasoningPart, ToolCallPart } from '../../chat/parts.ts';
import { replyToEvents } from '../../chat/replay.ts';
import type { ChatReply } from '../../chat/reply.ts';
import type { ProviderRow } from '../provider-row.ts';
import type { Json } from '../shared/read.ts';
import { openaiChat } from './index.ts';
import { callFor, compatible, DONE, decode, EXACT, encode, exchange, inbound, target } from './support.type-test.ts';

const ANTHROPIC: Origin = { format: 'anthropic-messages', provider: 'anthropic', model: 'claude-x' };
const GEMINI: Origin = { format: 'gemini', provider: 'gemini', model: 'gemini-x' };
const call = (more: Partial<ToolCallPart> = {}): ToolCallPart => ({
  type: 'tool-call',
  callId: 'c1',
  name: 'f',
  input: '{}',
  ...more,
});

const reply = (content: Part[]): ChatReply => ({
  choices: [{ content, stopReason: content.some((part) => part.type === 'tool-call') ? 'tool-calls' : 'stop' }],
});

/** What a client that sends the message back as it came gives us on the next turn. */
const parsed = (message: Json): Part[] =>
  openaiChat.server.parse({ messages: [message] }, inbound).messages[0]?.content ?? [];
function echoed(value: ChatReply): Part[] {
  const { body } = openaiChat.server.render(value, exchange());
  return parsed((body as { choices: { message: Json }[] }).choices[0]?.message ?? {});
}
/** The same for a client that joins a stream by appending: texts to texts, lists to lists. */
function echoedStream(value: ChatReply): Part[] {
  const message: Record<string, unknown> = { role: 'assistant' };
  const calls: Record<string, unknown>[] = [];
  for (const chunk of encode(replyToEvents(value)).chunks) {
    const [choice] = chunk['choices'] as { delta: Json }[];
    for (const [name, piece] of Object.entries(choice?.delta ?? {})) {
      if (name === 'tool_calls') for (const entry of piece as Json[]) joinCall(calls, entry);
      else if (Array.isArray(piece)) message[name] = [...((message[name] as unknown[] | undefined) ?? []), ...piece];
      else if (typeof piece === 'string' && name !== 'role') message[name] = `${String(message[name] ?? '')}${piece}`;
    }
  }
  return parsed(calls.length === 0 ? message : { ...message, tool_calls: calls });
}
function joinCall(calls: Record<string, unknown>[], piece: Json): void {
  const known = calls[Number(piece['index'])];
  if (known === undefined) calls[Number(piece['index'])] = structuredClone(piece) as Record<string, unknown>;
  else {
    Object.assign(known, {
      ...(piece['extra_content'] === undefined ? {} : { extra_content: piece['extra_content'] }),
    });
    const body = known['function'] as { arguments: string };
    body.arguments += String((piece['function'] as Json | undefined)?.['arguments'] ?? '');
  }
}

const CONVERSATIONS: Record<string, Part[]> = {
  'signed thinking, text and a call': [
    { type: 'reasoning', text: 'Hm, é🌍.', signature: 'sig==', origin: ANTHROPIC },
    { type: 'text', text: 'Let me see.' },
    call(),
  ],
  'several signed blocks': [
    { type: 'reasoning', text: 'One.', signature: 'a', origin: ANTHROPIC },
    { type: 'reasoning', text: 'Two.', signature: 'b', origin: ANTHROPIC },
    { type: 'text', text: 'x' },
  ],
  'an encrypted block between signed ones': [
    { type: 'reasoning', text: 'One.', signature: 'a', origin: ANTHROPIC },
    { type: 'reasoning', text: '', encrypted: 'RW5j', origin: ANTHROPIC },
    { type: 'reasoning', text: 'Two.', signature: 'b', origin: ANTHROPIC },
    { type: 'text', text: 'x' },
  ],
  'plain thinking between signed blocks': [
    { type: 'reasoning', text: 'One.', signature: 'a', origin: ANTHROPIC },
    { type: 'reasoning', text: 'Plain.' },
    { type: 'reasoning', text: 'Two.', signature: 'b', origin: ANTHROPIC },
    { type: 'text', text: 'x' },
  ],
  'plain thinking': [
    { type: 'reasoning', text: 'Hm.' },
    { type: 'text', text: 'x' },
  ],
  'a summary with its encrypted whole': [
    {
      type: 'reasoning',
      text: 'In short.',
      summary: true,
      encrypted: 'RW5j',
      id: 'rs_1',
      origin: { format: 'openai-chat', provider: 'acme', model: 'm' },
    },
    { type: 'text', text: 'x' },
  ],
  'a thought signature on a call': [call({ signature: 'c2ln', origin: { format: 'gemini' } })],
  'a signature on a call of another provider': [call({ signature: 'c2ln', origin: ANTHROPIC })],
  'a signature on the last of two texts': [
    { type: 'text', text: 'One. ' },
    { type: 'text', text: 'Two.', signature: 'c2ln', origin: GEMINI },
  ],
  'a signature on an empty text': [
    { type: 'text', text: 'One.' },
    { type: 'text', text: '', signature: 'c2ln', origin: GEMINI },
  ],
};

describe.each(Object.entries(CONVERSATIONS))('%s', (_, content) => {
  it('is restored byte-exact when the client sends the answer back (case 62)', () => {
    expect(echoed(reply(content))).toEqual(content);
  });
  it('is restored when the client added it up from a stream', () => {
    expect(echoedStream(reply(content))).toEqual(content);
  });
});

describe('other carriers of clients', () => {
  it('thinking_blocks, https://docs.litellm.ai/docs/reasoning_content', () => {
    const blocks = [
      { type: 'thinking', thinking: 'Hm.', signature: 'sig' },
      { type: 'redacted_thinking', data: 'RW5j' },
    ];
    expect(parsed({ role: 'assistant', content: 'x', reasoning_content: 'Hm.', thinking_blocks: blocks })).toEqual([
      { type: 'reasoning', text: 'Hm.', signature: 'sig', origin: { format: 'anthropic-messages' } },
      { type: 'reasoning', text: '', encrypted: 'RW5j', origin: { format: 'anthropic-messages' } },
      { type: 'text', text: 'x' },
    ]);
  });
  it('reasoning', () => {
    expect(parsed({ role: 'assistant', content: 'x', reasoning: 'Hm.' })[0]).toEqual({
      type: 'reasoning',
      text: 'Hm.',
    });
  });
  it('thinking chunks in the content', () => {
    expect(
      parsed({
        role: 'assistant',
        content: [
          { type: 'thinking', thinking: [{ type: 'text', text: 'Hm.' }] },
          { type: 'text', text: 'x' },
        ],
      }),
    ).toEqual([
      { type: 'reasoning', text: 'Hm.' },
      { type: 'text', text: 'x' },
    ]);
  });
  it('pieces of a detail that a client only collected are joined', () => {
    const piece = (more: Json): Json => ({
      type: 'reasoning.text',
      index: 0,
      format: 'anthropic-messages',
      provider: 'anthropic',
      ...more,
    });
    expect(
      parsed({
        role: 'assistant',
        content: 'x',
        reasoning_details: [piece({ text: 'H' }), piece({ text: 'm.' }), piece({ signature: 'sig' })],
      })[0],
    ).toEqual({
      type: 'reasoning',
      text: 'Hm.',
      signature: 'sig',
      origin: { format: 'anthropic-messages', provider: 'anthropic' },
    });
  });
  it('a text that was changed since loses its signature, and nothing else', () => {
    const details = [{ type: 'signature.text', signature: 's', start: 0, end: 99, format: 'gemini' }];
    expect(parsed({ role: 'assistant', content: 'short', reasoning_details: details })).toEqual([
      { type: 'text', text: 'short' },
    ]);
  });
});

describe('reasoning on its way to a provider', () => {
  const history = (
    content: Part[],
    row: ProviderRow,
    provider = 'acme',
  ): { message: Json; dropped: readonly string[] } => {
    const sent = openaiChat.client.render(
      { messages: [{ role: 'assistant', content }] },
      target(row, 'm', provider),
      exchange(),
    );
    return {
      message: (JSON.parse(String(sent.body)) as { messages: Json[] }).messages[0] ?? {},
      dropped: sent.dropped,
    };
  };
  const plain: ReasoningPart = { type: 'reasoning', text: 'Hm.' };
  const own: ReasoningPart = {
    type: 'reasoning',
    text: 'Hm.',
    signature: 's',
    origin: { format: 'openai-chat', provider: 'acme' },
    native: { 'openai-chat': { format: 'claude-v1', index: 0 } },
  };
  const text: Part = { type: 'text', text: 'x' };
  const back = compatible({ repairs: ['reasoning-content-back'] });
  const details = compatible({ repairs: ['reasoning-details-back'] });

  it.each<[string, Part, ProviderRow, Json, string[]]>([
    ["plain text to an API that doesn't take it", plain, EXACT, {}, ['reasoning']],
    ['plain text to an API that wants it', plain, back, { reasoning_content: 'Hm.' }, []],
    [
      'plain text to an API of details',
      plain,
      details,
      { reasoning_details: [{ type: 'reasoning.text', text: 'Hm.' }] },
      [],
    ],
    [
      'its own block, as its vendor sent it',
      own,
      details,
      { reasoning_details: [{ type: 'reasoning.text', text: 'Hm.', signature: 's', format: 'claude-v1', index: 0 }] },
      [],
    ],
    [
      'a block of another provider',
      { ...own, origin: { format: 'openai-chat', provider: 'other' } },
      details,
      {},
      ['reasoning'],
    ],
    ['a block of another format', { ...own, origin: ANTHROPIC }, details, {}, ['reasoning']],
    [
      'a signed block of another format to an API of plain text',
      { ...own, origin: ANTHROPIC },
      back,
      {},
      ['reasoning'],
    ],
    ['a signature on a text', { ...text, signature: 's', origin: GEMINI }, EXACT, {}, ['reasoning.signature']],
    ['a signature on a call', call({ signature: 's', origin: GEMINI }), EXACT, {}, ['reasoning.signature']],
    [
      'a signature of another format on a call',
      call({ signature: 's', origin: GEMINI }),
      back,
      {},
      ['reasoning.signature'],
    ],
    [
      'its own signature on a call',
      call({ signature: 's', origin: { format: 'openai-chat', provider: 'acme' } }),
      back,
      { tool_calls: [{ extra_content: { google: { thought_signature: 's' } } }] },
      [],
    ],
  ])('%s', (_, part, row, fields, dropped) => {
    const { message, dropped: told } = history(part.type === 'reasoning' ? [part, text] : [part], row);
    expect(message).toMatchObject(fields);
    for (const name of ['reasoning_content', 'reasoning_details'])
      if (!(name in fields)) expect(message).not.toHaveProperty(name);
    expect(told).toEqual(dropped);
  });

  it('goes as thinking chunks where the API wants them so', () => {
    expect(history([plain, text], compatible({ repairs: ['thinking-content-back'] }))).toEqual({
      message: {
        role: 'assistant',
        content: [
          { type: 'thinking', thinking: [{ type: 'text', text: 'Hm.' }] },
          { type: 'text', text: 'x' },
        ],
      },
      dropped: [],
    });
  });

  it('comes back to an aggregator over a client and three turns, whole or streamed', () => {
    const vendor = {
      type: 'reasoning.text',
      text: 'Hm.',
      signature: 'sig',
      id: 'r1',
      format: 'anthropic-claude-v1',
      index: 0,
      odd: { a: 1 },
    };
    const upstream = callFor(details);
    const answer = openaiChat.client.parse(
      {
        choices: [
          {
            message: { role: 'assistant', content: 'x', reasoning: 'Hm.', reasoning_details: [vendor] },
            finish_reason: 'stop',
          },
        ],
      },
      upstream,
      exchange(),
    ) as ChatReply;
    const collector = createCollector();
    const { text: _, signature: __, ...rest } = vendor;
    const pieces = [
      { ...rest, text: 'H' },
      { ...rest, text: 'm.' },
      { ...rest, signature: 'sig' },
    ];
    const stream = [
      ...pieces.map((piece) => ({
        choices: [{ index: 0, delta: { reasoning: piece.type, reasoning_details: [piece] } }],
      })),
      { choices: [{ index: 0, delta: { content: 'x' }, finish_reason: 'stop' }] },
      DONE,
    ];
    for (const event of decode(stream, upstream)) collector.push(event);
    for (const value of [answer, collector.reply()]) {
      let content = value.choices[0]?.content ?? [];
      for (let turn = 0; turn < 3; turn++) {
        const { message, dropped } = history(content, details);
        expect(message['reasoning_details']).toEqual([vendor]);
        expect(dropped).toEqual([]);
        content = echoed(reply(content));
      }
    }
  });
});
