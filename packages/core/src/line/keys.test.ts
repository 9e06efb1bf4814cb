import { randomBytes } from 'node:crypto';
import { beforeEach, describe, expect, it } from 'vitest';
import type { GatewayConfig } from '../config/types.ts';
import { createGateway } from '../gateway.ts';
import type { Gateway } from '../gateway-api.ts';
import { makeKey } from '../keys/key-text.ts';
import type { EntityKind, EntityRecords, KeyRecord } from '../keys/records.ts';
import { Cancellation } from '../kit/cancel.ts';
import { memoryStore } from '../store/memory.ts';
import type { Store } from '../store/store.ts';
import { type ManualClock, manualClock, scriptedDispatcher } from '../testing/index.ts';
import { bodyOf } from '../transport/body-of.ts';
import type { Dispatcher, WireRequest } from '../transport/dispatcher.ts';
import type { GatewayReply } from '../transport/gateway-request.ts';

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
let reads: string[];
let isAway: boolean;
let dialled: WireRequest[];
/** Models that fail. */
let failing: readonly string[];
beforeEach(() => {
  failing = [];
  clock = manualClock();
  const memory = memoryStore();
  reads = [];
  isAway = false;
  dialled = [];
  const get: Store['entities']['get'] = (kind, id, call) => {
    reads.push(`${kind} ${id}`);
    return isAway ? Promise.reject(new Error('away')) : memory.entities.get(kind, id, call);
  };
  const { entities } = memory;
  store = {
    ...memory,
    shared: (...map) => memory.shared(...map),
    flush: () => memory.flush(),
    close: () => memory.close(),
    entities: {
      get,
      put: (...put) => entities.put(...put),
      delete: (...deleted) => entities.delete(...deleted),
      list: (...listed) => entities.list(...listed),
      audit: (...asked) => entities.audit(...asked),
    },
  };
});

const modelOf = ({ body }: WireRequest): string =>
  (JSON.parse(new TextDecoder().decode(body as Uint8Array)) as { model: string }).model;

/** Answers every call at once. */
function answering(): Dispatcher {
  const inner = scriptedDispatcher();
  return {
    dispatch(request, signal) {
      dialled.push(request);
      const answer = inner.dispatch(request, signal);
      inner.calls.at(-1)?.respond(failing.includes(modelOf(request)) ? 500 : 200, ANSWER);
      return answer;
    },
    close: () => inner.close(),
  };
}

function gatewayWith(more: Partial<GatewayConfig> = {}): Gateway {
  return createGateway(
    {
      access: { keys: {} },
      providers: { up: provider },
      models: { one: 'up/one', two: 'up/two', deep: 'up/deep' },
      log: { warn() {}, error() {} },
      store,
      ...more,
    },
    { dispatcher: answering(), clock, random: () => 0.5, randomId, environment: {} },
  );
}

const at = () => ({ now: clock.now(), deadline: clock.now() + 50 });

/** A store whose answers about callers take so many milliseconds. */
function slowBy(ms: number): Store {
  const { entities } = store;
  const get: Store['entities']['get'] = (...asked) => clock.sleep(ms).then(() => entities.get(...asked));
  return { ...store, entities: { ...entities, get } };
}

/** Writes a record, whether or not there is one. */
async function put<Kind extends EntityKind>(kind: Kind, id: string, record: object): Promise<void> {
  const before = await store.entities.get(kind, id, at());
  const value = { createdAt: 0, ...record } as unknown as EntityRecords[Kind];
  const audit = { at: 0, by: 'test', action: 'test' };
  expect(await store.entities.put(kind, id, value, before?.etag, audit, at())).toBeDefined();
  reads = [];
}

async function issued(record: Partial<KeyRecord> = {}): Promise<{ readonly id: string; readonly key: string }> {
  const { id, key, hash } = makeKey(randomId);
  await put('key', id, { hash, ...record });
  return { id, key };
}

interface Asked {
  readonly model?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly path?: string;
  readonly method?: string;
  readonly query?: string;
}

