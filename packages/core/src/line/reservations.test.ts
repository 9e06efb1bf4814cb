import { describe, expect, it } from 'vitest';
import type { ScopedLimit } from '../config/limit-types.ts';
import { limited, openai, othersTurn, reader, until } from './limited.type-test.ts';

const OPEN: ScopedLimit = { scope: 'provider:openai-chat', counts: 'concurrency', max: 1 };

describe('what an attempt reserves over its provider', () => {
  it('is given back when the client leaves while it is being reserved, whatever has run by then', async () => {
    for (let steps = 0; steps < 12; steps++) {
      let leave = () => {};
      const { ask, calls, upstream, state } = limited([OPEN], {}, async (name) => {
        if (name !== 'admit') return;
        // Leaves so many turns of the queue around the answer of the store.
        void (async () => {
          for (let step = 0; step < steps; step++) await undefined;
          leave();
        })();
        await undefined;
        await undefined;
      });
      const asked = ask();
      ({ leave } = asked);
      await asked.reply;
      await othersTurn();
      expect(await state(), `after ${steps} steps`).toEqual([]);
      expect(calls.filter(([name]) => name === 'settle').length, `after ${steps} steps`).toBeLessThanOrEqual(2);
      for (const call of upstream.calls) expect(call.signal.aborted).toBe(true);
    }
  });

  it('tells of soft limits that it crosses', async () => {
    const { ask, upstream, crossed } = limited([
      { scope: 'provider', counts: 'tokens', max: 5, per: 'day', soft: true },
      { scope: 'deployment', counts: 'requests', max: 0, per: 'day', soft: true },
    ]);
    const { reply } = ask();
    (await upstream.next()).respond(200, openai.whole(3, 4));
    await reply;
    await until(() => crossed.length > 0);
    expect(crossed.map(({ state: { scope, used } }) => [scope, used]).sort()).toEqual([
      ['deployment:m#0', 1],
      ['provider:openai-chat', 7],
    ]);
  });
});

describe('attempts of one request', () => {
  it('are all billed: what a failed one told that it used counts with the one that answered', async () => {
    const models = {
      m: {
        deployments: [
          { model: 'anthropic-messages/claude', order: 0 },
          { model: 'openai-chat/one', order: 1 },
        ],
        retries: 1,
      },
    };
    const { ask, calls, ended, upstream } = limited([{ scope: 'caller', counts: 'tokens', max: 100_000 }], { models });
    const { reply } = ask({ stream: true });
    // Source: https://platform.claude.com/docs/en/build-with-claude/streaming#error-events
    const broken = (await upstream.next()).stream();
    const usage = { input_tokens: 700, output_tokens: 1 };
    const message = { id: 'm', type: 'message', role: 'assistant', content: [], model: 'claude', usage };
    broken.write(`event: message_start\ndata: ${JSON.stringify({ type: 'message_start', message })}\n\n`);
    broken.write('event: error\ndata: {"type":"error","error":{"type":"overloaded_error","message":"Overloaded"}}\n\n');
    const wire = (await upstream.next()).stream();
    wire.write(openai.piece(8) + openai.end(10, 2));
    wire.end();
    await reader((await reply).body).done;
    expect(ended[0]?.attempts.map(({ outcome, cost, usage }) => [outcome, cost, usage])).toEqual([
      ['fault', '710000', { input: 700, output: 1 }],
      ['ok', '30000', { input: 10, output: 2 }],
    ]);
    expect(ended[0]?.cost).toBe('740000');
    await until(() => calls.some(([name]) => name === 'settle'));
    expect(calls.find(([name]) => name === 'settle')?.[2]).toMatchObject({ tokens: 713, nanoUsd: 740_000 });
  });
});

describe('a request that ends with its time limit', () => {
  it('counts what it used, and not all that was reserved', async () => {
    const limit: ScopedLimit = { scope: 'caller', counts: 'outputTokens', max: 4_200, per: 'day' };
    const { ask, calls, clock, upstream } = limited([limit], { timeouts: { total: '10s', idle: '20s' } });
    const { reply } = ask({ stream: true });
    const wire = (await upstream.next()).stream();
    wire.write(openai.piece(400));
    const { done } = reader((await reply).body);
    await othersTurn();
    await clock.advance(10_000);
    await done.catch(() => {});
    await until(() => calls.some(([name]) => name === 'settle'));
    // 4,096 were reserved and 100 used.
    ask({ max_tokens: 4_000 });
    await upstream.next();
  });
});

describe('a request that nothing limits', () => {
  it.each([
    ['there are no limits', []],
    ['those that there are hold for others', [{ scope: 'user:somebody-else', counts: 'requests', max: 0 }]],
  ] as [string, ScopedLimit[]][])(
    'reserves nothing and settles nothing, since %s, and is in the ledger',
    async (_, limits) => {
      const { ask, calls, ended, upstream } = limited(limits);
      const { reply } = ask();
      (await upstream.next()).respond(200, openai.whole(3, 4));
      expect((await reply).status).toBe(200);
      await othersTurn();
      expect(calls).toEqual([]);
      expect(ended[0]?.attempts).toHaveLength(1);
    },
  );
});
