import type { Dispatcher, GatewayConfig } from '@postern/core';
import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { readStream } from '../kit/answers.ts';
import { CHATS } from '../kit/chat.ts';
import { type Bench, bench } from '../kit/in-process.ts';

let at: Bench | undefined;
afterEach(() => at?.gateway.close());

const encoder = new TextEncoder();
const chunk = (delta: object, finish: string | null) =>
  encoder.encode(`data: ${JSON.stringify({ choices: [{ index: 0, delta, finish_reason: finish }] })}\n\n`);

/** A model that says this text in pieces, goes on with its beginning where that is given, and whose n-th stream breaks behind so many pieces. */
function speaking(text: string, sizes: readonly number[], breaks: readonly number[], again: boolean): Dispatcher {
  let calls = 0;
  return {
    async close() {},
    async dispatch(request) {
      const asked = JSON.parse(Buffer.from(request.body as Uint8Array).toString()) as {
        messages: { role: string; content: string }[];
      };
      const last = asked.messages.at(-1);
      const given = last?.role === 'assistant' ? last.content : '';
      if (!text.startsWith(given) || given !== given.trimEnd()) throw new Error(`no beginning of its text: ${given}`);
      const left = again ? text : text.slice(given.length);
      const most = breaks[calls++] ?? Number.POSITIVE_INFINITY;
      return {
        status: 200,
        header: (name) => (name === 'content-type' ? 'text/event-stream' : undefined),
        body: said(left, most),
        cancel() {},
      };
    },
  };

  async function* said(left: string, most: number): AsyncGenerator<Uint8Array> {
    let from = 0;
    for (let piece = 0; from < left.length; piece++) {
      if (piece >= most) return;
      const size = sizes[piece % sizes.length] ?? 1;
      yield chunk({ content: left.slice(from, from + size) }, null);
      from += size;
    }
    yield chunk({}, 'stop');
    yield encoder.encode('data: [DONE]\n\n');
  }
}

const models = (id: string): NonNullable<GatewayConfig['models']> => ({
  m: {
    deployments: [0, 1, 2, 3].map((order) => ({ model: `${id}/one`, order, capabilities: { prefill: true } })),
    retries: 3,
    continuation: true,
  },
});

const pieces = fc.array(fc.integer({ min: 1, max: 7 }), { minLength: 1, maxLength: 6 });
const breaks = fc.array(fc.integer({ min: 0, max: 9 }), { maxLength: 3 });
const blanks = fc.string({ unit: fc.constantFrom(' ', '\n', 'a', '\u3000', '🙂', '\t'), minLength: 1, maxLength: 40 });
const texts = fc.oneof(fc.string({ unit: 'grapheme', minLength: 1, maxLength: 60 }), blanks);

describe.each([
  ['goes on at once', 'oa', false],
  ['says what it was given again', 'mistral', true],
] as const)('a model that %s', (_, id, again) => {
  it('any text is whole, wherever it breaks and however it comes', async () => {
    await fc.assert(
      fc.asyncProperty(texts, pieces, breaks, async (text, sizes, ends) => {
        at = bench({
          config: {
            models: models(id),
            providers: {
              mistral: { apiKey: 'k' },
              oa: { format: 'openai-chat', baseUrl: 'https://oa.test/v1', apiKey: 'k' },
            },
            retry: { budget: 10 },
            breaker: false,
          },
          dispatcher: speaking(text, sizes, ends, again),
        });
        const { body } = await at.ask(CHATS['openai-chat']({ model: 'm', stream: true }));
        await at.gateway.close();
        expect(readStream('openai-chat', body)).toMatchObject({ text, finished: true, error: undefined });
      }),
      { numRuns: 300 },
    );
  });

  it('its API is told that the answer begins so, where it has a member for that', async () => {
    at = bench({
      config: {
        models: models(id),
        providers: {
          mistral: { apiKey: 'k' },
          oa: { format: 'openai-chat', baseUrl: 'https://oa.test/v1', apiKey: 'k' },
        },
      },
      dispatcher: speaking('one two three', [4], [2], again),
    });
    await at.ask(CHATS['openai-chat']({ model: 'm', stream: true }));
    const { messages } = JSON.parse(Buffer.from(at.dialled[1]?.body as Uint8Array).toString());
    expect(messages.at(-1)).toEqual({ role: 'assistant', ...(again ? { prefix: true } : {}), content: 'one two' });
  });
});

it('in process a stream that broke is gone on with, and its result is the whole answer', async () => {
  at = bench({
    config: { models: models('oa') },
    dispatcher: speaking('one two three', [4], [1, 1], false),
  });
  const { result, ...stream } = await at.gateway.stream(
    { model: 'm', messages: [{ role: 'user', content: 'hi' }] },
    { caller: { id: 'ann' } },
  );
  let text = '';
  const types: string[] = [];
  for await (const event of { [Symbol.asyncIterator]: () => stream[Symbol.asyncIterator]() }) {
    types.push(event.type);
    if (event.type === 'text-delta') text += event.text;
  }
  expect(text).toBe('one two three');
  expect((await result).text).toBe(text);
  expect(types.filter((type) => !type.endsWith('-delta'))).toEqual([
    'reply-start',
    'part-start',
    'part-end',
    'choice-end',
    'reply-end',
  ]);
  expect((await result).attempts.map(({ outcome }) => outcome)).toEqual(['fault', 'fault', 'ok']);
});
