import { randomBytes } from 'node:crypto';
import { beforeEach, describe, expect, it } from 'vitest';
import type { CreateFrom } from '../config/access-types.ts';
import type { ScopedLimit } from '../config/limit-types.ts';
import type { Caller, GatewayConfig } from '../config/types.ts';
import { createGateway } from '../gateway.ts';
import type { Gateway } from '../gateway-api.ts';
import { Cancellation } from '../kit/cancel.ts';
import { memoryStore } from '../store/memory.ts';
import type { Entity, Store } from '../store/store.ts';
import { type ManualClock, manualClock, scriptedDispatcher } from '../testing/index.ts';
import { bodyOf } from '../transport/body-of.ts';
import type { Dispatcher } from '../transport/dispatcher.ts';

const randomId = (bytes: number): string => randomBytes(bytes).toString('hex');
const provider = { format: 'openai-chat', baseUrl: 'https://up.test/v1', auth: 'none', fidelity: 'exact' } as const;
const ANSWER = {
  id: 'c',
  object: 'chat.completion',
  created: 1,
  model: 'one',
  choices: [{ index: 0, message: { role: 'assistant', content: 'x' }, finish_reason: 'stop' }],
  usage: { prompt_tokens: 3, completion_tokens: 4, total_tokens: 7 },
};

let clock: ManualClock;
let store: Store;
let errors: string[];
beforeEach(() => {
  clock = manualClock();
  store = memoryStore();
  errors = [];
});

/** Answers every call at once. */
function answering(): Dispatcher {
  const inner = scriptedDispatcher();
  return {
    dispatch(request, signal) {
      const answer = inner.dispatch(request, signal);
      inner.calls.at(-1)?.respond(200, ANSWER);
      return answer;
    },
    close: () => inner.close(),
  };
}

/** A gateway whose callers are named by a header. */
function gatewayWith(createFrom?: CreateFrom, more: Partial<GatewayConfig> = {}): Gateway {
  return createGateway(
    {
      access: {
        identify: (request) => JSON.parse(request.header('x-caller') ?? '') as Caller,
        ...(createFrom === undefined ? {} : { createFrom }),
      },
      providers: { up: provider },
      models: { one: 'up/one', two: 'up/two' },
      log: { warn() {}, error: (message, fields) => errors.push(`${message} ${JSON.stringify(fields)}`) },
      store,
      ...more,
    },
    { dispatcher: answering(), clock, random: () => 0.5, randomId, environment: {} },
  );
}

const at = () => ({ now: clock.now(), deadline: clock.now() + 50 });
const audit = { at: 0, by: 'test', action: 'test' };
const get = (kind: string, id: string): Promise<Entity | undefined> => store.entities.get(kind, id, at());

async function put(kind: string, id: string, record: object): Promise<void> {
  const before = await get(kind, id);
  await store.entities.put(kind, id, { createdAt: 0, ...record }, before?.etag, audit, at());
}

async function told(gateway: Gateway, caller: Caller, model = 'one'): Promise<string> {
  const bytes = new TextEncoder().encode(JSON.stringify({ model, messages: [{ role: 'user', content: 'hello' }] }));
  const { status, body } = (await gateway.handle({
    method: 'POST',
    path: '/v1/chat/completions',
    query: new URLSearchParams(),
    header: (name) => (name === 'x-caller' ? JSON.stringify(caller) : undefined),
    body: async (limits) => bodyOf(bytes, limits),
    signal: new Cancellation(),
    host: undefined,
  })) ?? { status: 0, body: '' };
  if (status === 200) return '200';
  const { error } = JSON.parse(String(body)) as { readonly error: { readonly code: string } };
  return `${status} ${error.code}`;
}

const requests = (max: number) => [{ counts: 'requests', max, per: 'minute' }] as const;

