import { randomBytes } from 'node:crypto';
import { createServer } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import {
  type Dispatcher,
  ERROR_CODES,
  type ErrorCode,
  type GatewayConfig,
  GuardError,
  isGatewayError,
  type Limit,
  makeKey,
  memoryStore,
  type Store,
} from '@postern/core';
import { requestOf, writeReply } from '@postern/core/node';
import { manualClock } from '@postern/core/testing';
import { describe, expect, it } from 'vitest';
import { readStream, readWhole } from '../kit/answers.ts';
import { CHATS, type ChatTopic } from '../kit/chat.ts';
import { eventually } from '../kit/eventually.ts';
import { type Answered, bench } from '../kit/in-process.ts';
import { statusOf } from '../kit/raw.ts';
import { stage } from '../kit/stage.ts';

/** How an error came to light: its code and status, as the events and the reply of a request tell them. */
interface Reached {
  readonly code: string | undefined;
  readonly status: number | undefined;
}

const MODEL = 'oa/sim';

/** One request to a gateway with this configuration. */
async function asked(
  topic: Partial<ChatTopic> & { readonly raw?: unknown },
  config: Partial<GatewayConfig> = {},
): Promise<Reached> {
  const at = bench({ config, sim: { sizes: { retryAfter: 60 } } });
  const call = CHATS['openai-chat']({ model: MODEL, ...topic });
  const answer = await at.ask({ ...call, body: topic.raw ?? call.body });
  return reached(answer, at.ended.at(-1)?.error?.code, topic.stream === true && answer.status === 200);
}

const AUDIT = { at: 0, by: 'test', action: 'test' };
const SOON = () => ({ now: Date.now(), deadline: Date.now() + 1000 });

/** One request with a key of the store, as it is changed on its way. */
async function withKey(
  record: object,
  sent: (key: string) => string = (key) => key,
  headers: Readonly<Record<string, string>> = {},
  store: Store = memoryStore(),
): Promise<Reached> {
  const { id, key, hash } = makeKey((bytes) => randomBytes(bytes).toString('hex'));
  await store.entities.put('key', id, { hash, createdAt: 0, ...record }, undefined, AUDIT, SOON());
  const at = bench({ config: { store, access: { keys: {} } } });
  const call = CHATS['openai-chat']({ model: MODEL });
  const answer = await at.ask({
    ...call,
    headers: { ...call.headers, authorization: `Bearer ${sent(key)}`, ...headers },
  });
  return reached(answer, at.ended.at(-1)?.error?.code, false);
}

/** The reply must be an error of the client's format. */
function reached({ status, body }: Answered, code: string | undefined, streamed: boolean): Reached {
  const { error } = (streamed ? readStream : readWhole)('openai-chat', body);
  expect(error?.message).toBeTruthy();
  return { code, status };
}

/** Audio by URL, for a target that takes it as bytes only. */
async function remoteAudio(config: Partial<GatewayConfig>): Promise<Reached> {
  const at = bench({ config });
  const audio = { fileData: { mimeType: 'audio/mp3', fileUri: 'https://x.test/a.mp3' } };
  const answer = await at.ask(CHATS.gemini({ model: MODEL, more: { contents: [{ role: 'user', parts: [audio] }] } }));
  expect(readWhole('gemini', answer.body).error?.message).toBeTruthy();
  return { code: at.ended[0]?.error?.code, status: answer.status };
}

const faulty = (fault: string): Promise<Reached> => asked({ model: `oa/sim+${fault}` });

/** Without a limit nobody asks the store. */
const LIMITED: NonNullable<GatewayConfig['limits']> = [{ scope: 'caller', counts: 'requests', max: 9 }];

