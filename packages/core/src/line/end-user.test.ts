import { beforeEach, describe, expect, it } from 'vitest';
import type { Caller, GatewayConfig } from '../config/types.ts';
import { createGateway } from '../gateway.ts';
import type { Gateway } from '../gateway-api.ts';
import { memoryStore } from '../store/memory.ts';
import type { Store } from '../store/store.ts';
import { manualClock, type ScriptedDispatcher, scriptedDispatcher } from '../testing/index.ts';

const othersTurn = () => new Promise((resolve) => setImmediate(resolve));

let upstream: ScriptedDispatcher;
let store: Store;
let ids = 0;
beforeEach(() => {
  upstream = scriptedDispatcher();
  store = memoryStore();
});

/** One request a minute for each end user. */
function gatewayWith(more: Partial<GatewayConfig<Request>> = {}): Gateway<Request> {
  return createGateway<Request>(
    {
      access: { identify: (request): Caller => JSON.parse(request.header('x-caller') ?? '{"id":"app"}') },
      providers: { a: { extends: 'openai', baseUrl: 'https://a.test/v1', apiKey: 'k' } },
      models: { m: { deployments: ['a/one'], retries: 0 } },
      limits: [{ scope: 'endUser', counts: 'requests', max: 1, per: 'minute' }],
      endUser: 'body',
      log: { warn() {}, error() {} },
      store,
      ...more,
    } as GatewayConfig<Request>,
    {
      dispatcher: upstream,
      clock: manualClock(),
      random: () => 0.5,
      randomId: (bytes) => String(++ids).padStart(2 * bytes, '0'),
      environment: {},
    },
  );
}

/** The status; whoever is called fails, which counts as a request. */
async function ask(gateway: Gateway<Request>, path: string, body: object, caller?: Caller): Promise<number> {
  const headers = { 'content-type': 'application/json', ...(caller && { 'x-caller': JSON.stringify(caller) }) };
  const init = { method: 'POST', headers, body: JSON.stringify({ model: 'm', ...body }) };
  const called = upstream.calls.length;
  const pending = gateway.fetch(new Request(`https://gateway.test${path}`, init)) as Promise<Response>;
  let isOver = false;
  void pending.finally(() => {
    isOver = true;
  });
  while (!isOver && upstream.calls.length === called) await othersTurn();
  upstream.calls[called]?.respond(400, { error: { message: 'no' } }, { 'content-type': 'application/json' });
  return (await pending).status;
}

const CHAT = '/v1/chat/completions';
const messages = [{ role: 'user', content: 'hello' }];

describe('an end user whom the body names', () => {
  it.each<[string, string, (name: string) => object]>([
    ['user of a chat', CHAT, (user) => ({ messages, user })],
    [
      'safety_identifier of a chat, before its user',
      CHAT,
      (name) => ({ messages, safety_identifier: name, user: 'x' }),
    ],
    ['user of a text that goes on', '/v1/completions', (user) => ({ prompt: 'hello', user })],
    ['safety_identifier of a response', '/v1/responses', (name) => ({ input: 'hello', safety_identifier: name })],
    ['user of an embedding', '/v1/embeddings', (user) => ({ input: 'hello', user })],
    ['metadata of a message', '/v1/messages', (user_id) => ({ messages, max_tokens: 9, metadata: { user_id } })],
  ])('has limits of their own: %s', async (_, path, body) => {
    const gateway = gatewayWith();
    const asked = [];
    for (const name of ['ann', 'ann', 'bob']) asked.push(await ask(gateway, path, body(name)));
    expect(asked).toEqual([400, 429, 400]);
    await othersTurn();
    const { items } = await store.ledger.list({}, undefined, { now: 0, deadline: 1_000 });
    expect(items.map(({ scopes }) => scopes)).toEqual([
      ['caller:app', 'endUser:ann'],
      ['caller:app', 'endUser:bob'],
    ]);
  });

  it('is nobody beside the one whom the host names, and is not judged then', async () => {
    const gateway = gatewayWith();
    const caller = { id: 'app', endUser: 'host' };
    expect(await ask(gateway, CHAT, { messages, user: 'ann' }, caller)).toBe(400);
    expect(await ask(gateway, CHAT, { messages, user: 'x'.repeat(9_999) }, caller)).toBe(429);
    expect(upstream.calls).toHaveLength(1);
  });

  it('is not looked for unless that is configured', async () => {
    const gateway = gatewayWith({ endUser: undefined as never });
    for (let call = 0; call < 2; call++) expect(await ask(gateway, CHAT, { messages, user: 'ann' })).toBe(400);
    expect(upstream.calls).toHaveLength(2);
  });

  it.each(['x'.repeat(513), 'a\u0000', 'a\nb', '\ud800'])(
    'is refused before anything is sent where no store could keep the name',
    async (user) => {
      expect(await ask(gatewayWith(), CHAT, { messages, user })).toBe(400);
      expect(upstream.calls).toHaveLength(0);
    },
  );

  it.each(['', 5, null, ['ann']])('is nobody where the field holds %j', async (user) => {
    const gateway = gatewayWith();
    for (let call = 0; call < 2; call++) expect(await ask(gateway, CHAT, { messages, user })).toBe(400);
    expect(upstream.calls).toHaveLength(2);
  });

  it('is nothing that hooks hear of the caller', async () => {
    const callers: unknown[] = [];
    const gateway = gatewayWith({ hooks: { onPlan: [(_, { caller }) => void callers.push(caller)] } });
    await ask(gateway, CHAT, { messages, user: 'ann' });
    expect(callers).toEqual([{ id: 'app' }]);
  });
});
