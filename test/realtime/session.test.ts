import { createHash, randomBytes } from 'node:crypto';
import { connect, type Socket } from 'node:net';
import { memoryStore, type Store } from '@postern/core';
import { manualClock } from '@postern/core/testing';
import { afterEach, describe, expect, it } from 'vitest';
import { eventually } from '../kit/eventually.ts';
import { Client } from './client.ts';
import { OPERATORS_KEY, type SessionStage, sessionStage } from './stage.ts';

let stage: SessionStage;
afterEach(() => stage.close());

/** Opened, and greeted by the provider. */
async function opened(model: string, options?: Parameters<SessionStage['open']>[1]): Promise<Client> {
  const client = stage.open(model, options);
  await client.event('session.created');
  return client;
}

describe('who opens a session', () => {
  const identify = ({ header }: { header(name: string): string | undefined }) =>
    header('authorization') === 'Bearer client-key-1' ? { id: 'ada', models: ['voice'] } : undefined;
  const access = {
    identify: (request: { header(name: string): string | undefined }) =>
      identify({ header: (name) => request.header(name) }),
  };

  it('is known by the key that a browser puts among its subprotocols, of which nothing goes on', async () => {
    stage = await sessionStage('node:http', { access });
    const client = await opened('voice', {
      protocols: ['realtime', 'openai-insecure-api-key.client-key-1', 'openai-beta.realtime-v1'],
    });
    expect(client.socket.protocol).toBe('realtime');
    const { headers, path } = await stage.session();
    expect(JSON.stringify([headers, path])).not.toContain('client-key-1');
    expect(headers['sec-websocket-protocol']).toBeUndefined();
    expect(headers['openai-beta']).toBe('realtime=v1');
    expect(headers.authorization).toBe(`Bearer ${OPERATORS_KEY}`);
  });

  it('is refused with 401 before the 101 when unknown, or with two different keys', async () => {
    stage = await sessionStage('node:http', { access });
    const unknown = await stage.open('voice').refusal();
    expect(unknown.status).toBe(401);
    expect(unknown.body.error).toMatchObject({ code: 'unauthenticated' });
    const two = stage.open('voice', {
      protocols: ['realtime', 'openai-insecure-api-key.client-key-1'],
      headers: { authorization: 'Bearer client-key-2' },
    });
    expect((await two.refusal()).status).toBe(401);
    expect(stage.sim.sessions).toHaveLength(0);
  });

  it('may use the models of its caller and no other', async () => {
    stage = await sessionStage('node:http', { access });
    const headers = { authorization: 'Bearer client-key-1' };
    expect((await stage.open('oa/sim-realtime', { headers }).refusal()).status).toBe(403);
    const client = await opened('voice', { headers });
    const input = { transcription: { model: 'gpt-4o-transcribe' } };
    client.send({ type: 'session.update', event_id: 'mine', session: { audio: { input } } });
    expect((await client.event('error'))['error']).toMatchObject({ code: 'forbidden', event_id: 'mine' });
    expect((await stage.session()).received).toEqual([]);
  });

  it('comes from a page of this host when it brings cookies, or of an origin that is allowed', async () => {
    stage = await sessionStage();
    const cookie = 'session=1';
    const foreign = { headers: { cookie, origin: 'https://evil.example' } };
    expect((await stage.open('voice', foreign).refusal()).status).toBe(403);
    await opened('voice', { headers: { cookie, origin: `http://${stage.host.address}` } });
    await opened('voice', { headers: { origin: 'https://app.example' } });
  });
});