const HOW: Readonly<Record<ErrorCode, () => Promise<Reached>>> = {
  config_invalid: async () => {
    try {
      bench({ config: { models: { m: 'nobody/x' } } });
    } catch (error) {
      return isGatewayError(error)
        ? { code: error.code, status: error.status }
        : { code: undefined, status: undefined };
    }
    return { code: undefined, status: undefined };
  },

  invalid_json: () => asked({ raw: '{' }),
  invalid_request: () => asked({ raw: '{"messages":[]}' }),
  duplicate_key: () => asked({ raw: '{"model":"oa/sim","model":"oa/other","messages":[]}' }),
  body_too_deep: () => asked({ raw: `{"model":"oa/sim","messages":${'['.repeat(100)}${']'.repeat(100)}}` }),
  unsupported_by_target: () => asked({ model: 'an/sim', more: { logit_bias: { 5: 1 } } }, { strict: true }),
  media_url_unsupported: () => remoteAudio({}),
  media_fetch_failed: () => remoteAudio({ fetchMedia: () => Promise.reject(new Error('no such host')) }),
  operation_unsupported: async () => {
    const at = bench();
    const answer = await at.ask({
      path: '/v1/embeddings',
      headers: { 'content-type': 'application/json' },
      body: { model: 'an/sim', input: 'x' },
    });
    return reached(answer, at.ended[0]?.error?.code, false);
  },
  body_too_large: () => asked({ prompt: 'x'.repeat(2000) }, { body: { maxBytes: 1000 } }),
  unsupported_content_type: async () => {
    const at = bench();
    const answer = await at.ask({
      ...CHATS['openai-chat']({ model: MODEL }),
      headers: { 'content-type': 'text/plain' },
    });
    return reached(answer, at.ended[0]?.error?.code, false);
  },
  method_not_allowed: async () => {
    const at = bench();
    const answer = await at.ask({ path: '/v1/chat/completions', headers: {}, method: 'GET' });
    return reached(answer, at.ended[0]?.error?.code, false);
  },
  model_not_found: () => asked({ model: 'nobody/x' }),
  resource_not_found: async () => {
    const at = bench({ config: { resources: 'oa' } });
    const answer = await at.ask({ path: '/v1/files/file-1', method: 'GET', headers: {} });
    return reached(answer, at.ended[0]?.error?.code, false);
  },
  feedback_given: async () => {
    const at = bench({ config: { feedback: true } });
    const { headers } = await at.ask(CHATS['openai-chat']({ model: MODEL }));
    const body = { request_id: headers.get('x-postern-request-id'), score: 1 };
    const told = { path: '/v1/feedback', method: 'POST', headers: { 'content-type': 'application/json' }, body };
    await at.ask(told);
    return reached(await at.ask(told), at.ended.at(-1)?.error?.code, false);
  },
  request_timeout: stalledUpload,

  unauthenticated: () => asked({}, { access: { identify: () => undefined } }),
  key_unknown: () => withKey({}, (key) => key.replace(/.$/, (last) => (last === '0' ? '1' : '0'))),
  key_expired: () => withKey({ expires: 1 }),
  key_blocked: () => withKey({ blocked: true }),
  keys_conflict: () => withKey({}, (key) => key, { 'x-api-key': 'another' }),
  caller_blocked: async () => {
    const store = memoryStore();
    await store.entities.put('user', 'ann', { createdAt: 0, blocked: true }, undefined, AUDIT, SOON());
    return asked(
      {},
      { store, access: { identify: () => ({ id: 'a', user: 'ann' }), createFrom: { user: 'standard' } } },
    );
  },
  forbidden: () => asked({}, { access: { identify: () => ({ id: 'bob', models: ['an/*'] }) } }),

  rate_limited: () => asked({}, { limits: LIMITED, store: fullStore() }),
  budget_exhausted: () => asked({}, { limits: LIMITED, store: fullStore('nanoUsd') }),
  draining: async () => {
    const at = bench();
    await at.gateway.drain(0);
    return reached(await at.ask(CHATS['openai-chat']({ model: MODEL })), at.ended[0]?.error?.code, false);
  },

  guard_refused: () =>
    asked(
      {},
      {
        hooks: {
          onRequest: [
            () => {
              throw new GuardError('Not here.');
            },
          ],
        },
      },
    ),

  upstream_unavailable: () => faulty('reset-before-headers'),
  upstream_overloaded: () => faulty('e503'),
  upstream_timeout: () => faulty('e504'),
  upstream_rate_limited: () => faulty('r429'),
  upstream_rejected: () => faulty('e400'),
  upstream_model_not_found: () => faulty('e404'),
  upstream_credentials: () => faulty('e401'),
  upstream_invalid_response: () => faulty('html'),
  upstream_incomplete: async () => ({
    ...(await asked({ model: 'oa/sim+cleancut', stream: true })),
    status: ERROR_CODES.upstream_incomplete.status,
  }),
  context_length_exceeded: () => faulty('e400-context'),
  content_filtered: () => faulty('e400-filter'),

  client_gone: leftClient,
  idempotency_mismatch: () => again({ prompt: 'other' }),
  idempotency_in_flight: () => again({}, { close: async () => {}, dispatch: () => new Promise(() => {}) }),
  idempotency_done: () => again({}),
  store_unavailable: () => asked({}, { limits: LIMITED, store: lostStore() }),
  internal: () =>
    asked(
      {},
      {
        hooks: {
          onRequest: [
            () => {
              throw new Error('a bug of the host');
            },
          ],
        },
      },
    ),
};

