import { expect, it } from 'vitest';
import { createGateway } from '../gateway.ts';
import { Cancellation } from '../kit/cancel.ts';
import { manualClock, type ScriptedDispatcher, scriptedDispatcher } from '../testing/index.ts';
import { bodyOf } from '../transport/body-of.ts';
import { cachedToken } from '../transport/cached-token.ts';
import type { CredentialHeaders, Credentials } from '../transport/credentials.ts';
import type { WireRequest } from '../transport/dispatcher.ts';
import type { GatewayReply } from '../transport/gateway-request.ts';

const ANSWER = { id: 'x', object: 'chat.completion', choices: [{ message: { role: 'assistant', content: 'Hi' } }] };
const othersTurn = () => new Promise((resolve) => setImmediate(resolve));

interface Mounted {
  readonly upstream: ScriptedDispatcher;
  readonly logged: string[];
  ask(signal?: Cancellation): Promise<GatewayReply>;
}

function mounted(credentials: Credentials, deployments = ['hand/m'], clock = manualClock()): Mounted {
  const upstream = scriptedDispatcher();
  const logged: string[] = [];
  const row = { format: 'openai-chat', fidelity: 'exact' } as const;
  const gateway = createGateway(
    {
      access: 'open',
      providers: {
        hand: { ...row, baseUrl: 'https://hand.test/v1', auth: 'credentials' },
        plain: { ...row, baseUrl: 'https://plain.test/v1', apiKey: 'key-of-plain' },
      },
      models: { m: { deployments: deployments.map((model, order) => ({ model, order })) } },
      credentials: { hand: credentials },
      log: { warn() {}, error: (message, fields) => void logged.push(`${message} ${JSON.stringify(fields)}`) },
    },
    { dispatcher: upstream, clock, random: () => 0.5, randomId: (bytes) => '0'.repeat(2 * bytes), environment: {} },
  );
  const ask = (signal = new Cancellation()): Promise<GatewayReply> => {
    const bytes = new TextEncoder().encode(JSON.stringify({ model: 'm', messages: [{ role: 'user', content: 'Hi' }] }));
    return gateway.handle({
      method: 'POST',
      path: '/v1/chat/completions',
      query: new URLSearchParams(),
      header: (name) => (name === 'content-type' ? 'application/json' : undefined),
      body: async (limits) => bodyOf(bytes, limits),
      signal,
      host: undefined,
    }) as Promise<GatewayReply>;
  };
  return { upstream, logged, ask };
}

const bodyText = ({ body }: GatewayReply): string =>
  typeof body === 'string' ? body : new TextDecoder().decode(body as Uint8Array);

it('credentials see the call as it goes out, and their headers go with it', async () => {
  const seen: WireRequest[] = [];
  const { upstream, ask } = mounted({
    headers: (request) => {
      seen.push(request);
      return { Authorization: 'Signed 1', 'x-date': 'today' };
    },
  });
  const reply = ask();
  const { request, respond } = await upstream.next();
  respond(200, ANSWER);
  expect((await reply).status).toBe(200);
  expect(seen).toHaveLength(1);
  expect(seen[0]).toMatchObject({ method: 'POST', origin: 'https://hand.test', path: '/v1/chat/completions' });
  expect(request.body).toBe(seen[0]?.body);
  expect(request.headers).toEqual({ ...seen[0]?.headers, authorization: 'Signed 1', 'x-date': 'today' });
  expect(seen[0]?.headers).not.toHaveProperty('authorization');
});

it('a failure of the credentials is 502 upstream_credentials; its reason stands in the log alone, without secrets', async () => {
  const { upstream, logged, ask } = mounted({
    headers: () => Promise.reject(new Error('invalid_client: secret sk-proj-abcdefghijklmnopqrstuvwx1234 is wrong')),
  });
  const reply = await ask();
  expect(reply.status).toBe(502);
  expect(bodyText(reply)).toContain('upstream_credentials');
  expect(bodyText(reply)).not.toContain('invalid_client');
  expect(upstream.calls).toHaveLength(0);
  expect(logged.join()).toContain('invalid_client');
  expect(logged.join()).not.toContain('abcdefghijkl');
});