describe('before the 101', () => {
  it('a provider that refuses our key is a 502 that tells nothing of it', async () => {
    stage = await sessionStage();
    const { status, body } = await stage.open('oa/sim-realtime-e401').refusal();
    expect(status).toBe(502);
    expect(body.error).toMatchObject({ code: 'upstream_credentials' });
    expect((await stage.end()).attempts).toMatchObject([{ outcome: 'fault', faultKind: 'credentials', status: 401 }]);
  });

  it('a provider that is away is passed over for the next deployment', async () => {
    stage = await sessionStage('node:http', {
      models: { voice: { deployments: ['oa/sim-realtime-e503', { model: 'oa/sim-realtime-2', order: 1 }] } },
    });
    await opened('voice');
    expect(stage.sim.sessions.map(({ model }) => model)).toEqual(['sim-realtime-e503', 'sim-realtime-2']);
  });

  it('a provider of another format is refused with what it serves', async () => {
    stage = await sessionStage('node:http', {
      providers: { an: { extends: 'anthropic', baseUrl: 'http://127.0.0.1:1', apiKey: 'k' } },
      models: {},
    });
    expect((await stage.open('an/claude').refusal()).body.error).toMatchObject({ code: 'operation_unsupported' });
  });

  it('a client that leaves closes the connection that is being made', async () => {
    stage = await sessionStage();
    const client = stage.open('oa/sim-realtime-hang');
    const session = await stage.session();
    client.socket.terminate();
    await eventually(() => session.closed !== undefined);
    expect(await stage.end()).toMatchObject({ outcome: 'cancelled' });
  });

  it('joins no call of the operator’s account, and takes one model', async () => {
    stage = await sessionStage();
    const open = async (query: string): Promise<number> =>
      (await new Client(`ws://${stage.host.address}/ai/v1/realtime?${query}`).refusal()).status;
    expect(await open('model=voice&call_id=rtc_1')).toBe(400);
    expect(await open('model=voice&model=oa/other')).toBe(400);
    expect(await open('')).toBe(400);
    expect(stage.sim.sessions).toHaveLength(0);
  });

  it('hooks that look into content keep sessions closed, unless the operator says otherwise', async () => {
    const hooks = { onRequest: [() => undefined] };
    stage = await sessionStage('node:http', { hooks });
    expect((await stage.open('voice').refusal()).status).toBe(403);
    await stage.close();
    stage = await sessionStage('node:http', { hooks, features: { realtime: true } });
    await opened('voice');
  });

  it('plain requests to its paths are refused: a key for a session would open one past the gateway', async () => {
    stage = await sessionStage();
    const at = `http://${stage.host.address}/ai/v1/realtime`;
    expect((await fetch(at)).status).toBe(426);
    for (const path of ['client_secrets', 'sessions', 'calls']) {
      const response = await fetch(`${at}/${path}`, { method: 'POST', body: '{}' });
      expect(response.status).toBe(400);
      expect(await response.json()).toMatchObject({ error: { code: 'operation_unsupported' } });
    }
  });

  it('a handshake that is none dials nobody', async () => {
    stage = await sessionStage();
    const socket = await raw(stage.host.address);
    socket.write(
      'GET /ai/v1/realtime?model=voice HTTP/1.1\r\nhost: x\r\nconnection: upgrade\r\nupgrade: websocket\r\n\r\n',
    );
    expect(await text(socket)).toMatch(/^HTTP\/1\.1 400 /);
    expect(stage.sim.sessions).toHaveLength(0);
  });
});

it('the 101 names the request, and to clients of this machine who serves it', async () => {
  stage = await sessionStage();
  const client = stage.open('voice');
  const headers = new Promise<Record<string, unknown>>((resolve) =>
    client.socket.once('upgrade', (response) => resolve(response.headers)),
  );
  await client.event('session.created');
  expect(await headers).toMatchObject({
    'x-postern-request-id': expect.stringMatching(/^req_/),
    'x-postern-model': 'oa/sim-realtime',
    'x-postern-deployment': 'voice#0',
  });
});

