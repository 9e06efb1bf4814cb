import { describe, expect, it } from 'vitest';
import type { ScopedLimit } from '../config/limit-types.ts';
import { limited, openai, othersTurn, PROVIDERS, reader, until } from './limited.type-test.ts';

const budget = (max: string): ScopedLimit => ({ scope: 'caller', counts: 'usd', max });

/** Answers whatever is asked of the provider until all replies are there. */
async function statusesOf(
  asked: readonly { reply: Promise<{ status: number }> }[],
  upstream: ReturnType<typeof limited>['upstream'],
  answer: object,
): Promise<number[]> {
  let isOver = false;
  const replies = Promise.all(asked.map(({ reply }) => reply));
  void replies.then(() => {
    isOver = true;
  });
  for (let answered = 0, turns = 0; !isOver && turns < 500; turns++, await othersTurn())
    for (; answered < upstream.calls.length; answered++) upstream.calls[answered]?.respond(200, answer);
  if (!isOver) throw new Error('somebody waits for ever');
  return (await replies).map(({ status }) => status);
}

describe('a budget, against an attempt whose cost nobody can tell', () => {
  it('counts what was reserved for it: a service tier without a price is no way around', async () => {
    // The prompt and 90 tokens of the answer are about 0.00094 dollars.
    const { ask, upstream, ended } = limited([budget('0.001')]);
    const asked = () => ask({ max_tokens: 90, service_tier: 'priority' });
    // Source: https://platform.openai.com/docs/api-reference/chat/object#chat/object-service_tier
    const told = { ...openai.whole(10, 90), service_tier: 'priority' };
    expect(await statusesOf([asked()], upstream, told)).toEqual([200]);
    expect(ended[0]?.unpriced).toBe(true);
    expect(await statusesOf([asked()], upstream, told)).toEqual([429]);
  });
});

describe('a budget, against what is sold by the piece', () => {
  const prices = { 'openai-chat/*': { perUnit: { outputImages: '0.04' } } };
  const providers = { 'openai-chat': { ...PROVIDERS['openai-chat'], serves: ['images'] as const } };
  // Source: https://platform.openai.com/docs/api-reference/images/create
  const drawn = { created: 1, data: [{ b64_json: 'AAAA' }] };

  it('reserves the images that are asked for', async () => {
    const { ask, upstream } = limited([budget('0.1')], { prices, providers, models: {} });
    const asked = Array.from({ length: 10 }, () =>
      ask({ model: 'openai-chat/img', messages: undefined, prompt: 'A door' }, '/v1/images/generations'),
    );
    const statuses = await statusesOf(asked, upstream, drawn);
    expect(statuses).toEqual([200, 200, 429, 429, 429, 429, 429, 429, 429, 429]);
    expect(upstream.calls).toHaveLength(2);
  });

  it('reserves them all where one call asks for several', async () => {
    const { ask, upstream } = limited([budget('0.1')], { prices, providers, models: {} });
    const asked = ask(
      { model: 'openai-chat/img', messages: undefined, prompt: 'A door', n: 3 },
      '/v1/images/generations',
    );
    expect(await statusesOf([asked], upstream, drawn)).toEqual([429]);
  });
});

