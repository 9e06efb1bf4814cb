import { beforeEach, describe, expect, it } from 'vitest';
import type { Caller, GatewayConfig } from '../config/types.ts';
import { createGateway } from '../gateway.ts';
import type { Gateway } from '../gateway-api.ts';
import { memoryStore } from '../store/memory.ts';
import type { SharedMap, Store } from '../store/store.ts';
import { type ManualClock, manualClock, type ScriptedDispatcher, scriptedDispatcher } from '../testing/index.ts';

const othersTurn = () => new Promise((resolve) => setImmediate(resolve));
const HOUR = 3_600_000;

let upstream: ScriptedDispatcher;
let clock: ManualClock;
let ids = 0;
beforeEach(() => {
  upstream = scriptedDispatcher();
  clock = manualClock();
});

function gatewayWith(more: Partial<GatewayConfig<Request>> = {}): Gateway<Request> {
  const up = { format: 'openai-chat', baseUrl: 'https://a.test/v1', auth: 'none', fidelity: 'exact' } as const;
  return createGateway<Request>(
    {
      access: { identify: (request): Caller => ({ id: request.header('x-caller') ?? 'ann' }) },
      providers: { a: up },
      models: { m: { deployments: ['a/one'], retries: 0 }, n: { deployments: ['a/two'], retries: 0 } },
      log: { warn() {}, error() {} },
      ...more,
    } as GatewayConfig<Request>,
    {
      dispatcher: upstream,
      clock,
      random: () => 0.5,
      randomId: (bytes) => String(++ids).padStart(2 * bytes, '0'),
      // Short bodies only: they are their own hash.
      sha256: (bytes) => new TextDecoder().decode(bytes),
      environment: {},
    },
  );
}

interface Asked {
  readonly key?: string;
  readonly caller?: string;
  readonly body?: object;
  readonly path?: string;
  readonly signal?: AbortSignal;
}

function ask(gateway: Gateway<Request>, asked: Asked = {}): Promise<Response> {
  const { key = 'k1', caller = 'ann', body = {}, path = '/v1/chat/completions', signal } = asked;
  const headers = { 'content-type': 'application/json', 'idempotency-key': key, 'x-caller': caller };
  const text = JSON.stringify({ model: 'm', max_tokens: 9, messages: [{ role: 'user', content: 'hello' }], ...body });
  const init = { method: 'POST', headers, body: text, ...(signal === undefined ? {} : { signal }) };
  return gateway.fetch(new Request(`https://gateway.test${path}`, init));
}

const ANSWER = {
  id: 'c',
  object: 'chat.completion',
  created: 1,
  model: 'one',
  choices: [{ index: 0, message: { role: 'assistant', content: 'x' }, finish_reason: 'stop' }],
  usage: { prompt_tokens: 30, completion_tokens: 12, total_tokens: 42 },
};

/** Asks, and answers when the provider is called. */
async function served(gateway: Gateway<Request>, asked: Asked = {}, status = 200, body: unknown = ANSWER) {
  const before = upstream.calls.length;
  const pending = ask(gateway, asked);
  let isOver = false;
  void pending.then(() => {
    isOver = true;
  });
  while (!isOver && upstream.calls.length === before) await othersTurn();
  upstream.calls[before]?.respond(status, body, { 'content-type': 'application/json' });
  const reply = await pending;
  await othersTurn();
  return reply;
}

const codeOf = async (reply: Response) => ((await reply.json()) as { error: { code: string } }).error.code;