describe('what goes through', () => {
  it('binary messages go both ways as they are', async () => {
    stage = await sessionStage();
    const client = await opened('voice');
    const bytes = randomBytes(100_000);
    client.socket.send(bytes);
    await eventually(() => client.binary.length > 0);
    expect(hash(client.binary[0] as Buffer)).toBe(hash(bytes));
    expect(hash((await stage.session()).received[0] as Buffer)).toBe(hash(bytes));
  });

  it('audio goes on as the very bytes that came', async () => {
    stage = await sessionStage();
    const client = await opened('voice');
    const event = `{ "event_id": "e1","type":"input_audio_buffer.append",  "audio":"${randomBytes(3000).toString('base64')}" }`;
    client.socket.send(event);
    const session = await stage.session();
    await eventually(() => session.received.length > 0);
    expect(session.bytes).toBe(event.length);
  });

  it('one model is authorised, and no other one is asked for in its place', async () => {
    stage = await sessionStage();
    const client = await opened('voice');
    client.send({ type: 'session.update', event_id: 'mine', session: { model: 'gpt-realtime-9' } });
    expect((await client.event('error'))['error']).toMatchObject({ event_id: 'mine', param: 'session.model' });
    // Parsers disagree about which of two members counts: the provider gets the one that was judged.
    const twice =
      '{"type":"session.update","session":{"model":"gpt-realtime-9"},"type":"input_audio_buffer.append","session":{}}';
    client.socket.send(twice);
    client.socket.send(Buffer.from('{"type":"session.update","session":{"model":"gpt-realtime-9"}}'));
    const session = await stage.session();
    await eventually(() => client.events.filter(({ type }) => type === 'error').length === 2);
    expect(session.received).toEqual([{ type: 'input_audio_buffer.append', session: {} }]);
  });

  it.each(['session', 'response'])(
    'remote tool servers in a %s are refused while they are not enabled',
    async (place) => {
      stage = await sessionStage();
      const client = await opened('voice');
      const type = place === 'session' ? 'session.update' : 'response.create';
      const tools = [{ type: 'mcp', server_label: 'x', server_url: 'https://tools.example' }];
      client.send({ type, [place]: { tools } });
      expect((await client.event('error'))['error']).toMatchObject({ code: 'forbidden', param: `${place}.tools.0` });
      expect((await stage.session()).received).toEqual([]);
    },
  );

  it('images by URL are refused where media by URL are not enabled', async () => {
    stage = await sessionStage('node:http', { features: { remoteMedia: false } });
    const client = await opened('voice');
    const image = (url: string) => ({
      type: 'conversation.item.create',
      item: { type: 'message', role: 'user', content: [{ type: 'input_image', image_url: url }] },
    });
    client.send(image('https://example.com/a.png'));
    expect((await client.event('error'))['error']).toMatchObject({ code: 'forbidden' });
    client.send(image('data:image/png;base64,aGk='));
    await client.event('conversation.item.done');
  });

  it('what is no event is an error event, and the session goes on', async () => {
    stage = await sessionStage();
    const client = await opened('voice');
    client.socket.send('no json');
    expect((await client.event('error'))['error']).toMatchObject({
      code: 'invalid_json',
      type: 'invalid_request_error',
    });
    client.send({ type: 'response.create' });
    await client.event('response.done');
  });

  it('a provider’s words lose account ids and places', async () => {
    stage = await sessionStage();
    const client = await opened('oa/sim-realtime-fail');
    client.send({ type: 'response.create' });
    const done = JSON.stringify(await client.event('response.done'));
    expect(done).toContain('Failed for');
    expect(done).not.toMatch(/org-abc|10\.1\.2\.3/);
  });

  it('a reader that is slow holds its writer still, and loses nothing', async () => {
    stage = await sessionStage();
    const client = await opened('oa/sim-realtime-flood');
    client.socket.pause();
    client.send({ type: 'response.create' });
    const session = await stage.session();
    await eventually(() => session.received.length > 0);
    // Twice as much as all the buffers on the way hold is still at the provider.
    const before = session.buffered;
    expect(before).toBeGreaterThan(32 * 1024 * 1024);
    client.socket.resume();
    await client.event('response.done');
    expect(client.events.filter(({ type }) => type === 'response.output_audio.delta')).toHaveLength(2048);
    expect(session.buffered).toBe(0);
  });
});

