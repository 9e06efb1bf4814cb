import { describe, expect, it } from 'vitest';
import type { Part } from '../../chat/parts.ts';
import type { Message } from '../../chat/request.ts';
import { send } from './support.type-test.ts';

const text = (words: string): Part => ({ type: 'text', text: words });
const user = (...content: Part[]): Message => ({ role: 'user', content });
const assistant = (...content: Part[]): Message => ({ role: 'assistant', content });
const tool = (callId: string, words: string, more: object = {}): Message => ({
  role: 'tool',
  content: [{ type: 'tool-result', callId, content: [{ type: 'text', text: words }], ...more }],
});
const call = (callId: string, name: string, input = '{}', more: object = {}): Part => ({
  type: 'tool-call',
  callId,
  name,
  input,
  ...more,
});
const HI = [user(text('Hi'))];

describe('messages', () => {
  it('become contents of user and model, in a row merged, instructions first', () => {
    const { body, dropped } = send({
      messages: [
        { role: 'system', content: [text('s')] },
        { role: 'developer', content: [text('d')] },
        user(text('a')),
        user(text('b')),
        assistant(text('c')),
        assistant(text('d')),
      ],
    });
    expect(body).toEqual({
      systemInstruction: { parts: [{ text: 's' }, { text: 'd' }] },
      contents: [
        { parts: [{ text: 'a' }, { text: 'b' }], role: 'user' },
        { parts: [{ text: 'c' }, { text: 'd' }], role: 'model' },
      ],
    });
    expect(dropped).toEqual([]);
  });

  it('that instruct in the middle go to the front, and their place is reported', () => {
    const { body, dropped } = send({
      messages: [user(text('a')), { role: 'system', content: [text('s')] }, user(text('b'))],
    });
    expect(body).toEqual({
      systemInstruction: { parts: [{ text: 's' }] },
      contents: [{ parts: [{ text: 'a' }, { text: 'b' }], role: 'user' }],
    });
    expect(dropped).toEqual(['messages.1.role']);
  });

  it('that only instruct are asked as a user would, since there must be a content', () => {
    const { body, inserted } = send({ messages: [{ role: 'system', content: [text('Say hello.')] }] });
    expect(body).toEqual({ contents: [{ parts: [{ text: 'Say hello.' }], role: 'user' }] });
    expect(inserted).toEqual(['contents=systemInstruction']);
  });

  it('lose names, refusals become text, empty ones vanish (case 66)', () => {
    const { body, dropped } = send({
      messages: [
        { ...user(text('a')), name: 'bob' },
        assistant({ type: 'refusal', text: 'No.' }, text('')),
        user(text('')),
        user(text(' ')),
      ],
    });
    expect(body['contents']).toEqual([
      { parts: [{ text: 'a' }], role: 'user' },
      { parts: [{ text: 'No.' }], role: 'model' },
      { parts: [{ text: ' ' }], role: 'user' },
    ]);
    expect(dropped).toEqual(['messages.0.name']);
  });
});

describe('tool calls and results', () => {
  it('answer in one content in the order of the calls, whatever order they came in', () => {
    const messages = [
      ...HI,
      assistant(call('a', 'f', '{"x":1}'), call('b', 'g')),
      tool('b', 'second'),
      tool('a', '{"n":1}'),
    ];
    expect(send({ messages }, 'gemini-2.5-flash').body['contents']).toEqual([
      { parts: [{ text: 'Hi' }], role: 'user' },
      {
        parts: [
          { functionCall: { id: 'a', name: 'f', args: { x: 1 } } },
          { functionCall: { id: 'b', name: 'g', args: {} } },
        ],
        role: 'model',
      },
      {
        parts: [
          { functionResponse: { id: 'a', name: 'f', response: { n: 1 } } },
          { functionResponse: { id: 'b', name: 'g', response: { result: 'second' } } },
        ],
        role: 'user',
      },
    ]);
  });

  it.each([
    ['plain text', 'sunny', false, { result: 'sunny' }],
    ['an object', '{"a":[1]}', false, { a: [1] }],
    ['a list', '[1,2]', false, { result: '[1,2]' }],
    ['a number', '7', false, { result: '7' }],
    ['broken JSON', '{"a":', false, { result: '{"a":' }],
    ['an error text', 'boom', true, { error: 'boom' }],
    ['an error object', '{"code":5}', true, { error: { code: 5 } }],
    ['nothing', '', false, { result: '' }],
  ])('give %s as an object', (_, words, isError, response) => {
    const { body } = send({
      messages: [...HI, assistant(call('a', 'f')), tool('a', words, isError ? { isError } : {})],
    });
    expect(JSON.stringify(body['contents'])).toContain(
      JSON.stringify({ functionResponse: { id: 'a', name: 'f', response } }),
    );
  });

  it('of a call that is not in the history keep their own name (case 64: tool_result stripped as orphan)', () => {
    const { body } = send({ messages: [...HI, tool('lost', 'x', { name: 'f' })] });
    expect(body['contents']).toEqual([
      {
        parts: [{ text: 'Hi' }, { functionResponse: { id: 'lost', name: 'f', response: { result: 'x' } } }],
        role: 'user',
      },
    ]);
  });

  it('with broken or free-text arguments lose none of it, and tell what was broken', () => {
    const { body, dropped } = send(
      {
        messages: [
          ...HI,
          assistant(
            call('a', 'f', '{"x":'),
            call('b', 'g', 'free', { custom: true }),
            call('c', 'h', '[1]'),
            call('d', 'i', ''),
          ),
        ],
      },
      'gemini-2.5-pro',
    );
    expect((body['contents'] as { parts: unknown[] }[])[1]?.parts).toEqual([
      { functionCall: { id: 'a', name: 'f', args: { input: '{"x":' } } },
      { functionCall: { id: 'b', name: 'g', args: { input: 'free' } } },
      { functionCall: { id: 'c', name: 'h', args: { input: '[1]' } } },
      { functionCall: { id: 'd', name: 'i', args: {} } },
    ]);
    expect(dropped).toEqual(['messages.1.content.0.input', 'messages.1.content.2.input']);
  });

  const photo: Message = {
    role: 'tool',
    content: [
      {
        type: 'tool-result',
        callId: 'a',
        content: [
          { type: 'text', text: 'see' },
          { type: 'image', source: { kind: 'base64', data: 'AAAA', mediaType: 'image/png' } },
        ],
      },
    ],
  };
  const image = { inlineData: { mimeType: 'image/png', data: 'AAAA' } };

  it('carry media inside the result for Gemini 3', () => {
    const { body } = send({ messages: [...HI, assistant(call('a', 'f')), photo] }, 'gemini-3-flash-preview');
    expect((body['contents'] as { parts: unknown[] }[])[2]?.parts).toEqual([
      { functionResponse: { id: 'a', name: 'f', response: { result: 'see' }, parts: [image] } },
    ]);
  });

  it('are followed by their media for older models', () => {
    const { body, dropped } = send({ messages: [...HI, assistant(call('a', 'f')), photo] }, 'gemini-2.5-flash');
    expect((body['contents'] as { parts: unknown[] }[])[2]?.parts).toEqual([
      { functionResponse: { id: 'a', name: 'f', response: { result: 'see' } } },
      image,
    ]);
    expect(dropped).toEqual([]);
  });
});