describe('a limit, against attempts that fail and use something', () => {
  const models = {
    m: {
      deployments: [
        { model: 'anthropic-messages/claude', order: 0 },
        { model: 'openai-chat/one', order: 1 },
      ],
      retries: 1,
    },
  };

  it('makes no further attempt that what the failed one used leaves no room for', async () => {
    const limit: ScopedLimit = { scope: 'caller', counts: 'tokens', max: 1_000 };
    const { ask, ended, upstream } = limited([limit], { models });
    const { reply } = ask({ stream: true, max_tokens: 900 });
    // Source: https://platform.claude.com/docs/en/build-with-claude/streaming#error-events
    const broken = (await upstream.next()).stream();
    const usage = { input_tokens: 700, output_tokens: 1 };
    const message = { id: 'm', type: 'message', role: 'assistant', content: [], model: 'claude', usage };
    broken.write(`event: message_start\ndata: ${JSON.stringify({ type: 'message_start', message })}\n\n`);
    broken.write('event: error\ndata: {"type":"error","error":{"type":"overloaded_error","message":"Overloaded"}}\n\n');
    await until(() => upstream.calls.length > 1 || ended.length > 0);
    expect(upstream.calls).toHaveLength(1);
    expect((await reply).status).toBe(429);
    expect(ended[0]?.attempts.map(({ outcome }) => outcome)).toEqual(['fault']);
  });

  it.each([
    ['closed', 503, 1],
    ['open', 200, 2],
  ] as const)(
    'whose use the store can not be told: under %s limits the next one is as any request then',
    async (onFailure, status, made) => {
      const limit: ScopedLimit = { scope: 'caller', counts: 'tokens', max: 100_000 };
      const { ask, upstream } = limited([limit], { models, storage: { onFailure } }, (name) =>
        name === 'extend' ? Promise.reject(new Error('away')) : undefined,
      );
      const { reply } = ask({ stream: true, max_tokens: 900 });
      const broken = (await upstream.next()).stream();
      const usage = { input_tokens: 700, output_tokens: 1 };
      const message = { id: 'm', type: 'message', role: 'assistant', content: [], model: 'claude', usage };
      broken.write(`event: message_start\ndata: ${JSON.stringify({ type: 'message_start', message })}\n\n`);
      broken.write(
        'event: error\ndata: {"type":"error","error":{"type":"overloaded_error","message":"Overloaded"}}\n\n',
      );
      if (made > 1) {
        const wire = (await upstream.next()).stream();
        wire.write(openai.piece(10));
        wire.write(openai.end(10, 3));
        wire.end();
      }
      expect((await reply).status).toBe(status);
      expect(upstream.calls).toHaveLength(made);
    },
  );

  it('counts the prompt of one that was sent and never answered', async () => {
    const { ask, clock, calls, ended, upstream } = limited([{ scope: 'caller', counts: 'tokens', max: 100_000 }], {
      timeouts: { firstToken: '5s' },
    });
    const { reply } = ask({ stream: true });
    (await upstream.next()).stream();
    await othersTurn();
    await clock.advance(5_000);
    expect((await reply).status).toBeGreaterThanOrEqual(500);
    await until(() => calls.some(([name]) => name === 'settle'));
    expect(ended[0]?.attempts[0]).toMatchObject({ outcome: 'fault', estimated: true });
    expect(calls.find(([name]) => name === 'settle')?.[2].tokens).toBeGreaterThan(0);
  });
});

describe('a limit, against what a request says of its answer', () => {
  it('reserves all answers that a provider makes to choose the best of', async () => {
    const { ask, upstream } = limited([{ scope: 'caller', counts: 'outputTokens', max: 500 }]);
    const { reply } = ask(
      { model: 'openai-completions/one', messages: undefined, prompt: 'hello', max_tokens: 100, best_of: 20 },
      '/v1/completions',
    );
    expect((await reply).status).toBe(429);
    expect(upstream.calls).toHaveLength(0);
  });

  it('takes a best of none, as the vendor does, for one answer', async () => {
    const { ask, upstream } = limited([{ scope: 'caller', counts: 'outputTokens', max: 500 }]);
    void ask(
      { model: 'openai-completions/one', messages: undefined, prompt: 'hello', max_tokens: 100, best_of: 0 },
      '/v1/completions',
    );
    await upstream.next();
    expect(upstream.calls).toHaveLength(1);
  });

  it('refuses more than can be counted, also where limits are open while the store is away', async () => {
    const { ask, upstream, errors } = limited([{ scope: 'caller', counts: 'tokens', max: 500 }], {
      storage: { onFailure: 'open' },
    });
    const { reply } = ask({ max_tokens: Number.MAX_SAFE_INTEGER, n: 128 });
    expect((await reply).status).toBe(429);
    expect(upstream.calls).toHaveLength(0);
    expect(errors).toEqual([]);
  });

  it('ends a stream that goes on behind a bound of 0', async () => {
    const { ask, cuts, upstream } = limited([{ scope: 'caller', counts: 'outputTokens', max: 5_000 }]);
    const { reply } = ask({ stream: true, max_tokens: 0 });
    const wire = (await upstream.next()).stream();
    for (let piece = 0; piece < 20; piece++) wire.write(openai.piece(4_000));
    wire.write(openai.end(10, 20_000));
    wire.end();
    await reader((await reply).body).done;
    expect(cuts).toHaveLength(1);
  });
});

it('counts a tag that a caller has twice once', async () => {
  const { ask, upstream } = limited([{ scope: 'tag', counts: 'requests', max: 1 }], {
    access: { identify: () => ({ id: 'ann', tags: ['x', 'x'] }) },
  });
  expect(await statusesOf([ask()], upstream, openai.whole(1, 1))).toEqual([200]);
});