describe('how it ends', () => {
  it('a client’s code goes to the provider, and a provider’s to the client', async () => {
    stage = await sessionStage();
    const client = await opened('voice');
    client.socket.close(4001, 'enough');
    const session = await stage.session();
    await eventually(() => session.closed !== undefined);
    expect(session.closed).toEqual({ code: 4001, reason: 'enough' });
    const other = await opened('oa/sim-realtime-close-4000');
    other.send({ type: 'response.create' });
    expect(await other.close()).toEqual({ code: 4000, reason: 'as the script says' });
    expect((await stage.end(2)).outcome).toBe('ok');
  });

  it('a client that breaks off closes the provider, and what ran is marked as estimated', async () => {
    stage = await sessionStage();
    const client = await opened('oa/sim-realtime-hold');
    client.send({ type: 'response.create' });
    await client.event('response.output_audio.delta');
    client.socket.terminate();
    const session = await stage.session();
    await eventually(() => session.closed !== undefined);
    expect(session.closed?.code).toBe(1001);
    expect(await stage.end()).toMatchObject({ outcome: 'cancelled', attempts: [{ estimated: true }] });
  });

  it.each([
    ['cut', 1011],
    ['restart', 1012],
  ])('a provider that breaks off (%s) is an error event and then %i', async (word, code) => {
    stage = await sessionStage();
    const client = await opened(`oa/sim-realtime-${word}`);
    client.send({ type: 'response.create' });
    expect((await client.event('error'))['error']).toMatchObject({ type: 'server_error', code: 'upstream_incomplete' });
    expect((await client.close()).code).toBe(code);
    expect(client.events.at(-1)?.type).toBe('error');
    expect(await stage.end()).toMatchObject({ outcome: 'fault', attempts: [{ faultKind: 'incomplete' }] });
  });

  it('a message beyond 16 MiB ends it with 1009, whoever sent it', async () => {
    stage = await sessionStage();
    const client = await opened('voice');
    client.socket.send(Buffer.alloc(17 * 1024 * 1024));
    expect((await client.close()).code).toBe(1009);
    const other = await opened('oa/sim-realtime-huge');
    other.send({ type: 'response.create' });
    expect((await other.close()).code).toBe(1009);
    const session = await stage.session(2);
    await eventually(() => session.closed !== undefined);
    expect(session.closed?.code).toBe(1009);
  });

  it('what transcribed the audio stands in the ledger as the model that it is', async () => {
    stage = await sessionStage();
    const client = await opened('voice');
    client.send({
      type: 'session.update',
      session: { audio: { input: { transcription: { model: 'gpt-4o-transcribe' } } } },
    });
    await client.event('session.updated');
    client.send({ type: 'input_audio_buffer.commit' });
    await client.event('conversation.item.input_audio_transcription.completed');
    client.socket.close();
    expect((await stage.end()).attempts).toMatchObject([
      { modelServed: 'oa/gpt-4o-transcribe', usage: { inputAudio: 14, input: 0, output: 8 } },
      { modelServed: 'oa/sim-realtime' },
    ]);
  });

  it('a gateway that drains lets a response end, and takes no new session', async () => {
    stage = await sessionStage();
    const idle = await opened('voice');
    const busy = await opened('oa/sim-realtime-hold');
    busy.send({ type: 'response.create' });
    await busy.event('response.created');
    const drained = stage.host.gateway.drain(60_000);
    expect((await idle.close()).code).toBe(1001);
    expect((await stage.open('voice').refusal()).status).toBe(503);
    expect(busy.closed).toBeUndefined();
    busy.send({ type: 'response.cancel' });
    expect((await busy.event('response.done'))['response']).toMatchObject({ status: 'cancelled' });
    expect((await busy.close()).code).toBe(1001);
    expect(await drained).toBe(0);
  });

  it('a gateway that drains refuses a session that is not open yet, and closes what it dialled', async () => {
    stage = await sessionStage();
    const client = stage.open('oa/sim-realtime-hang');
    const session = await stage.session();
    expect(await stage.host.gateway.drain(60_000)).toBe(0);
    expect((await client.refusal()).status).toBe(503);
    await eventually(() => session.closed !== undefined);
  });

  it('a gateway that closes says so in an error event', async () => {
    stage = await sessionStage();
    const client = await opened('oa/sim-realtime-hold');
    client.send({ type: 'response.create' });
    await client.event('response.created');
    await stage.host.gateway.close();
    expect((await client.event('error'))['error']).toMatchObject({ code: 'draining' });
    expect((await client.close()).code).toBe(1001);
  });
});