it('a failure of the credentials leaves the other deployments to try', async () => {
  const failing: Credentials = {
    headers() {
      throw new Error('no role');
    },
  };
  const { upstream, ask } = mounted(failing, ['hand/m', 'plain/m']);
  const reply = ask();
  const { request, respond } = await upstream.next();
  respond(200, ANSWER);
  expect((await reply).status).toBe(200);
  expect(request.origin).toBe('https://plain.test');
  expect(request.headers).toMatchObject({ authorization: 'Bearer key-of-plain' });
});

it.each([
  ['a line break', { authorization: 'Bearer a\r\nx-other: b' }],
  ['no text', { authorization: undefined as unknown as string }],
  ['another host', { Host: 'elsewhere.test' }],
  ['another length', { 'content-length': '3' }],
])('a header with %s is refused before anything is sent', async (_, headers) => {
  const { upstream, ask } = mounted({ headers: () => headers });
  expect((await ask()).status).toBe(502);
  expect(upstream.calls).toHaveLength(0);
});

it('what the provider says of its refusal holds none of the headers that were sent', async () => {
  const { upstream, ask } = mounted({ headers: () => ({ authorization: 'Bearer correct-horse-battery' }) });
  const reply = ask();
  (await upstream.next()).respond(400, { error: { message: 'bad request with correct-horse-battery' } });
  expect(bodyText(await reply)).not.toContain('horse');
});

it('a client that goes away does not wait for credentials', async () => {
  const gone = new Cancellation();
  const { upstream, ask } = mounted({ headers: () => new Promise(() => {}) });
  const reply = ask(gone);
  await othersTurn();
  gone.abort(new Error('gone'));
  expect((await reply).status).toBeGreaterThanOrEqual(400);
  expect(upstream.calls).toHaveLength(0);
});

/** Credentials by a cached token, as a provider with a token endpoint has them; `fetched` are the tokens so far. */
function byToken(clock = manualClock()) {
  const fetched: string[] = [];
  const cache = cachedToken(async () => {
    fetched.push(`token-${fetched.length + 1}`);
    return { value: fetched.at(-1) ?? '', expires: clock.now() + 3_600_000 };
  }, clock);
  const credentials: Credentials = {
    headers: async (_, signal) => ({ authorization: `Bearer ${await cache.get(signal)}` }),
    refused: ({ authorization = '' }: CredentialHeaders) => cache.drop(authorization.slice(7)),
  };
  return { fetched, credentials };
}

it('a token that the provider refuses is fetched anew, and the call is made once more', async () => {
  const { fetched, credentials } = byToken();
  const { upstream, ask } = mounted(credentials);
  const reply = ask();
  (await upstream.next()).respond(401, { error: { message: 'expired' } });
  const { request, respond } = await upstream.next();
  expect(request.headers.authorization).toBe('Bearer token-2');
  respond(200, ANSWER);
  expect((await reply).status).toBe(200);
  expect(fetched).toHaveLength(2);
});

it('a provider that refuses every token gets two calls, and the client the refusal', async () => {
  const { fetched, credentials } = byToken();
  const { upstream, ask } = mounted(credentials);
  const reply = ask();
  (await upstream.next()).respond(401, { error: { message: 'no' } });
  (await upstream.next()).respond(401, { error: { message: 'no' } });
  expect((await reply).status).toBe(502);
  expect(upstream.calls).toHaveLength(2);
  expect(fetched).toHaveLength(2);
});

it('without `refused` a 401 is the end of the attempts there', async () => {
  const { upstream, ask } = mounted({ headers: () => ({ authorization: 'Bearer x' }) });
  const reply = ask();
  (await upstream.next()).respond(401, { error: { message: 'no' } });
  expect((await reply).status).toBe(502);
  expect(upstream.calls).toHaveLength(1);
});