function ask(gateway: Gateway, key: string | undefined, asked: Asked = {}): Promise<GatewayReply> {
  const { model = 'one', path = '/v1/chat/completions', method = 'POST' } = asked;
  const headers = asked.headers ?? (key === undefined ? {} : { authorization: `Bearer ${key}` });
  const bytes = new TextEncoder().encode(JSON.stringify({ model, messages: [{ role: 'user', content: 'hello' }] }));
  const reply = gateway.handle({
    method,
    path,
    query: new URLSearchParams(asked.query),
    header: (name) => headers[name],
    body: async (limits) => bodyOf(bytes, limits),
    signal: new Cancellation(),
    host: undefined,
  });
  if (reply === undefined) throw new Error('not taken');
  return reply;
}

const text = (body: unknown): string => (body instanceof Uint8Array ? new TextDecoder().decode(body) : String(body));

/** Status and code of an answer. */
async function told(gateway: Gateway, key: string | undefined, asked: Asked = {}): Promise<string> {
  const { status, body } = await ask(gateway, key, asked);
  const { error } = JSON.parse(text(body)) as { readonly error?: { readonly code?: string | null } };
  return error === undefined ? String(status) : `${status} ${error.code}`;
}

describe('a request with a virtual key', () => {
  it('is served as that key, and the key goes nowhere', async () => {
    const gateway = gatewayWith();
    const { id, key } = await issued({ user: 'ann', tags: ['nightly'] });
    await put('user', 'ann', {});
    const callers: (string | undefined)[] = [];
    gateway.events.on('request-end', ({ caller }) => callers.push(caller));
    for (const headers of [{ authorization: `Bearer ${key}` }, { 'x-api-key': key }, { 'x-goog-api-key': key }])
      expect(await told(gateway, undefined, { headers })).toBe('200');
    expect(callers).toEqual([id, id, id]);
    expect(JSON.stringify(dialled.map(({ headers, path }) => [headers, path]))).not.toContain('psk_');
  });

  it('without one, or with one that is none, is refused before the store is asked', async () => {
    const gateway = gatewayWith();
    const { key } = makeKey(randomId);
    const typo = key.replace(/.$/, (last) => (last === '0' ? '1' : '0'));
    expect(await told(gateway, undefined)).toBe('401 unauthenticated');
    for (const text of [typo, key.slice(0, -1), `${key}0`, key.toUpperCase(), 'sk-proj-1', `psk_${'0'.repeat(89)}`])
      expect(await told(gateway, text)).toBe('401 key_unknown');
    const other = makeKey(randomId).key;
    const headers = { authorization: `Bearer ${key}`, 'x-api-key': other };
    expect(await told(gateway, undefined, { headers })).toBe('401 keys_conflict');
    expect(reads).toEqual([]);
    expect(dialled).toEqual([]);
  });

  it('is routed as its key says: to its own fallbacks, with so many calls, within its regions', async () => {
    const gateway = gatewayWith({
      models: {
        one: { deployments: ['up/one'], retries: 1, fallbacks: ['two'] },
        two: 'up/two',
        deep: {
          deployments: [
            { model: 'up/far', region: 'us' },
            { model: 'up/near', region: 'eu' },
          ],
        },
      },
      retry: { unavailable: 'next' },
    });
    failing = ['one'];
    const { key } = await issued({ router: { fallbacks: ['gone', 'deep', 'two'] } });
    const local = await issued({ router: { fallbacks: [], regions: ['eu'] } });
    const brief = await issued({ router: { attempts: 1 } });
    const narrow = await issued({ models: ['one', 'two'], router: { fallbacks: ['deep', 'two'] } });
    const went = async (of: string, model?: string): Promise<readonly string[]> => {
      dialled = [];
      await ask(gateway, of, model === undefined ? {} : { model });
      return dialled.map(modelOf);
    };
    expect(await went(key)).toEqual(['one', expect.stringMatching(/far|near/)]);
    expect(await went(narrow.key)).toEqual(['one', 'two']);
    expect(await went(brief.key)).toEqual(['one']);
    for (let round = 0; round < 5; round++) expect(await went(local.key, 'deep')).toEqual(['near']);
    expect(await told(gateway, local.key)).toBe('400 unsupported_by_target');
  });

  it('is refused when the key is unknown, expired or blocked; which of them, only who has the secret learns', async () => {
    const gateway = gatewayWith();
    const expired = await issued({ expires: clock.now() });
    const blocked = await issued({ blocked: true });
    const good = await issued({ expires: clock.now() + 1 });
    expect(await told(gateway, makeKey(randomId).key)).toBe('401 key_unknown');
    expect(await told(gateway, expired.key)).toBe('401 key_expired');
    expect(await told(gateway, blocked.key)).toBe('401 key_blocked');
    for (const { id } of [expired, blocked, good])
      expect(await told(gateway, makeKey(randomId, id).key)).toBe('401 key_unknown');
    expect(await told(gateway, good.key)).toBe('200');
    await clock.advance(1);
    expect(await told(gateway, good.key)).toBe('401 key_expired');
  });

  it.each<[string, Partial<KeyRecord>]>([
    ['user ann', { user: 'ann' }],
    ['team red', { team: 'red' }],
    ['organisation acme', { organisation: 'acme' }],
    ['team red of its user', { user: 'bob' }],
    ['organisation acme of its team', { team: 'blue' }],
  ])('is refused when the %s is blocked, or is no more', async (what, record) => {
    const [kind, id] = what.split(' ') as [EntityKind, string];
    const circle: readonly [EntityKind, string, object][] = [
      ['user', 'ann', {}],
      ['user', 'bob', { team: 'red' }],
      ['team', 'red', {}],
      ['team', 'blue', { organisation: 'acme' }],
      ['organisation', 'acme', {}],
    ];
    for (const [kind, id, value] of circle) await put(kind, id, value);
    const { key } = await issued(record);
    const gateway = gatewayWith();
    expect(await told(gateway, key)).toBe('200');
    await put(kind, id, { blocked: true });
    gateway.forget(kind, id);
    expect(await told(gateway, key)).toBe('401 key_blocked');
    await put(kind, id, {});
    gateway.forget(kind, id);
    expect(await told(gateway, key)).toBe('200');
    const { etag = '' } = (await store.entities.get(kind, id, at())) ?? {};
    await store.entities.delete(kind, id, etag, { at: 0, by: 'test', action: 'test' }, at());
    gateway.forget(kind, id);
    expect(await told(gateway, key)).toBe('401 key_blocked');
  });

  it('may carry the secret before the last rotation until its time is over', async () => {
    const before = makeKey(randomId);
    const after = makeKey(randomId, before.id);
    await put('key', before.id, { hash: after.hash, previous: { hash: before.hash, until: clock.now() + 1000 } });
    const gateway = gatewayWith();
    expect(await told(gateway, before.key)).toBe('200');
    expect(await told(gateway, after.key)).toBe('200');
    await clock.advance(1000);
    expect(await told(gateway, before.key)).toBe('401 key_unknown');
    expect(await told(gateway, after.key)).toBe('200');
  });
});