describe('its reservation', () => {
  it('is made at the opening, extended by each response and settled once', async () => {
    const { store, calls } = recordingStore();
    stage = await sessionStage('node:http', { store });
    const client = await opened('voice');
    client.send({ type: 'response.create' });
    await client.event('response.done');
    client.socket.close();
    await stage.end();
    await eventually(() => calls.some(([name]) => name === 'settle'));
    expect(calls).toEqual([
      ['admit', { requests: 1, concurrency: 1 }],
      ['extend', { tokens: 253, inputTokens: 132, outputTokens: 121 }],
      ['settle', { requests: 1, tokens: 253, inputTokens: 132, outputTokens: 121, nanoUsd: 0 }],
    ]);
  });

  it('that can not be extended ends the session with an error event and 1013', async () => {
    const { store } = recordingStore({
      granted: false,
      scope: 'user:ada',
      limit: 'tpm',
      counts: 'tokens',
      resetAt: Date.now() + 5000,
    });
    stage = await sessionStage('node:http', { store });
    const client = await opened('voice');
    client.send({ type: 'response.create' });
    expect((await client.event('error'))['error']).toMatchObject({ code: 'rate_limited', type: 'rate_limit_error' });
    expect((await client.close()).code).toBe(1013);
    expect((await stage.session()).model).toBe('sim-realtime');
  });
});

