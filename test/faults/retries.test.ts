import type { Clock, GatewayConfig } from '@postern/core';
import type { SimOptions } from '@postern/sim';
import { afterEach, describe, expect, it } from 'vitest';
import { readStream } from '../kit/answers.ts';
import { CHATS, post } from '../kit/chat.ts';
import { hastyClock } from '../kit/clock.ts';
import { type Stage, stage } from '../kit/stage.ts';

let at: Stage;
afterEach(() => at.close());

/** Time stands still until somebody says that it passed; waits between attempts take none. */
let passed = 0;
const NOON = Date.UTC(2026, 0, 1, 12);
const still: Clock = { ...hastyClock(), now: () => NOON + passed };
afterEach(() => {
  passed = 0;
});

const staged = async (fault: NonNullable<SimOptions['fault']>, config: Partial<GatewayConfig>) => {
  at = await stage('Express', { sim: { fault }, config: { platform: { clock: still }, breaker: {}, ...config } });
};

/** So many requests, one after the other; their statuses. */
async function statuses(requests: number, model = 'm'): Promise<number[]> {
  const seen: number[] = [];
  for (let request = 0; request < requests; request++) {
    const response = await post(at.url, CHATS['openai-chat']({ model, stream: request % 2 === 0 }));
    seen.push(response.status);
    await response.text();
  }
  return seen;
}

const count = <Item>(items: readonly Item[], wanted: (item: Item) => boolean): number => items.filter(wanted).length;

describe('further attempts', () => {
  it('case 56: a 503 is asked again, once it would do', async () => {
    await staged((call) => (call.number === 1 ? 'e503' : undefined), { models: { m: 'oa/sim' }, retry: {} });
    expect(await statuses(1)).toEqual([200]);
    expect(at.sim.calls).toHaveLength(2);
  });

  it('are a fifth of the requests, and ten, when everything fails: an outage is not answered with a storm', async () => {
    await staged(() => 'e503', { models: { m: { deployments: ['oa/sim'], retries: 3 } }, retry: {}, breaker: false });
    expect(new Set(await statuses(100))).toEqual(new Set([503]));
    expect(at.sim.calls.length).toBeGreaterThanOrEqual(129);
    expect(at.sim.calls.length).toBeLessThanOrEqual(130);
  });

  it('are made as often as the plan allows when the budget is lifted', async () => {
    const models = { m: { deployments: ['oa/sim'], retries: 3, retry: { budget: 3 } } };
    await staged(() => 'e503', { models, breaker: false });
    await statuses(30);
    expect(at.sim.calls).toHaveLength(120);
  });

  it('follow the policies of an alias, and those of the gateway where it has none', async () => {
    await staged(() => 'e503', {
      retry: { overloaded: 'give-back' },
      models: {
        m: { deployments: ['oa/sim'] },
        own: { deployments: ['oa/sim'], retry: { overloaded: 'same' } },
        other: { deployments: ['oa/sim', 'oa/other'], retry: { overloaded: 'next' } },
      },
    });
    const calls = async (model: string): Promise<number> => {
      const before = at.sim.calls.length;
      await statuses(1, model);
      return at.sim.calls.length - before;
    };
    expect([await calls('m'), await calls('own'), await calls('other')]).toEqual([1, 3, 2]);
  });
});

it('a stream that sends 4 MB and says nothing is asked for once: it would send as much again', async () => {
  at = await stage('Express', { sim: { sizes: { bigLine: 6_000_000 } }, config: { models: { m: 'oa/sim+bigline' } } });
  const response = await post(at.url, CHATS['openai-chat']({ model: 'm', stream: true }));
  expect([response.status, at.sim.calls.length]).toEqual([502, 1]);
});

describe('a breaker', () => {
  it('case 55: a lone dead deployment fails fast, and is tried once a second', async () => {
    await staged(() => 'e500', { models: { m: 'oa/sim' }, retry: {} });
    const seen = await statuses(60);
    expect(count(seen, (status) => status === 200)).toBe(0);
    // Five in a row, and the one that tries it at once.
    expect(at.sim.calls.length).toBeLessThanOrEqual(6);
    // Nobody was asked: it is the gateway that is out for a while, and says for how long. A try in the millisecond in which it began to rest lengthens nothing.
    const refused = await post(at.url, CHATS['openai-chat']({ model: 'm' }));
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([503, '5']);
    passed += 1_000;
    const before = at.sim.calls.length;
    await statuses(1);
    expect(at.sim.calls.length - before).toBe(1);
  });

  it('what does not pass by itself is told in the words of the provider, however often it was asked', async () => {
    await staged(() => 'e404', { models: { m: 'oa/sim' }, retry: {} });
    expect(new Set(await statuses(20))).toEqual(new Set([404]));
    expect(at.sim.calls).toHaveLength(20);
  });

  it('case 54: when all rest, the first to be back is tried, and an answer of it brings them back', async () => {
    let dead = true;
    const deployments = ['oa/sim', 'an/sim'];
    await staged(() => (dead ? 'r429' : undefined), { models: { m: { deployments } }, retry: {} });
    expect(await statuses(2)).toEqual([429, 429]);
    const before = at.sim.calls.length;
    dead = false;
    passed += 1_000;
    expect(await statuses(1)).toEqual([200]);
    expect(at.sim.calls.length - before).toBe(1);
    expect(new Set(await statuses(5))).toEqual(new Set([200]));
  });

  it('case 59: three dead and one alive: each of the dead ones is asked five times, and once after its rest', async () => {
    const names = ['d1', 'd2', 'd3', 'live'].map((model) => `oa/${model}`);
    await staged((call) => (call.model === 'live' ? undefined : 'e502'), {
      models: { m: { deployments: names, retries: 3 } },
    });
    expect(new Set(await statuses(60))).toEqual(new Set([200]));
    const callsOf = (dead: string): number => count(at.sim.calls, (call) => call.model === dead);
    expect(['d1', 'd2', 'd3'].map(callsOf)).toEqual([5, 5, 5]);
    passed += 5_000;
    expect(new Set(await statuses(60))).toEqual(new Set([200]));
    expect(['d1', 'd2', 'd3'].map(callsOf)).toEqual([6, 6, 6]);
  });

  it('case 61: a request that was tried several times counts once, and has one record for each try', async () => {
    await staged((call) => (call.number < 3 ? 'e503' : undefined), { models: { m: 'oa/sim' }, retry: {} });
    await statuses(1);
    const [ended, ...others] = at.ended;
    expect(others).toEqual([]);
    const attempts = ended?.attempts ?? [];
    expect(new Set(attempts.map(({ request }) => request)).size).toBe(1);
    expect(new Set(attempts.map(({ attempt }) => attempt)).size).toBe(3);
    expect(attempts.map(({ outcome }) => outcome)).toEqual(['fault', 'fault', 'ok']);
    expect(at.host.gateway.stats().requests).toBe(1);
  });
});

it('case 50: a stream that trickles ends with a typed error, and never as a whole answer', async () => {
  at = await stage('Express', {
    sim: { fault: () => 'trickle', sizes: { trickle: 50 } },
    config: { models: { m: { deployments: ['oa/sim'], timeouts: { floor: { tokens: 1_000, over: '200ms' } } } } },
  });
  const response = await post(at.url, CHATS['openai-chat']({ model: 'm', stream: true }));
  const told = readStream('openai-chat', await response.text());
  expect([response.status, told.finished, told.text === '']).toEqual([200, false, false]);
  expect(told.error?.message).toContain('too slowly');
  expect(at.ended[0]?.attempts.map(({ faultKind }) => faultKind)).toEqual(['timeout']);
});