describe('the models of a key', () => {
  it('are those that it, its user, its team and its organisation allow, access groups included', async () => {
    await put('access-group', 'thinkers', { models: ['deep'] });
    await put('user', 'ann', { models: ['one', 'two'] });
    await put('team', 'red', { models: ['one'], groups: ['thinkers', 'not there'] });
    const gateway = gatewayWith();
    const statuses = async (record: Partial<KeyRecord>): Promise<readonly string[]> => {
      const { key } = await issued(record);
      return [
        await told(gateway, key),
        await told(gateway, key, { model: 'two' }),
        await told(gateway, key, { model: 'deep' }),
      ];
    };
    const no = '403 forbidden';
    expect(await statuses({})).toEqual(['200', '200', '200']);
    expect(await statuses({ models: ['two'] })).toEqual([no, '200', no]);
    expect(await statuses({ user: 'ann' })).toEqual(['200', '200', no]);
    expect(await statuses({ team: 'red' })).toEqual(['200', no, '200']);
    expect(await statuses({ team: 'red', user: 'ann' })).toEqual(['200', no, no]);
    expect(await statuses({ groups: ['not there'] })).toEqual([no, no, no]);
    const { key } = await issued({ team: 'red' });
    const { body } = await ask(gateway, key, { path: '/v1/models', method: 'GET' });
    const { data } = JSON.parse(text(body)) as { readonly data: readonly { readonly id: string }[] };
    expect(data.map((model) => model.id)).toEqual(['one', 'deep']);
  });

  it('are not looked up in the store under what can be no name there', async () => {
    const gateway = gatewayWith();
    const { key } = await issued();
    for (const model of ['a\u0000b', '\ud800', "one' OR 1=1 --", 'x'.repeat(201), 'two words'])
      expect(await told(gateway, key, { model })).toMatch(/^40[04] /);
    expect(reads.filter((read) => read.startsWith('alias'))).toEqual([]);
    expect(await told(gateway, key, { model: 'no-such' })).toMatch(/^404 /);
    expect(reads).toContain('alias no-such');
  });

  it('may have names of its own and of the store, which open nothing that is not allowed', async () => {
    await put('alias', 'newest', { model: 'deep' });
    await put('alias', 'one', { model: 'deep' });
    const gateway = gatewayWith();
    const { key } = await issued({
      models: ['one', 'deep'],
      aliases: { mine: 'one', theirs: 'two', latest: 'newest' },
    });
    const other = await issued();
    const asked = async (of: string, model: string): Promise<readonly (string | undefined)[]> => {
      dialled = [];
      const answer = await told(gateway, of, { model });
      return [answer, /"model":"([^"]*)"/.exec(text(dialled[0]?.body))?.[1]];
    };
    expect(await asked(key, 'mine')).toEqual(['200', 'one']);
    expect(await asked(key, 'newest')).toEqual(['200', 'deep']);
    expect(await asked(key, 'latest')).toEqual(['200', 'deep']);
    expect(await asked(key, 'theirs')).toEqual(['403 forbidden', undefined]);
    expect(await asked(other.key, 'mine')).toEqual(['404 model_not_found', undefined]);
    // What the configuration serves is not taken away by an alias.
    expect(await asked(other.key, 'one')).toEqual(['200', 'one']);
    expect(await asked(other.key, 'constructor')).toEqual(['404 model_not_found', undefined]);
  });
});