describe('its reservation, while the store is away', () => {
  const limits = (max: number) => [{ scope: 'caller' as const, counts: 'tokens' as const, max, per: 'day' as const }];
  const access = { identify: () => ({ id: 'ada' }) };
  function awayStore() {
    const { store, calls } = recordingStore();
    const away = () => Promise.reject(new Error('ECONNREFUSED'));
    const limits: Store['limits'] = {
      admit: store.limits.admit,
      extend: away,
      settle: store.limits.settle,
      open: store.limits.open,
    };
    return { store: { ...store, limits, shared: store.shared.bind(store) } as Store, calls };
  }
  /** Of the sim: 253 tokens a response; 2,000 are reserved ahead. */
  const AHEAD = 7;

  it('is used up, and then the session ends with an error event and 1013, where limits are closed then', async () => {
    const { store, calls } = awayStore();
    stage = await sessionStage('node:http', { store, access, limits: limits(1_000_000) });
    const client = await opened('voice');
    for (let count = 1; count <= AHEAD; count++) {
      client.send({ type: 'response.create' });
      await eventually(() => client.events.filter(({ type }) => type === 'response.done').length === count);
    }
    expect(client.closed).toBeUndefined();
    client.send({ type: 'response.create' });
    expect(await client.close()).toEqual({ code: 1013, reason: 'store_unavailable' });
    await eventually(() => calls.some(([name]) => name === 'settle'));
    expect(calls.find(([name]) => name === 'settle')?.[1]).toMatchObject({ tokens: 253 * (AHEAD + 1) });
  });

  it('is extended once by what it used where the store answers for one of its reservations only', async () => {
    const { store, calls } = recordingStore();
    const extended = new Map<string, number>();
    let away = true;
    const parts: Store['limits'] = {
      admit: store.limits.admit,
      extend(id, by, expires, call) {
        const isOfAttempt = id.endsWith('.1');
        if (away && isOfAttempt) return Promise.reject(new Error('ECONNREFUSED'));
        const of = isOfAttempt ? 'provider' : 'caller';
        extended.set(of, (extended.get(of) ?? 0) + (by.tokens ?? 0));
        return store.limits.extend(id, by, expires, call);
      },
      settle: store.limits.settle,
      open: store.limits.open,
    };
    stage = await sessionStage('node:http', {
      store: { ...store, limits: parts, shared: store.shared.bind(store) },
      access,
      limits: [...limits(1_000_000), { scope: 'provider', counts: 'tokens', max: 1_000_000, per: 'day' }],
    });
    const client = await opened('voice');
    for (let count = 1; count <= 4; count++) {
      away = count < 4;
      client.send({ type: 'response.create' });
      await eventually(() => client.events.filter(({ type }) => type === 'response.done').length === count);
      await eventually(() => (extended.get('caller') ?? 0) >= 253 * count);
    }
    await eventually(() => extended.get('provider') === 4 * 253);
    expect(extended.get('caller')).toBe(4 * 253);
    client.socket.close();
    await stage.end();
    await eventually(() => calls.filter(([name]) => name === 'settle').length === 2);
  });

  it('holds nothing up where limits are open then, and counts at its end', async () => {
    const { store, calls } = awayStore();
    stage = await sessionStage('node:http', {
      store,
      access,
      limits: limits(1_000_000),
      storage: { onFailure: 'open' },
    });
    const client = await opened('voice');
    for (let count = 1; count <= AHEAD + 2; count++) {
      client.send({ type: 'response.create' });
      await eventually(() => client.events.filter(({ type }) => type === 'response.done').length === count);
    }
    expect(client.closed).toBeUndefined();
    client.socket.close();
    await stage.end();
    await eventually(() => calls.some(([name]) => name === 'settle'));
    expect(calls.find(([name]) => name === 'settle')?.[1]).toMatchObject({ tokens: 253 * (AHEAD + 2) });
  });
});

describe('its budget', () => {
  const access = { identify: () => ({ id: 'ada' }) };
  // In dollars for a million; cached tokens, audio and text apart.
  const prices = {
    'oa/*': { perMillionTokens: { input: '4', cacheRead: '0.4', inputAudio: '32', output: '16', outputAudio: '64' } },
  };
  // Of the sim's usage: 59 tokens of text, 9 of audio and 64 cached ones of the prompt, 30 of text and 91 of audio of the answer.
  const RESPONSE = 59 * 4_000 + 9 * 32_000 + 64 * 400 + 30 * 16_000 + 91 * 64_000;
  /** Reserved ahead: 1,000 tokens of each at the dearest rate. */
  const AHEAD = 1_000 * 32_000 + 1_000 * 64_000;
  const budget = (nano: number) => [
    { scope: 'caller' as const, counts: 'usd' as const, max: (nano / 1e9).toFixed(9), per: 'day' as const },
  ];

  it('pays each response by its classes of tokens, and settles them once', async () => {
    const { store, calls } = recordingStore();
    stage = await sessionStage('node:http', { access, prices, store, limits: budget(1e9) });
    const client = await opened('voice');
    for (let count = 1; count <= 2; count++) {
      client.send({ type: 'response.create' });
      await eventually(() => client.events.filter(({ type }) => type === 'response.done').length === count);
    }
    client.socket.close();
    const end = await stage.end();
    expect(end.attempts).toMatchObject([{ cost: String(2 * RESPONSE) }]);
    await eventually(() => calls.some(([name]) => name === 'settle'));
    expect(calls.map(([name, amounts]) => [name, (amounts as { nanoUsd?: number }).nanoUsd])).toEqual([
      ['admit', AHEAD],
      ['extend', RESPONSE],
      ['extend', RESPONSE],
      ['settle', 2 * RESPONSE],
    ]);
  });

  it('that ends in the middle closes the session with a typed error and 1013, and is not overspent', async () => {
    const { store, calls } = recordingStore();
    stage = await sessionStage('node:http', { access, prices, store, limits: budget(AHEAD + RESPONSE) });
    const client = await opened('voice');
    client.send({ type: 'response.create' });
    await client.event('response.done');
    client.send({ type: 'response.create' });
    expect((await client.event('error'))['error']).toMatchObject({
      type: 'insufficient_quota',
      code: 'insufficient_quota',
    });
    expect(await client.close()).toEqual({ code: 1013, reason: 'budget_exhausted' });
    expect(await stage.end()).toMatchObject({ outcome: 'fault', error: { code: 'budget_exhausted' } });
    await eventually(() => calls.some(([name]) => name === 'settle'));
    expect(calls.filter(([name]) => name === 'settle')).toMatchObject([['settle', { nanoUsd: 2 * RESPONSE }]]);
    expect(2 * RESPONSE).toBeLessThanOrEqual(AHEAD + RESPONSE);
  });

  it('of which less is left than a response may cost opens none', async () => {
    stage = await sessionStage('node:http', { access, prices, limits: budget(AHEAD - 1) });
    const refusal = await stage.open('voice').refusal();
    expect(refusal).toMatchObject({ status: 429, body: { error: { code: 'insufficient_quota' } } });
    expect(stage.sim.sessions).toHaveLength(0);
  });
});

