import { beforeEach, describe, expect, it } from 'vitest';
import type { ScopedLimit } from '../config/limit-types.ts';
import type { StorageConfig } from '../config/storage-types.ts';
import type { Caller } from '../config/types.ts';
import { createGateway } from '../gateway.ts';
import type { Gateway } from '../gateway-api.ts';
import { memoryStore } from '../store/memory.ts';
import type { Call, Limit, Store } from '../store/store.ts';
import { type ManualClock, manualClock, type ScriptedDispatcher, scriptedDispatcher } from '../testing/index.ts';
import type { GatewayEvents } from './events.ts';

const othersTurn = () => new Promise((resolve) => setImmediate(resolve));

/** A store that can be made to fail, to hang, or to do what it is asked and say nothing. */
function fickleStore() {
  const inner = memoryStore();
  let mode: 'works' | 'fails' | 'hangs' | 'mute' = 'works';
  const held: (() => void)[] = [];
  const asked: string[] = [];
  const wrapped = <Part extends object>(part: Part): Part =>
    new Proxy(part, {
      get(target, name) {
        const member = Reflect.get(target, name);
        if (typeof member !== 'function') return member;
        return (...values: unknown[]) => {
          asked.push(String(name));
          const ask = () => Reflect.apply(member, target, values) as Promise<unknown>;
          if (mode === 'fails') return Promise.reject(new Error('ECONNREFUSED'));
          if (mode === 'works') return ask();
          const answer = mode === 'mute' ? ask() : undefined;
          return new Promise((resolve, reject) => held.push(() => (answer ?? ask()).then(resolve, reject)));
        };
      },
    });
  const store: Store = { ...inner, limits: wrapped(inner.limits), ledger: wrapped(inner.ledger) };
  return {
    inner,
    store,
    asked,
    is(next: typeof mode) {
      mode = next;
    },
    /** Answers all that hung, in its order. */
    async answer() {
      for (const go of held.splice(0)) go();
      await othersTurn();
    },
  };
}

let upstream: ScriptedDispatcher;
let clock: ManualClock;
let store: ReturnType<typeof fickleStore>;
let logged: string[];
let ids = 0;
beforeEach(() => {
  upstream = scriptedDispatcher();
  clock = manualClock();
  store = fickleStore();
  logged = [];
});

const TEAM: ScopedLimit = { scope: 'team', counts: 'tokens', max: 20_000, per: 'day' };
const OPEN: StorageConfig = { onFailure: 'open' };

function gatewayWith(storage: StorageConfig = {}, limits: readonly ScopedLimit[] = [TEAM]): Gateway<Request> {
  const up = { format: 'openai-chat', baseUrl: 'https://a.test/v1', auth: 'none', fidelity: 'exact' } as const;
  const note = (message: string) => logged.push(message);
  return createGateway<Request>(
    {
      access: { identify: (): Caller => ({ id: 'ann', team: 'red' }) },
      providers: { a: up },
      models: { m: { deployments: ['a/one'], retries: 0 } },
      log: { warn: note, error: note },
      limits,
      storage,
      store: store.store,
    },
    {
      dispatcher: upstream,
      clock,
      random: () => 0.5,
      randomId: (bytes) => String(++ids).padStart(2 * bytes, '0'),
      environment: {},
    },
  );
}

function ask(gateway: Gateway<Request>, path = '/v1/chat/completions'): Promise<Response> {
  const body = JSON.stringify({ model: 'm', max_tokens: 100, messages: [{ role: 'user', content: 'hello' }] });
  const headers = { 'content-type': 'application/json' };
  return gateway.fetch(new Request(`https://gateway.test${path}`, { method: 'POST', headers, body }));
}

const ANSWER = {
  id: 'c',
  object: 'chat.completion',
  created: 1,
  model: 'one',
  choices: [{ index: 0, message: { role: 'assistant', content: 'x' }, finish_reason: 'stop' }],
  usage: { prompt_tokens: 30, completion_tokens: 12, total_tokens: 42 },
};

/** Asks, and answers when the provider is called; the clock goes on where the store is waited for. */
async function served(gateway: Gateway<Request>): Promise<Response> {
  const before = upstream.calls.length;
  const pending = ask(gateway);
  let isOver = false;
  void pending.then(() => {
    isOver = true;
  });
  while (!isOver && upstream.calls.length === before) {
    await othersTurn();
    await clock.advance(10);
  }
  upstream.calls[before]?.respond(200, ANSWER, { 'content-type': 'application/json' });
  const reply = await pending;
  await othersTurn();
  return reply;
}

