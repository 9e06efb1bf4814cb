import { type Clock, memoryStore, type Store } from '@postern/core';
import { afterEach, describe, expect, it } from 'vitest';
import { CHATS, post } from '../kit/chat.ts';
import { hastyClock } from '../kit/clock.ts';
import { type Stage, stage } from '../kit/stage.ts';

const NOON = Date.UTC(2026, 0, 1, 12);
let passed = 0;
const clock: Clock = { ...hastyClock(), now: () => NOON + passed };
const open: Stage[] = [];
afterEach(async () => {
  passed = 0;
  for (const one of open.splice(0)) await one.close();
});

/** A process of its own, as far as the store can tell: two deployments, of which `dead()` says whether the first one fails. */
async function processOn(store: Store, dead: () => boolean): Promise<Stage> {
  const at = await stage('Express', {
    sim: { fault: (call) => (call.model === 'first' && dead() ? 'e500' : undefined) },
    config: {
      store,
      breaker: {},
      platform: { clock },
      models: { m: { deployments: [{ model: 'oa/first' }, { model: 'oa/second', order: 1 }] } },
    },
  });
  open.push(at);
  return at;
}

async function ask(at: Stage, requests = 1): Promise<number[]> {
  const seen: number[] = [];
  for (let request = 0; request < requests; request++) {
    const response = await post(at.url, CHATS['openai-chat']({ model: 'm', stream: false }));
    await response.text();
    seen.push(response.status);
  }
  return seen;
}
const firsts = (at: Stage): number => at.sim.calls.filter((call) => call.model === 'first').length;
describe('processes that share a store', () => {
  it('leave a deployment alone that failed for one of them, and try it when its rest is over', async () => {
    const store = memoryStore();
    let dead = true;
    const [one, other] = [await processOn(store, () => dead), await processOn(store, () => false)];
    await ask(one, 5);
    expect(firsts(one)).toBe(5);
    // The first of these looks what others know, beside the request.
    passed = 1_000;
    await ask(other);
    const before = firsts(other);
    expect(new Set(await ask(other, 10))).toEqual(new Set([200]));
    expect(firsts(other)).toBe(before);

    dead = false;
    passed = 5_000;
    await ask(one);
    await ask(other);
    expect([one, other].map((at) => at.sim.calls.at(-1)?.model)).toEqual(['first', 'first']);
  });

  it('answer as ever while the store hangs, fails or holds nonsense', async () => {
    const nonsense = new TextEncoder().encode('{"m#0":[1e300,"no such kind"],"m#1":7,"x":null}');
    const broken = [
      () => new Promise<never>(() => {}),
      () => Promise.reject(new Error('away')),
      () => Promise.resolve({ value: nonsense.slice(3), version: '1' }),
    ];
    for (const get of broken) {
      const store = memoryStore();
      const shared: Store['shared'] = (name, ...rest) =>
        name === 'rests' ? { ...store.shared(name, ...rest), get } : store.shared(name, ...rest);
      const at = await processOn({ ...store, shared }, () => true);
      expect(new Set(await ask(at, 12))).toEqual(new Set([200]));
      expect(firsts(at)).toBe(5);
    }
  });
});