describe('a second request with the Idempotency-Key of the first', () => {
  it('is refused when that was answered, and told its id, and nobody is called', async () => {
    const gateway = gatewayWith();
    const first = await served(gateway);
    const second = await served(gateway);
    expect([second.status, second.headers.get('x-should-retry')]).toEqual([409, 'false']);
    const id = first.headers.get('x-postern-request-id') ?? '';
    expect(second.headers.get('x-postern-first-request-id')).toBe(id);
    const text = await second.text();
    expect(text).toContain(id);
    expect(text).toContain('idempotency_done');
    expect(upstream.calls).toHaveLength(1);
  });

  it('is given the answer of the first where that is kept, byte for byte, and is charged nothing', async () => {
    const store = memoryStore();
    const gateway = gatewayWith({ idempotency: { replies: 10_000 }, store });
    const first = await served(gateway);
    const second = await served(gateway);
    expect([second.status, second.headers.get('idempotent-replayed')]).toEqual([200, 'true']);
    expect(second.headers.get('content-type')).toBe('application/json');
    expect(await second.text()).toBe(await first.text());
    expect(upstream.calls).toHaveLength(1);
    const { items } = await store.ledger.list({}, undefined, { now: clock.now(), deadline: clock.now() + 50 });
    expect(items).toHaveLength(1);
    expect(gateway.stats().open).toBe(0);
  });

  it('is refused when the answer is longer than what is kept', async () => {
    const gateway = gatewayWith({ idempotency: { replies: 20 } });
    await served(gateway);
    expect((await served(gateway)).status).toBe(409);
  });

  it('is refused for another body, another query, or another path', async () => {
    const gateway = gatewayWith({ idempotency: { replies: 10_000 } });
    await served(gateway);
    const others: Asked[] = [
      { body: { model: 'n' } },
      { path: '/v1/chat/completions?x=1' },
      { path: '/v1/messages' },
      { body: { stream: true } },
    ];
    for (const other of others) expect((await ask(gateway, other)).status).toBe(422);
    expect(upstream.calls).toHaveLength(1);
  });

  it('is told to wait while that is under way, and when it was cut off that it was made', async () => {
    const gateway = gatewayWith({ timeouts: { total: '1m' } });
    const first = ask(gateway);
    const call = await upstream.next();
    const second = await ask(gateway);
    expect([second.status, second.headers.get('retry-after'), await codeOf(second)]).toEqual([
      409,
      '1',
      'idempotency_in_flight',
    ]);
    await clock.advance(60_000);
    await call.cancelled;
    expect((await first).status).toBe(504);
    expect(await codeOf(await ask(gateway))).toBe('idempotency_done');
  });

  it('of two at the same time only one is served', async () => {
    const gateway = gatewayWith();
    const both = [ask(gateway), ask(gateway)];
    (await upstream.next()).respond(200, ANSWER, { 'content-type': 'application/json' });
    expect((await Promise.all(both)).map(({ status }) => status).sort()).toEqual([200, 409]);
    expect(upstream.calls).toHaveLength(1);
  });

  it('is served when the first failed before anything was sent', async () => {
    const gateway = gatewayWith({ limits: [{ scope: 'caller', counts: 'requests', max: 1 }] });
    await served(gateway, { key: 'other' });
    expect((await served(gateway)).status).toBe(429);
    await clock.advance(60_000);
    expect((await served(gateway)).status).toBe(200);
  });

  it('is served when its provider refused the first', async () => {
    const gateway = gatewayWith();
    expect((await served(gateway, {}, 500, { error: { message: 'x' } })).status).toBe(500);
    expect((await served(gateway)).status).toBe(200);
  });

  it('is served when its client left before anything was sent', async () => {
    let release = () => {};
    const asked = new Promise<undefined>((resolve) => {
      release = () => resolve(undefined);
    });
    const gateway = gatewayWith({ hooks: { onRequest: [() => asked] } });
    const leaving = new AbortController();
    const first = ask(gateway, { signal: leaving.signal });
    await othersTurn();
    await othersTurn();
    leaving.abort();
    release();
    await first;
    await othersTurn();
    expect((await served(gateway)).status).toBe(200);
  });

  it('is refused when the first was a stream', async () => {
    const gateway = gatewayWith({ idempotency: { replies: 10_000 } });
    const first = ask(gateway, { body: { stream: true } });
    const body = (await upstream.next()).stream({ 'content-type': 'text/event-stream' });
    const chunk = (more: object) =>
      `data: ${JSON.stringify({ ...ANSWER, object: 'chat.completion.chunk', ...more })}\n\n`;
    body.write(chunk({ choices: [{ index: 0, delta: { content: 'x' }, finish_reason: null }] }));
    expect(await codeOf(await ask(gateway, { body: { stream: true } }))).toBe('idempotency_in_flight');
    body.write(chunk({ choices: [{ index: 0, delta: {}, finish_reason: 'stop' }] }));
    body.write('data: [DONE]\n\n');
    body.end();
    await (await first).text();
    await othersTurn();
    expect(await codeOf(await ask(gateway, { body: { stream: true } }))).toBe('idempotency_done');
  });

  it('of another caller has nothing to do with it', async () => {
    const gateway = gatewayWith();
    await served(gateway);
    expect((await served(gateway, { caller: 'bob' })).status).toBe(200);
  });

  it('is served after a day', async () => {
    const gateway = gatewayWith({ idempotency: { replies: 10_000 } });
    await served(gateway);
    await clock.advance(24 * HOUR - 1);
    expect((await served(gateway)).headers.get('idempotent-replayed')).toBe('true');
    await clock.advance(1);
    expect((await served(gateway)).headers.get('idempotent-replayed')).toBeNull();
  });
});

