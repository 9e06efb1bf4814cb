import type { ProviderConfig } from '@postern/core';
import { afterEach, expect, it } from 'vitest';
import { CHATS } from '../kit/chat.ts';
import { type Bench, bench } from '../kit/in-process.ts';
import { CHAT_ONLY } from '../kit/stage.ts';

let at: Bench;
afterEach(() => at.gateway.close());

const row = (more: ProviderConfig = {}): ProviderConfig => ({ ...CHAT_ONLY, apiKey: 'k', ...more });

/** Two providers whose first calls fail, as many as are given. */
function failing(calls: number): void {
  at = bench({
    sim: { fault: ({ number }) => (number <= calls ? 'e500' : undefined) },
    config: {
      access: { identify: (request) => ({ id: request.header('x-caller') ?? 'ann' }) },
      providers: {
        keyed: row({ baseUrl: 'https://keyed.test/v1', idempotencyHeader: 'x-once' }),
        other: row({ baseUrl: 'https://other.test/v1', idempotencyHeader: 'idempotency-key' }),
        plain: row({ baseUrl: 'https://plain.test/v1' }),
      },
      models: {
        lone: { deployments: ['keyed/sim'], retries: 2 },
        both: {
          deployments: [
            { model: 'keyed/sim', order: 0 },
            { model: 'other/sim', order: 1 },
          ],
          retries: 1,
        },
        plain: { deployments: ['plain/sim'], retries: 1 },
      },
      retry: { budget: 10 },
      breaker: false,
    },
  });
}

async function ask(model: string, key: string | undefined, more: Record<string, string> = {}, prompt = 'hi') {
  const call = CHATS['openai-chat']({ model, prompt });
  const headers = { ...call.headers, ...(key === undefined ? {} : { 'idempotency-key': key }), ...more };
  const { length } = at.dialled;
  const { status } = await at.ask({ ...call, headers });
  expect(status).toBe(200);
  return at.dialled.slice(length).map(({ headers: sent }) => sent['x-once'] ?? sent['idempotency-key']);
}

it('a retry at the same deployment has the key of the first call there, where its API takes one', async () => {
  failing(2);
  const keys = await ask('lone', 'mine');
  expect(keys).toHaveLength(3);
  expect(new Set(keys).size).toBe(1);
  expect(keys[0]).toMatch(/^[0-9a-f]{64}$/);
});

it('another deployment has another one', async () => {
  failing(1);
  const [first, second] = await ask('both', 'mine');
  expect(second).toBeDefined();
  expect(second).not.toBe(first);
});

it('two callers, or two requests, that chose the same key are two at a provider', async () => {
  failing(0);
  const [ann] = await ask('lone', 'mine');
  const [bob] = await ask('lone', 'mine', { 'x-caller': 'bob' });
  const [later] = await ask('lone', 'next');
  expect(new Set([ann, bob, later]).size).toBe(3);
});

it('no key goes to an API that is not known to take one, and none is made up', async () => {
  failing(0);
  expect(await ask('plain', 'mine')).toEqual([undefined]);
  expect(await ask('lone', undefined)).toEqual([undefined]);
});