describe('the limits of a key', () => {
  const max = (max: number) => [{ counts: 'requests', max, per: 'minute' }] as const;

  it('hold beside those of its user, team and organisation, and of the configuration', async () => {
    await put('team', 'red', { limits: max(3) });
    const gateway = gatewayWith({ limits: [{ scope: 'team', counts: 'requests', max: 4, per: 'minute' }] });
    const one = await issued({ team: 'red', limits: max(2) });
    const two = await issued({ team: 'red', limits: max(2) });
    const three = await issued({ limits: max(1) });
    const answers: string[] = [];
    for (const { key } of [one, one, one, two, two, three, three]) answers.push(await told(gateway, key));
    const no = '429 rate_limited';
    expect(answers).toEqual(['200', '200', no, '200', no, '200', no]);
    // The configuration counts by itself: three requests of the team, of four.
    await put('team', 'red', { limits: max(100) });
    gateway.forget('team', 'red');
    expect([await told(gateway, two.key), await told(gateway, (await issued({ team: 'red' })).key)]).toEqual([
      '200',
      no,
    ]);
  });

  it('go on counting where they were when they are raised, also for a time', async () => {
    const { id, key } = await issued({ limits: max(1) });
    const gateway = gatewayWith();
    expect([await told(gateway, key), await told(gateway, key)]).toEqual(['200', '429 rate_limited']);
    const until = new Date(clock.now() + 90_000).toISOString();
    const { hash } = ((await store.entities.get('key', id, at()))?.value as KeyRecord) ?? {};
    await put('key', id, { hash, limits: [{ ...max(1)[0], increase: { by: 2, until } }] });
    gateway.forget('key', id);
    const answers = async () => [await told(gateway, key), await told(gateway, key), await told(gateway, key)];
    expect(await answers()).toEqual(['200', '200', '429 rate_limited']);
    await clock.advance(120_000);
    expect(await answers()).toEqual(['200', '429 rate_limited', '429 rate_limited']);
  });

  it('that nobody can read let nobody through', async () => {
    const { key } = await issued({ limits: [{ counts: 'requests', max: -1 }] });
    expect(await told(gatewayWith(), key)).toBe('500 internal');
    expect(dialled).toEqual([]);
  });
});