describe('an Idempotency-Key', () => {
  it.each(['', 'k'.repeat(256), 'two words', 'ümlaut'])('of a form like %j is refused', async (key) => {
    const reply = await ask(gatewayWith(), { key });
    expect([reply.status, await codeOf(reply)]).toEqual([400, 'invalid_request']);
  });

  it('is not looked at where nobody is known, or where it is switched off', async () => {
    for (const more of [{ access: 'open' }, { idempotency: false }] as const) {
      const gateway = gatewayWith(more);
      expect([(await served(gateway)).status, (await served(gateway)).status]).toEqual([200, 200]);
    }
  });

  it('is refused while the store that should know it is away', async () => {
    const store = memoryStore();
    const lost = () => Promise.reject(new Error('ECONNREFUSED'));
    const shared = () => ({ get: lost, add: lost, replace: lost, delete: lost });
    const reply = await ask(gatewayWith({ store: { ...store, shared } }));
    expect([reply.status, await codeOf(reply)]).toEqual([503, 'store_unavailable']);
    expect(upstream.calls).toHaveLength(0);
  });
});

describe('an Idempotency-Key that the store failed to take', () => {
  let mode: 'works' | 'gone' | 'fails' | 'mute' | 'hangs';
  let held: (() => void)[];
  beforeEach(() => {
    mode = 'works';
    held = [];
  });

  /** A store whose shared maps can be made to fail, to hang, or to do what they are asked and say nothing. */
  function fickleStore() {
    const inner = memoryStore();
    const fickle = (map: SharedMap): SharedMap =>
      new Proxy(map, {
        get(target, name) {
          const member = Reflect.get(target, name);
          return (...values: unknown[]) => {
            const run = () => Reflect.apply(member, target, values) as Promise<unknown>;
            if (mode === 'works') return run();
            if (mode === 'gone') return Promise.reject(new Error('ECONNREFUSED'));
            if (mode === 'fails') return run().then(() => Promise.reject(new Error('ECONNRESET')));
            const answer = mode === 'mute' ? run() : undefined;
            return new Promise((resolve, reject) => held.push(() => (answer ?? run()).then(resolve, reject)));
          };
        },
      });
    const shared: Store['shared'] = (...map) => fickle(inner.shared(...map));
    return { ...inner, shared };
  }

  /** All that hung is answered, in its order, and what the gateway still has to say to the store is said. */
  async function back(gateway: Gateway<Request>): Promise<void> {
    mode = 'works';
    for (const go of held.splice(0)) go();
    await othersTurn();
    await clock.advance(2_000);
    expect(await gateway.flush()).toBe(0);
  }

  it.each(['fails', 'mute', 'hangs'] as const)(
    'is free for the next try when the store is back, though it took it: it %s',
    async (how) => {
      const gateway = gatewayWith({ store: fickleStore() });
      mode = how;
      const first = ask(gateway);
      await othersTurn();
      await clock.advance(60);
      expect([(await first).status, upstream.calls.length]).toEqual([503, 0]);
      await back(gateway);
      expect((await served(gateway)).status).toBe(200);
      expect((await served(gateway)).status).toBe(409);
      expect(upstream.calls).toHaveLength(1);
    },
  );

  it('stays with the one that has it meanwhile', async () => {
    const gateway = gatewayWith({ store: fickleStore() });
    mode = 'hangs';
    const first = ask(gateway);
    await othersTurn();
    await clock.advance(60);
    expect((await first).status).toBe(503);
    mode = 'works';
    expect((await served(gateway)).status).toBe(200);
    await back(gateway);
    expect((await served(gateway)).status).toBe(409);
    expect(upstream.calls).toHaveLength(1);
  });

  it('is free, too, for a request that failed before anything was sent while the store was away', async () => {
    const gateway = gatewayWith({
      store: fickleStore(),
      hooks: {
        onRequest: [
          () => {
            mode = 'gone';
            throw new Error('refused');
          },
        ],
      },
    });
    expect((await ask(gateway)).status).toBeGreaterThanOrEqual(400);
    await othersTurn();
    await back(gateway);
    expect((await ask(gateway)).status).not.toBe(409);
    expect(upstream.calls).toHaveLength(0);
  });
});