const call = (): Call => ({ now: clock.now(), deadline: clock.now() + 1_000 });
const DAY: Limit = {
  id: 'tokens-per-day',
  counts: 'tokens',
  max: 20_000,
  window: 86_400_000,
  start: 1_767_225_600_000,
};
let looks = 0;
/** What the team used and has reserved. */
async function counted(): Promise<string> {
  const id = `look-${++looks}`;
  const scopes = [{ scope: 'team:red', limits: [DAY] }];
  const expires = clock.now() + 1_000;
  const answer = await store.inner.limits.admit({ id, scopes, amounts: {}, expires, onExpiry: 'release' }, call());
  await store.inner.limits.settle(id, {}, call());
  const [state] = answer.granted ? answer.scopes : [];
  return `${state?.used}/${state?.reserved}`;
}
const rows = async () => (await store.inner.ledger.list({}, undefined, call())).items;

describe('a store that does not answer', () => {
  it.each([
    ['/v1/chat/completions', 'store_unavailable'],
    ['/v1/messages', 'overloaded_error'],
  ])(
    'has requests under closed limits refused with 503 in the form of %s, and nobody is called',
    async (path, word) => {
      store.is('hangs');
      const pending = ask(gatewayWith(), path);
      await othersTurn();
      await clock.advance(50);
      const reply = await pending;
      expect([reply.status, reply.headers.get('retry-after')]).toEqual([503, '1']);
      expect(await reply.text()).toContain(word);
      expect(upstream.calls).toHaveLength(0);
    },
  );

  it('may take as long as it is given', async () => {
    const pending = ask(gatewayWith({ timeout: '2s' }));
    store.is('hangs');
    await othersTurn();
    await clock.advance(1_999);
    await store.answer();
    (await upstream.next()).respond(200, ANSWER, { 'content-type': 'application/json' });
    expect((await pending).status).toBe(200);
  });

  it('gets back what it grants too late', async () => {
    store.is('mute');
    const pending = ask(gatewayWith());
    await othersTurn();
    await clock.advance(50);
    expect((await pending).status).toBe(503);
    store.is('works');
    await store.answer();
    expect(await counted()).toBe('0/0');
  });

  it('lets requests without limits go on', async () => {
    store.is('fails');
    expect((await served(gatewayWith({}, []))).status).toBe(200);
  });

  it('is told once of many requests', async () => {
    store.is('fails');
    const gateway = gatewayWith();
    for (let count = 0; count < 20; count++) await ask(gateway);
    expect(logged.filter((line) => line.includes('does not answer'))).toHaveLength(1);
  });
});

describe('limits that are open while the store is away', () => {
  it('let requests go on, marked, and count them when it is back, with the ledger', async () => {
    const gateway = gatewayWith(OPEN);
    const told: GatewayEvents['limits-unchecked'][] = [];
    gateway.events.on('limits-unchecked', (event) => told.push(event));
    store.is('fails');
    const reply = await served(gateway);
    expect([reply.status, reply.headers.get('x-postern-limits')]).toEqual([200, 'unchecked']);
    expect(told.map(({ scopes }) => scopes)).toEqual([['team:red']]);
    expect(gateway.stats()).toMatchObject({ journal: 2, lost: 0 });
    store.is('works');
    expect(await counted()).toBe('0/0');
    await clock.advance(1_000);
    expect(gateway.stats()).toMatchObject({ journal: 0, lost: 0 });
    expect([await counted(), (await rows()).length]).toEqual(['42/0', 1]);
  });

  it('count what was used beyond them, too', async () => {
    const gateway = gatewayWith(OPEN, [{ ...TEAM, max: 200 }]);
    store.is('fails');
    for (let count = 0; count < 10; count++) expect((await served(gateway)).status).toBe(200);
    store.is('works');
    expect(await gateway.flush()).toBe(0);
    expect(await counted()).toBe('420/0');
    expect((await served(gateway)).status).toBe(429);
  });

  it('are counted once, though the store did what it was asked and did not say so', async () => {
    const gateway = gatewayWith(OPEN);
    store.is('mute');
    await served(gateway);
    await clock.advance(3_000);
    store.is('works');
    await store.answer();
    await clock.advance(3_000);
    expect(gateway.stats().journal).toBe(0);
    expect([await counted(), (await rows()).length]).toEqual(['42/0', 1]);
  });

  it('open by kind of scope do not open those of other kinds', async () => {
    store.is('fails');
    const user: ScopedLimit = { scope: 'caller', counts: 'requests', max: 9 };
    const storage: StorageConfig = { onFailure: { team: 'open' } };
    expect((await served(gatewayWith(storage))).status).toBe(200);
    expect((await served(gatewayWith(storage, [TEAM, user]))).status).toBe(503);
    expect((await served(gatewayWith({ onFailure: { team: 'open', caller: 'open' } }, [TEAM, user]))).status).toBe(200);
  });

  it('of a provider let its attempts go on, and count them afterwards', async () => {
    const limit: ScopedLimit = { scope: 'provider:a', counts: 'requests', max: 1 };
    store.is('fails');
    expect((await served(gatewayWith({}, [limit]))).status).toBe(503);
    const gateway = gatewayWith({ onFailure: { provider: 'open' } }, [limit]);
    expect((await served(gateway)).status).toBe(200);
    store.is('works');
    await gateway.flush();
    expect((await served(gateway)).status).toBe(429);
  });
});