it('an end that is not heard of from one ping to the next is gone', async () => {
  const clock = manualClock(Date.now());
  stage = await sessionStage('node:http', { platform: { clock } });
  const socket = await raw(stage.host.address);
  const key = randomBytes(16).toString('base64');
  socket.write(
    `GET /ai/v1/realtime?model=voice HTTP/1.1\r\nhost: x\r\nconnection: upgrade\r\nupgrade: websocket\r\nsec-websocket-version: 13\r\nsec-websocket-key: ${key}\r\n\r\n`,
  );
  let heard = '';
  socket.on('data', (data) => {
    heard += data.toString('latin1');
  });
  await eventually(() => heard.includes('session.created'));
  const session = await stage.session();
  await clock.advance(30_000);
  expect(session.closed).toBeUndefined();
  await clock.advance(30_000);
  await eventually(() => session.closed !== undefined);
  expect(await stage.end()).toMatchObject({ outcome: 'cancelled' });
});

const hash = (data: Buffer): string => createHash('sha256').update(data).digest('hex');

function raw(address: string): Promise<Socket> {
  const [host, port] = address.split(':');
  return new Promise((resolve) => {
    const socket = connect(Number(port), host, () => resolve(socket));
    socket.on('error', () => undefined);
  });
}

async function text(socket: Socket): Promise<string> {
  let all = '';
  for await (const piece of socket) all += piece;
  return all;
}

/** A memory store that notes what is asked of its limits; `refusal` is what it answers to an extension. */
function recordingStore(refusal?: Awaited<ReturnType<Store['limits']['extend']>>) {
  const store = memoryStore();
  const calls: [string, object][] = [];
  const limits: Store['limits'] = {
    admit: (reservation, call) => {
      calls.push(['admit', reservation.amounts]);
      return store.limits.admit(reservation, call);
    },
    extend: (id, by, expires, call) => {
      calls.push(['extend', by]);
      return refusal === undefined ? store.limits.extend(id, by, expires, call) : Promise.resolve(refusal);
    },
    settle: (id, used, call) => {
      calls.push(['settle', used]);
      return store.limits.settle(id, used, call);
    },
    open: (cursor, call) => store.limits.open(cursor, call),
  };
  return { store: { ...store, limits, shared: store.shared.bind(store) } as Store, calls };
}