describe('signatures', () => {
  const signed = (origin: object): Message =>
    assistant(
      { type: 'reasoning', text: 'hm', signature: 'U0lH', origin: { format: 'gemini', ...origin } },
      call('a', 'f', '{}', { signature: 'U0lH', origin: { format: 'gemini', ...origin } }),
    );

  it.each([[{}], [{ provider: 'google' }], [{ provider: 'google', model: 'gemini-2.5-pro' }]])(
    'of origin %j go back on their own part',
    (origin) => {
      const { body, dropped, inserted } = send({ messages: [...HI, signed(origin), tool('a', 'x')] });
      expect((body['contents'] as { parts: unknown[] }[])[1]?.parts).toEqual([
        { text: 'hm', thought: true, thoughtSignature: 'U0lH' },
        { functionCall: { id: 'a', name: 'f', args: {} }, thoughtSignature: 'U0lH' },
      ]);
      expect([dropped, inserted]).toEqual([[], []]);
    },
  );

  it.each([
    [{ provider: 'vertex' }],
    [{ format: 'anthropic-messages', provider: 'anthropic' }],
    [{ format: 'openai-chat' }],
  ])('of origin %j are dropped and reported', (origin) => {
    const { body, dropped } = send({ messages: [...HI, signed(origin), tool('a', 'x')] }, 'gemini-2.5-flash');
    expect((body['contents'] as { parts: unknown[] }[])[1]?.parts).toEqual([
      { functionCall: { id: 'a', name: 'f', args: {} } },
    ]);
    expect(dropped).toEqual(['reasoning']);
  });

  it('that nobody issued are dropped and reported', () => {
    const { body, dropped } = send({
      messages: [
        ...HI,
        assistant({ type: 'text', text: 'a', signature: 'U0lH' }, { type: 'reasoning', text: 'b', encrypted: 'x' }),
        user(text('c')),
      ],
    });
    expect((body['contents'] as { parts: unknown[] }[])[1]?.parts).toEqual([{ text: 'a' }]);
    expect(dropped).toEqual(['reasoning']);
  });

  const dummy = { thoughtSignature: 'skip_thought_signature_validator' };

  it('are stood in for on the first call of each step of the current turn, for Gemini 3', () => {
    const messages = [
      ...HI,
      assistant(call('z', 'f')),
      tool('z', '1'),
      user(text('next')),
      assistant(text('ok'), call('a', 'f'), call('b', 'g')),
      tool('a', '1'),
      tool('b', '2'),
      assistant(call('c', 'h')),
      tool('c', '3'),
    ];
    const { body, inserted } = send({ messages }, 'gemini-3-pro-preview');
    const contents = body['contents'] as { parts: Record<string, unknown>[] }[];
    expect(contents[1]?.parts[0]).not.toHaveProperty('thoughtSignature');
    expect(contents[3]?.parts).toMatchObject([
      { text: 'ok' },
      { functionCall: { id: 'a' }, ...dummy },
      { functionCall: { id: 'b' } },
    ]);
    expect(contents[3]?.parts[2]).not.toHaveProperty('thoughtSignature');
    expect(contents[5]?.parts).toMatchObject([{ functionCall: { id: 'c' }, ...dummy }]);
    expect(inserted).toEqual(['thoughtSignature=skip_thought_signature_validator']);
  });

  it('are not stood in for on models that need none', () => {
    expect(send({ messages: [...HI, assistant(call('a', 'f')), tool('a', '1')] }, 'gemini-2.5-pro').inserted).toEqual(
      [],
    );
  });
});