describe('what the store could not be told', () => {
  /** A request that was admitted, and whose end the store does not hear. */
  async function admitted(gateway: Gateway<Request>, then: 'fails' | 'hangs' | 'mute'): Promise<void> {
    const pending = ask(gateway);
    const answered = await upstream.next();
    store.is(then);
    answered.respond(200, ANSWER, { 'content-type': 'application/json' });
    await pending;
    await othersTurn();
    await clock.advance(200);
  }

  it.each(['fails', 'hangs', 'mute'] as const)(
    'of a request that was reserved is told later when it %s',
    async (how) => {
      const gateway = gatewayWith();
      const told: string[] = [];
      for (const name of ['store-away', 'store-back', 'journal-lost'] as const)
        gateway.events.on(name, ({ part }) => told.push(`${name} ${part}`));
      await admitted(gateway, how);
      store.is('works');
      await store.answer();
      expect(await gateway.flush()).toBe(0);
      expect([await counted(), (await rows()).length]).toEqual(['42/0', 1]);
      expect(told.filter((line) => line.includes('lost'))).toEqual([]);
      expect(told).toContain('store-away ledger');
      expect(told).toContain('store-back ledger');
    },
  );

  it('stands in the ledger before its reservation is settled', async () => {
    await served(gatewayWith());
    expect(store.asked).toEqual(['admit', 'append', 'settle']);
  });

  it('is bounded: what comes beyond is lost, counted and told', async () => {
    const gateway = gatewayWith({ ...OPEN, journal: 3 });
    let lost = 0;
    gateway.events.on('journal-lost', ({ count }) => {
      lost += count;
    });
    store.is('fails');
    for (let count = 0; count < 5; count++) await served(gateway);
    expect([gateway.stats().journal, gateway.stats().lost, lost]).toEqual([6, 4, 4]);
    expect(logged.some((line) => line.includes('never told'))).toBe(true);
    store.is('works');
    await gateway.flush();
    expect([await counted(), (await rows()).length]).toEqual(['126/0', 3]);
  });

  it('is waited for by close, and drain', async () => {
    for (const end of ['close', 'drain'] as const) {
      store = fickleStore();
      const gateway = gatewayWith(OPEN);
      store.is('fails');
      await served(gateway);
      const ending = end === 'close' ? gateway.close() : gateway.drain(5_000);
      await othersTurn();
      await clock.advance(1_000);
      store.is('works');
      await clock.advance(4_000);
      await ending;
      expect([await counted(), (await rows()).length, gateway.stats().lost]).toEqual(['42/0', 1, 0]);
    }
  });

  it('is given up by close after its time, and told as lost', async () => {
    const gateway = gatewayWith(OPEN);
    store.is('hangs');
    await served(gateway);
    const closing = gateway.close();
    await othersTurn();
    await clock.advance(6_000);
    await closing;
    expect(gateway.stats().lost).toBe(2);
    expect(clock.pending).toBe(0);
  });
});