describe('looking up a key', () => {
  it('asks the store once for eight first requests at the same time, and not again for a while', async () => {
    await put('team', 'red', {});
    const { id, key } = await issued({ team: 'red' });
    const gateway = gatewayWith();
    const answers = await Promise.all(Array.from({ length: 8 }, () => told(gateway, key)));
    expect(answers).toEqual(Array(8).fill('200'));
    expect(reads).toEqual([`key ${id}`, 'team red']);
    await clock.advance(29_999);
    await told(gateway, key);
    expect(reads).toHaveLength(2);
    await clock.advance(1);
    await told(gateway, key);
    expect(reads).toHaveLength(4);
  });

  it('asks once about a key that there is not, and is told of one that is made later', async () => {
    const gateway = gatewayWith();
    const { id, key, hash } = makeKey(randomId);
    for (let times = 0; times < 20; times++) expect(await told(gateway, key)).toBe('401 key_unknown');
    expect(reads).toEqual([`key ${id}`]);
    await put('key', id, { hash });
    gateway.forget('key', id);
    expect(await told(gateway, key)).toBe('200');
  });

  it('costs the store no more than so much, however many keys are made up; known ones go on working', async () => {
    const { key } = await issued();
    const gateway = gatewayWith();
    await told(gateway, key);
    reads = [];
    const answers = new Map<string, number>();
    for (let count = 0; count < 1000; count++) {
      const answer = await told(gateway, makeKey(randomId).key);
      answers.set(answer, (answers.get(answer) ?? 0) + 1);
    }
    expect(reads).toHaveLength(100);
    expect(answers).toEqual(
      new Map([
        ['401 key_unknown', 100],
        ['429 rate_limited', 900],
      ]),
    );
    expect(await told(gateway, key)).toBe('200');
    await clock.advance(1000);
    expect(await told(gateway, (await issued()).key)).toBe('200');
  });

  it('lets nobody in while the store is away, but those who were known a moment ago', async () => {
    const known = await issued();
    const fresh = await issued();
    const gateway = gatewayWith({ access: { keys: { ttl: '10s', grace: '60s' } } });
    await told(gateway, known.key);
    isAway = true;
    await clock.advance(10_000);
    expect(await told(gateway, known.key)).toBe('200');
    expect(await told(gateway, makeKey(randomId, known.id).key)).toBe('401 key_unknown');
    const reply = await ask(gateway, fresh.key);
    expect([reply.status, reply.headers['retry-after']]).toEqual([503, '1']);
    await clock.advance(60_000);
    expect(await told(gateway, known.key)).toMatch(/^503 /);
    isAway = false;
    expect(await told(gateway, known.key)).toBe('200');
  });

  it('never carries into the store what is no id, whatever stands in the headers', async () => {
    const gateway = gatewayWith({ access: { keys: { fromQuery: true } } });
    const { key } = makeKey(randomId);
    const parts = [
      "' OR '1'='1",
      "'; DROP TABLE entities; --",
      '" OR ""="',
      '$where: 1',
      '{"$gt":""}',
      '../../etc/passwd',
      '%27%20OR%201=1',
      '\u0000',
      '\r\nDEL *',
      '*) (uid=*',
      '`id`',
      // biome-ignore lint/suspicious/noTemplateCurlyInString: what attackers send
      '${7*7}',
      '__proto__',
      'constructor',
      'EVAL "return 1" 0',
      'UNION SELECT * FROM key',
      'ｐｓｋ_',
      '😀',
      '\\x27',
      '<script>',
    ];
    const around = [
      (text: string) => text,
      (text: string) => `psk_${text}`,
      (text: string) => `psk_${text}_${key.slice(21)}`,
      (text: string) => key.slice(0, 21) + text,
      (text: string) => key + text,
    ];
    const names = ['authorization', 'x-api-key', 'api-key', 'x-goog-api-key', 'query'];
    let count = 0;
    for (const part of parts)
      for (const make of around)
        for (const name of names) {
          const text = make(part);
          const headers = name === 'query' ? {} : { [name]: name === 'authorization' ? `Bearer ${text}` : text };
          const query = name === 'query' ? `key=${encodeURIComponent(text)}` : '';
          expect(await told(gateway, undefined, { headers, query })).toMatch(/^401 (key_unknown|unauthenticated)$/);
          count += 1;
        }
    expect(count).toBe(500);
    expect(reads).toEqual([]);
  });
});

describe('a store that is slow', () => {
  it('has as long to say whose a key is as it is given', async () => {
    const { key } = await issued();
    const asked = async (storage: GatewayConfig['storage']) => {
      const pending = ask(gatewayWith({ store: slowBy(500), ...(storage === undefined ? {} : { storage }) }), key);
      await new Promise((resolve) => setImmediate(resolve));
      await clock.advance(600);
      return (await pending).status;
    };
    expect(await asked(undefined)).toBe(503);
    expect(await asked({ timeout: '2s' })).toBe(200);
  });
});