describe('a user of the host who is seen for the first time', () => {
  beforeEach(() =>
    put('template', 'standard', { of: 'user', defaults: { limits: requests(2), models: ['one'], name: 'somebody' } }),
  );

  it('gets a record from the template, and its limits hold from the first request on', async () => {
    const gateway = gatewayWith({ user: 'standard' });
    const ann = { id: 'session-1', user: 'ann', team: 'red' };
    expect(await told(gateway, ann, 'two')).toBe('403 forbidden');
    const answers = [
      await told(gateway, ann),
      await told(gateway, { ...ann, id: 'session-2' }),
      await told(gateway, ann),
    ];
    expect(answers).toEqual(['200', '200', '429 rate_limited']);
    expect(await told(gateway, { ...ann, user: 'bob' })).toBe('200');
    expect((await get('user', 'ann'))?.value).toEqual({
      template: 'standard',
      name: 'somebody',
      models: ['one'],
      limits: requests(2),
      team: 'red',
      createdAt: clock.now(),
    });
    // Nobody asked for teams to be made.
    expect(await get('team', 'red')).toBeUndefined();
  });

  it('is made once, also by eight first requests at once and by two processes, whose limit is one', async () => {
    const puts: (string | undefined)[] = [];
    const { entities } = store;
    const own = store;
    store = {
      limits: own.limits,
      ledger: own.ledger,
      shared: (...map) => own.shared(...map),
      flush: () => own.flush(),
      close: () => own.close(),
      entities: {
        get: (...asked) => entities.get(...asked),
        put: async (...written) => {
          const etag = await entities.put(...written);
          puts.push(etag);
          return etag;
        },
        delete: (...deleted) => entities.delete(...deleted),
        list: (...listed) => entities.list(...listed),
        audit: (...asked) => entities.audit(...asked),
      },
    };
    const gateways = [gatewayWith({ user: 'standard' }), gatewayWith({ user: 'standard' })];
    const answers = await Promise.all(
      Array.from({ length: 8 }, (_, index) => told(gateways[index % 2] as Gateway, { id: `s${index}`, user: 'ann' })),
    );
    expect(answers.filter((answer) => answer === '200')).toHaveLength(2);
    expect(answers.filter((answer) => answer === '429 rate_limited')).toHaveLength(6);
    expect(puts.length).toBeLessThanOrEqual(2);
    expect(puts.filter((etag) => etag !== undefined)).toHaveLength(1);
  });

  it('is as its record says once there is one, blocked too', async () => {
    await put('user', 'ann', { limits: requests(3), team: 'red' });
    await put('team', 'red', { models: ['two'] });
    await put('template', 'squad', { of: 'team' });
    const gateway = gatewayWith({ user: 'standard', team: 'squad' });
    const ann = { id: 's', user: 'ann' };
    expect([await told(gateway, ann), await told(gateway, ann, 'two')]).toEqual(['403 forbidden', '200']);
    await put('user', 'ann', { blocked: true });
    expect(await told(gateway, ann, 'two')).toBe('200');
    gateway.forget('user', 'ann');
    expect(await told(gateway, ann, 'two')).toBe('403 caller_blocked');
  });

  it('is held to its limits in process as well', async () => {
    const gateway = gatewayWith({ user: 'standard' });
    const calling = { caller: { id: 'job', user: 'ann' } };
    const chat = () => gateway.chat({ model: 'one', messages: [{ role: 'user', content: 'hello' }] }, calling);
    await chat();
    await chat();
    await expect(chat()).rejects.toMatchObject({ code: 'rate_limited' });
  });

  it('is not served without what the template says, when there is none or one of another kind', async () => {
    for (const template of ['standrad', 'squad']) {
      await put('template', 'squad', { of: 'team' });
      const gateway = gatewayWith({ user: template });
      expect(await told(gateway, { id: 's', user: 'ann' })).toBe('500 internal');
      expect(errors.at(-1)).toContain('access.createFrom.user names no template of a user');
      expect(await get('user', 'ann')).toBeUndefined();
    }
  });
});

describe('limits that the host gives with a caller', () => {
  const own: readonly ScopedLimit[] = [{ scope: 'user', counts: 'requests', max: 2, per: 'minute' }];

  it('hold beside those of the configuration and of the record, each counted by itself', async () => {
    await put('template', 'standard', { of: 'user', defaults: { limits: requests(3) } });
    const limits: readonly ScopedLimit[] = [{ scope: 'user', counts: 'requests', max: 4, per: 'minute' }];
    const gateway = gatewayWith({ user: 'standard' }, { limits });
    const bare = { id: 's', user: 'ann' };
    const answers: string[] = [];
    for (const caller of [{ ...bare, limits: own }, { ...bare, limits: own }, { ...bare, limits: own }, bare, bare])
      answers.push(await told(gateway, caller));
    const no = '429 rate_limited';
    expect(answers).toEqual(['200', '200', no, '200', no]);
  });

  it('may hold back attempts by where they go', async () => {
    const limits: readonly ScopedLimit[] = [{ scope: 'provider', counts: 'requests', max: 1 }];
    const gateway = gatewayWith(undefined, { models: { one: { deployments: ['up/one'], retries: 0 } } });
    const ann = { id: 'ann', limits };
    expect([await told(gateway, ann), await told(gateway, ann), await told(gateway, { id: 'bob' })]).toEqual([
      '200',
      '429 rate_limited',
      '200',
    ]);
  });

  it.each<[string, unknown, string]>([
    ['no list', { scope: 'user' }, 'limits is an object'],
    ['a number', 5, 'limits is 5'],
    ['a scope that there is not', [{ scope: 'usr', counts: 'requests', max: 1 }], 'limits.0.scope'],
    ['less than nothing', [{ scope: 'user', counts: 'requests', max: -1 }], 'limits.0.max'],
    ['no number', [{ scope: 'user', counts: 'requests', max: Number.NaN }], 'limits.0.max'],
    ['a unit that there is not', [{ scope: 'user', counts: 'dollars', max: 1 }], 'limits.0.counts'],
    ['a member too many', [{ scope: 'user', counts: 'requests', max: 1, perr: 'day' }], 'unknown key `perr`'],
  ])('and are %s let nobody through, and tell the operator why', async (_, limits, cause) => {
    const gateway = gatewayWith();
    expect(await told(gateway, { id: 'ann', limits } as unknown as Caller)).toBe('500 internal');
    expect(errors.join()).toContain(cause);
  });
});