/** A second request with the key of the first. */
async function again(second: Partial<ChatTopic>, dispatcher?: Dispatcher): Promise<Reached> {
  const config: Partial<GatewayConfig> = { access: { identify: () => ({ id: 'ann' }) } };
  const at = bench({ config, ...(dispatcher === undefined ? {} : { dispatcher }) });
  const ask = (topic: Partial<ChatTopic>) => {
    const call = CHATS['openai-chat']({ model: MODEL, ...topic });
    return at.ask({ ...call, headers: { ...call.headers, 'idempotency-key': 'k' } });
  };
  const first = ask({});
  if (dispatcher === undefined) await first;
  else await eventually(() => at.dialled.length === 1);
  return reached(await ask(second), at.ended.at(-1)?.error?.code, false);
}

/** A store that nobody reaches. */
function lostStore(): Store {
  const store = memoryStore();
  return { ...store, limits: { ...store.limits, admit: () => Promise.reject(new Error('ECONNREFUSED')) } };
}

/** A store in which no limit has room left. */
function fullStore(counts: Limit['counts'] = 'requests'): Store {
  const store = memoryStore();
  const refused = { granted: false, scope: 'caller', limit: 'full', counts, resetAt: Date.now() + 1000 } as const;
  return {
    ...store,
    limits: { ...store.limits, admit: async () => refused, settle: async () => ({ granted: true, scopes: [] }) },
  };
}

const UPLOAD =
  'POST /v1/chat/completions HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 9\r\n\r\n{';

/** A client that stops in the middle of its upload: after a minute it is told so. */
async function stalledUpload(): Promise<Reached> {
  const { gateway, ended } = bench();
  const clock = manualClock();
  const server = createServer((incoming, response) => {
    const reply = gateway.handle(requestOf(incoming, undefined, incoming.url ?? '/', response, { clock }));
    void reply?.then((answer) => writeReply(answer, response, { clock }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
  let answer = '';
  socket.on('data', (piece) => {
    answer += piece.toString();
  });
  socket.write(UPLOAD);
  await eventually(() => clock.pending > 0);
  await clock.advance(60_000);
  await eventually(() => answer.includes('}}'));
  socket.destroy();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  return reached(
    { status: statusOf(answer), headers: new Headers(), body: answer.slice(answer.indexOf('{')) },
    ended[0]?.error?.code,
    false,
  );
}

async function leftClient(): Promise<Reached> {
  const at = await stage('Express');
  const { hostname, port } = new URL(at.url);
  const socket = connect(Number(port), hostname);
  socket.write(UPLOAD.replace('/v1', '/ai/v1'));
  await eventually(() => at.host.gateway.stats().open === 1);
  socket.destroy();
  await eventually(() => at.ended.length === 1);
  const [end] = at.ended;
  await at.close();
  return { code: end?.error?.code, status: end?.status };
}

describe('every code of the table', () => {
  it.each(Object.keys(HOW) as ErrorCode[])('%s is reached, with its status', async (code) => {
    expect(await HOW[code]()).toEqual({ code, status: ERROR_CODES[code].status });
  });

  it('has its way here', () => {
    expect(Object.keys(HOW).sort()).toEqual(Object.keys(ERROR_CODES).sort());
  });
});
