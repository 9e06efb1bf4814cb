import { beforeEach, describe, expect, it } from 'vitest';
import type { GatewayConfig } from '../config/types.ts';
import { createGateway } from '../gateway.ts';
import type { Gateway } from '../gateway-api.ts';
import { Cancellation } from '../kit/cancel.ts';
import { GuardError, UpstreamError } from '../kit/errors.ts';
import { memoryStore } from '../store/memory.ts';
import { type ManualClock, manualClock, type ScriptedDispatcher, scriptedDispatcher } from '../testing/index.ts';
import type { Body } from '../transport/body.ts';
import { bodyOf } from '../transport/body-of.ts';
import type { Chunk, GatewayReply, GatewayRequest } from '../transport/gateway-request.ts';
import type { GatewayEvents } from './events.ts';

/** Lets what is ready run to where it waits. */
const othersTurn = () => new Promise((resolve) => setImmediate(resolve));

const decoder = new TextDecoder();
const text = (chunk: Chunk): string => (typeof chunk === 'string' ? chunk : decoder.decode(chunk));

let upstream: ScriptedDispatcher;
let clock: ManualClock;
let ended: GatewayEvents['request-end'][];
let logged: string[];
let ids = 0;

beforeEach(() => {
  upstream = scriptedDispatcher();
  clock = manualClock();
  ended = [];
  logged = [];
});

const up = (id: string) =>
  ({
    format: 'openai-chat',
    baseUrl: `https://${id}.test/v1`,
    auth: 'bearer',
    apiKey: `key-of-${id}`,
    fidelity: 'exact',
  }) as const;

function gatewayWith(config: Partial<GatewayConfig> = {}): Gateway {
  const log = {
    warn() {},
    error: (message: string, fields?: object) => void logged.push(`${message} ${JSON.stringify(fields)}`),
  };
  const platform = {
    dispatcher: upstream,
    clock,
    random: () => 0.5,
    randomId: (bytes: number) => String(++ids).padStart(2 * bytes, '0'),
    environment: {},
  };
  const gateway = createGateway(
    {
      access: 'open',
      providers: { a: up('a'), b: up('b'), claude: { extends: 'anthropic', apiKey: 'key-of-claude' } },
      models: { m: { deployments: ['a/one'] } },
      log,
      ...config,
    },
    platform,
  );
  gateway.events.on('request-end', (event) => ended.push(event));
  return gateway;
}

interface Asked {
  readonly path?: string;
  readonly signal?: Cancellation;
  readonly headers?: Record<string, string>;
  readonly onBody?: (body: Body) => Body;
}

function ask(
  gateway: Gateway,
  body: unknown,
  { path = '/v1/chat/completions', signal = new Cancellation(), headers = {}, onBody = (body) => body }: Asked = {},
): Promise<GatewayReply> {
  const bytes = new TextEncoder().encode(typeof body === 'string' ? body : JSON.stringify(body));
  const request: GatewayRequest = {
    method: 'POST',
    path,
    query: new URLSearchParams(),
    header: (name) => headers[name],
    body: async (limits) => onBody(bodyOf(bytes, limits)),
    signal,
    host: undefined,
  };
  const reply = gateway.handle(request);
  if (reply === undefined) throw new Error(`${path} was not taken`);
  return reply;
}

const chat = (more: object = {}) => ({ model: 'm', messages: [{ role: 'user', content: 'hello' }], ...more });
const completion = (content: string) => ({
  id: 'c1',
  object: 'chat.completion',
  created: 1,
  model: 'one',
  choices: [
    { index: 0, message: { role: 'assistant', content, refusal: null }, logprobs: null, finish_reason: 'stop' },
  ],
  usage: { prompt_tokens: 3, completion_tokens: 4, total_tokens: 7 },
});
const event = (delta: object, finish: string | null = null): string =>
  `data: ${JSON.stringify({ id: 'c1', object: 'chat.completion.chunk', created: 1, model: 'one', choices: [{ index: 0, delta, logprobs: null, finish_reason: finish }] })}\n\n`;
const usageEvent =
  'data: {"id":"c1","object":"chat.completion.chunk","created":1,"model":"one","choices":[],"usage":{"prompt_tokens":3,"completion_tokens":4,"total_tokens":7}}\n\n';

async function drained(reply: GatewayReply): Promise<string> {
  if (typeof reply.body === 'string' || reply.body instanceof Uint8Array) return text(reply.body);
  let whole = '';
  for await (const chunk of reply.body) whole += text(chunk);
  return whole;
}
const errorOf = async (reply: GatewayReply) =>
  (JSON.parse(await drained(reply)) as { error: { message: string; type: string; code: string | null } }).error;

describe('attempt', () => {
  it('goes to the next deployment when one fails, and the client sees only the good answer', async () => {
    const pending = ask(
      gatewayWith({
        models: {
          m: {
            deployments: [
              { model: 'a/one', order: 0 },
              { model: 'b/two', order: 1 },
            ],
          },
        },
      }),
      chat(),
    );
    (await upstream.next()).respond(500, { error: { message: 'boom' } });
    const second = await upstream.next();
    expect(second.request.origin).toBe('https://b.test');
    expect(second.request.headers['authorization']).toBe('Bearer key-of-b');
    expect(JSON.parse(text(second.request.body as Chunk)).model).toBe('two');
    second.respond(200, completion('fine'));
    const reply = await pending;
    expect(reply.status).toBe(200);
    expect(ended[0]?.attempts.map(({ outcome, deployment }) => [outcome, deployment])).toEqual([
      ['fault', 'm#0'],
      ['ok', 'm#1'],
    ]);
  });

  it('sends nothing of a failed attempt to the next: each call is rendered afresh', async () => {
    const pending = ask(
      gatewayWith({
        models: {
          m: {
            deployments: [
              { model: 'claude/opus', order: 0 },
              { model: 'b/two', order: 1 },
            ],
          },
        },
      }),
      chat(),
    );
    const first = await upstream.next();
    expect(first.request.headers['x-api-key']).toBe('key-of-claude');
    first.respond(529, { type: 'error', error: { type: 'overloaded_error', message: 'Overloaded' } });
    const second = await upstream.next();
    expect(JSON.stringify(second.request.headers)).not.toMatch(/claude|anthropic/);
    expect(JSON.parse(text(second.request.body as Chunk))).toEqual({
      model: 'two',
      messages: [{ role: 'user', content: 'hello' }],
    });
    second.respond(200, completion('fine'));
    expect((await pending).headers['x-postern-inserted']).toBeUndefined();
  });

  it('falls back to another alias once its own deployments are exhausted', async () => {
    const pending = ask(
      gatewayWith({ models: { m: { deployments: ['a/one'], retries: 0, fallbacks: ['spare'] }, spare: 'b/two' } }),
      chat(),
    );
    (await upstream.next()).respond(503, { error: { message: 'busy' } });
    const second = await upstream.next();
    expect(second.request.origin).toBe('https://b.test');
    second.respond(200, completion('fine'));
    expect((await pending).status).toBe(200);
  });

  it("gives a 4xx that is the request's own fault back at once, in the provider's words, status and code", async () => {
    const pending = ask(gatewayWith({ models: { m: { deployments: ['a/one', 'b/two'] } } }), chat());
    (await upstream.next()).respond(400, {
      error: {
        message: 'temperature must be below 2',
        type: 'invalid_request_error',
        param: 'temperature',
        code: 'bad_value',
      },
    });
    const reply = await pending;
    expect(reply.status).toBe(400);
    expect(await errorOf(reply)).toMatchObject({ message: 'temperature must be below 2', code: 'bad_value' });
    expect(upstream.calls).toHaveLength(1);
  });

  it('waits as Retry-After says before it asks a lone deployment again', async () => {
    const pending = ask(gatewayWith(), chat());
    (await upstream.next()).respond(
      429,
      { error: { message: 'slow down' } },
      { 'content-type': 'application/json', 'retry-after': '2' },
    );
    await othersTurn();
    await clock.advance(1_999);
    expect(upstream.calls).toHaveLength(1);
    // And up to a fifth longer.
    await clock.advance(401);
    (await upstream.next()).respond(200, completion('fine'));
    expect((await pending).status).toBe(200);
  });

  it('asks again at once when a kept connection had gone stale', async () => {
    const pending = ask(gatewayWith(), chat());
    (await upstream.next()).fail(
      new UpstreamError('upstream_unavailable', 'The connection was closed.', { hint: 'stale-socket' }),
    );
    (await upstream.next()).respond(200, completion('fine'));
    expect((await pending).status).toBe(200);
  });

  it('gives a 429 with its Retry-After to the client when nobody else can answer, and tells SDKs not to retry', async () => {
    const pending = ask(gatewayWith(), chat());
    (await upstream.next()).respond(
      429,
      { error: { message: 'slow down' } },
      { 'content-type': 'application/json', 'retry-after': '60' },
    );
    const reply = await pending;
    expect([reply.status, reply.headers['retry-after'], reply.headers['x-should-retry']]).toEqual([429, '60', 'false']);
  });

  it.each([401, 402, 403])(
    "hides the operator's trouble with %d from the client and tells the operator",
    async (status) => {
      const pending = ask(gatewayWith(), chat());
      (await upstream.next()).respond(status, {
        error: { message: 'Incorrect API key provided: sk-proj-abcdefghijklmnopqrstuvwx1234. Org org-abc123def456.' },
      });
      const reply = await pending;
      expect([reply.status, (await errorOf(reply)).code]).toEqual([502, 'upstream_credentials']);
      expect(logged.filter((entry) => entry.includes('Incorrect API key'))).toHaveLength(1);
      expect(logged.join()).not.toContain('sk-proj-abcdefghijklmnopqrstuvwx1234');
    },
  );

  it('tells the operator of his trouble also when another deployment saves the request, once', async () => {
    const pending = ask(
      gatewayWith({
        models: {
          m: {
            deployments: [
              { model: 'a/one', order: 0 },
              { model: 'b/two', order: 1 },
            ],
          },
        },
      }),
      chat(),
    );
    (await upstream.next()).respond(401, { error: { message: 'Incorrect API key provided.' } });
    (await upstream.next()).respond(200, completion('fine'));
    expect((await pending).status).toBe(200);
    expect(
      logged.filter((entry) => entry.includes('Incorrect API key') && entry.includes('"provider":"a"')),
    ).toHaveLength(1);
  });

  it.each([
    ['HTML with status 200', '<html>login</html>', { 'content-type': 'text/html' }],
    ['nothing with status 200', '', { 'content-type': 'application/json' }],
    ['text with status 200', 'upstream connect error', { 'content-type': 'text/plain' }],
    [
      'an error body with status 200',
      '{"error":{"message":"model is loading","code":503}}',
      { 'content-type': 'application/json' },
    ],
    [
      'an answer without choices',
      '{"id":"x","object":"chat.completion","choices":[]}',
      { 'content-type': 'application/json' },
    ],
  ])('takes %s for the failure that it is', async (_, body, headers) => {
    const pending = ask(gatewayWith({ models: { m: { deployments: ['a/one'], retries: 0 } } }), chat());
    (await upstream.next()).respond(200, body, headers);
    const reply = await pending;
    expect(reply.status).toBeGreaterThanOrEqual(500);
    expect(ended.map(({ outcome }) => outcome)).toEqual(['fault']);
  });

  it('tells of the outage and not of the fallback that could not express the request', async () => {
    const pending = ask(
      gatewayWith({
        strict: true,
        models: { m: { deployments: ['a/one'], retries: 0, fallbacks: ['c'] }, c: 'claude/opus' },
      }),
      chat({ logit_bias: { 5: 1 } }),
    );
    (await upstream.next()).respond(529, { error: { message: 'Overloaded' } });
    expect((await pending).status).toBe(529);
  });

  it('asks nobody twice for an answer that is too large; another deployment may answer', async () => {
    const config = {
      answer: { maxBytes: 1000 },
      models: {
        m: {
          deployments: [
            { model: 'a/one', order: 0 },
            { model: 'b/two', order: 1 },
          ],
          retries: 5,
        },
      },
    };
    const pending = ask(gatewayWith(config), chat());
    (await upstream.next()).respond(200, completion('x'.repeat(2000)));
    const second = await upstream.next();
    expect(second.request.origin).toBe('https://b.test');
    second.respond(200, completion('y'.repeat(2000)));
    const reply = await pending;
    expect([reply.status, upstream.calls.length]).toEqual([502, 2]);
  });

  it('judges an error by its status when its body is too long to read', async () => {
    const pending = ask(gatewayWith(), chat());
    (await upstream.next()).respond(403, `<html>${'blocked '.repeat(20_000)}</html>`, { 'content-type': 'text/html' });
    const reply = await pending;
    expect([reply.status, (await errorOf(reply)).code]).toEqual([502, 'upstream_credentials']);
  });

  it('never makes more wire calls than the cap', async () => {
    const pending = ask(
      gatewayWith({
        maxAttempts: 3,
        models: { m: { deployments: ['a/one', 'b/two'], retries: 9, fallbacks: ['n'] }, n: 'b/three' },
      }),
      chat(),
    );
    for (let call = 0; call < 3; call++) {
      (await upstream.next()).respond(500, { error: { message: 'boom' } });
      await othersTurn();
      await clock.advance(10_000);
    }
    expect((await pending).status).toBe(500);
    expect(upstream.calls).toHaveLength(3);
  });
});

describe('a stream', () => {
  const stream = chat({ stream: true });

  it('that fails before its first content goes elsewhere, unseen', async () => {
    const pending = ask(
      gatewayWith({ models: { m: { deployments: [{ model: 'a/one' }, { model: 'b/two', order: 1 }] } } }),
      stream,
    );
    const first = (await upstream.next()).stream();
    first.write(event({ role: 'assistant', content: '' }));
    first.end();
    const second = (await upstream.next()).stream();
    second.write(`${event({ content: 'hi' }) + event({}, 'stop')}data: [DONE]\n\n`);
    second.end();
    const reply = await pending;
    const body = await drained(reply);
    expect(body).toContain('hi');
    expect(body.match(/"role"/g)).toBeNull();
    expect(body.trimEnd().endsWith('data: [DONE]')).toBe(true);
    expect(ended[0]?.attempts.map(({ outcome, faultKind }) => [outcome, faultKind])).toEqual([
      ['fault', 'incomplete'],
      ['ok', undefined],
    ]);
  });

  it.each([
    ['a page', '<!DOCTYPE html>\n<html>\n\n<body>login</body></html>\n', 'text/html'],
    ['nothing', '', 'text/event-stream'],
    ['comments only', ': ping\n\n', 'text/event-stream'],
  ])('that is %s is no stream of the format', async (_, body, type) => {
    const pending = ask(gatewayWith({ models: { m: { deployments: ['a/one'], retries: 0 } } }), stream);
    (await upstream.next()).respond(200, body, { 'content-type': type });
    const reply = await pending;
    expect([reply.status, (await errorOf(reply)).code]).toEqual([502, 'upstream_invalid_response']);
  });

  it('lets go of its request with its first content, and not before', async () => {
    let released = 0;
    const onBody = (body: Body): Body => Object.assign(body, { release: () => void released++ });
    const pending = ask(gatewayWith(), stream, { onBody });
    const body = (await upstream.next()).stream();
    body.write(event({ role: 'assistant', content: '' }));
    await othersTurn();
    expect(released).toBe(0);
    body.write(event({ content: 'hi' }));
    const reply = await pending;
    expect(released).toBe(1);
    body.write(`${event({}, 'stop')}data: [DONE]\n\n`);
    expect(await drained(reply)).toContain('hi');
  });

  it('that is cut after some tokens never looks finished', async () => {
    const pending = ask(gatewayWith(), stream);
    const body = (await upstream.next()).stream();
    body.write(event({ content: 'half an ans' }));
    const reply = await pending;
    body.break(new UpstreamError('upstream_unavailable', 'The connection broke.'));
    const whole = await drained(reply);
    expect(whole).toContain('half an ans');
    expect(whole).toContain('"error"');
    expect(whole).not.toContain('[DONE]');
    expect(upstream.calls).toHaveLength(1);
    expect(ended.map(({ outcome }) => outcome)).toEqual(['fault']);
  });

  it('gives no [DONE] after an in-band error of the provider, and keeps its words', async () => {
    const pending = ask(gatewayWith(), stream);
    const body = (await upstream.next()).stream();
    body.write(event({ content: 'a' }));
    body.write('data: {"error":{"message":"Overloaded","type":"overloaded_error","code":529}}\n\n');
    body.end();
    const whole = await drained(await pending);
    expect(whole).toContain('Overloaded');
    expect(whole).not.toContain('[DONE]');
  });

  it('asks the provider for usage and keeps that from a client that did not ask', async () => {
    const pending = ask(gatewayWith(), stream);
    const call = await upstream.next();
    expect(JSON.parse(text(call.request.body as Chunk)).stream_options).toEqual({ include_usage: true });
    const body = call.stream();
    body.write(`${event({ content: 'a' }) + event({}, 'stop') + usageEvent}data: [DONE]\n\n`);
    body.end();
    expect(await drained(await pending)).not.toContain('prompt_tokens');
    expect(ended[0]?.usage).toMatchObject({ input: 3, output: 4 });
  });

  it('shows usage to a client that asked for it', async () => {
    const pending = ask(gatewayWith(), chat({ stream: true, stream_options: { include_usage: true } }));
    const body = (await upstream.next()).stream();
    body.write(`${event({ content: 'a' }) + event({}, 'stop') + usageEvent}data: [DONE]\n\n`);
    body.end();
    expect(await drained(await pending)).toContain('"prompt_tokens":3');
  });

  it('without any usage from its provider is estimated, and the estimate says so', async () => {
    const pending = ask(gatewayWith(), stream);
    const body = (await upstream.next()).stream();
    body.write(`${event({ content: 'x'.repeat(40) })}${event({}, 'stop')}data: [DONE]\n\n`);
    body.end();
    await drained(await pending);
    expect(ended[0]?.usage).toMatchObject({ output: 10, estimated: true });
    expect(ended[0]?.attempts[0]).toMatchObject({ estimated: true });
  });

  it('withholds a broken frame, counts it, and goes on', async () => {
    const gateway = gatewayWith();
    const withheld: number[] = [];
    gateway.events.on('frames-withheld', ({ count }) => withheld.push(count));
    const pending = ask(gateway, stream);
    const body = (await upstream.next()).stream();
    body.write(
      `${event({ content: 'one' })}data: {"choices":[{"delta":{"content":"bro\n\n${event({ content: 'two' })}${event({}, 'stop')}data: [DONE]\n\n`,
    );
    body.end();
    const whole = await drained(await pending);
    expect(whole).toContain('one');
    expect(whole).toContain('two');
    expect(whole).not.toContain('bro');
    expect(withheld).toEqual([1]);
  });

  it('whose provider does not begin in time is a timeout, tried elsewhere first', async () => {
    const pending = ask(
      gatewayWith({ models: { m: { deployments: ['a/one'], retries: 0, timeouts: { firstToken: '5s' } } } }),
      stream,
    );
    const call = await upstream.next();
    call.stream().write(': ping\n\n');
    await clock.advance(5_000);
    expect((await pending).status).toBe(504);
    await expect(call.cancelled).resolves.toMatchObject({ code: 'upstream_timeout' });
  });

  it('that stalls ends with an in-band error after the idle time; a ping in between keeps it alive', async () => {
    const pending = ask(gatewayWith({ timeouts: { idle: '10s' } }), stream);
    const body = (await upstream.next()).stream();
    body.write(event({ content: 'a' }));
    const reply = await pending;
    const chunks = (reply.body as AsyncIterable<Chunk>)[Symbol.asyncIterator]();
    expect(text((await chunks.next()).value)).toContain('"a"');
    const second = chunks.next();
    await clock.advance(9_000);
    body.write(': ping\n\n');
    expect(text((await second).value)).toContain(': ping');
    const third = chunks.next();
    await clock.advance(9_999);
    await clock.advance(10_000);
    expect(text((await third).value)).toContain('"error"');
    expect((await chunks.next()).done).toBe(true);
  });

  it('that comes slowly but steadily is not idle, also where nothing of it can be sent yet', async () => {
    const pending = ask(gatewayWith({ models: { m: 'claude/opus' }, timeouts: { idle: '10s' } }), stream);
    const body = (await upstream.next()).stream();
    const named = (type: string, data: object): string =>
      `event: ${type}\ndata: ${JSON.stringify({ type, ...data })}\n\n`;
    body.write(
      named('message_start', {
        message: {
          id: 'm',
          type: 'message',
          role: 'assistant',
          model: 'opus',
          content: [],
          stop_reason: null,
          stop_sequence: null,
          usage: { input_tokens: 1, output_tokens: 1 },
        },
      }),
    );
    body.write(
      named('content_block_start', { index: 0, content_block: { type: 'text', text: '' } }) +
        named('content_block_delta', { index: 0, delta: { type: 'text_delta', text: 'a' } }),
    );
    const reading = drained(await pending);
    for (let round = 0; round < 4; round++) {
      await clock.advance(9_000);
      body.write(named('ping', {}));
      await othersTurn();
    }
    body.write(
      named('content_block_stop', { index: 0 }) +
        named('message_delta', {
          delta: { stop_reason: 'end_turn', stop_sequence: null },
          usage: { output_tokens: 2 },
        }) +
        named('message_stop', {}),
    );
    body.end();
    expect((await reading).trimEnd().endsWith('data: [DONE]')).toBe(true);
  });

  it('that says nothing in a megabyte is no answer', async () => {
    const pending = ask(gatewayWith({ models: { m: { deployments: ['a/one'], retries: 0 } } }), stream);
    const body = (await upstream.next()).stream();
    const filler = `: ${'x'.repeat(100_000)}\n\n`;
    for (let piece = 0; piece < 11; piece++) body.write(filler);
    expect((await pending).status).toBe(502);
  });

  it('that its provider answers whole is replayed, also within one format', async () => {
    const pending = ask(gatewayWith(), stream);
    (await upstream.next()).respond(200, completion('whole'));
    const whole = await drained(await pending);
    expect(whole).toContain('whole');
    expect(whole.trimEnd().endsWith('data: [DONE]')).toBe(true);
    expect([upstream.calls.length, clock.pending]).toEqual([1, 0]);
  });

  it('of a request with reasoning may take five minutes to begin', async () => {
    const pending = ask(gatewayWith(), chat({ stream: true, reasoning_effort: 'high' }));
    const call = await upstream.next();
    await clock.advance(299_000);
    const body = call.stream();
    body.write(`${event({ content: 'a' }) + event({}, 'stop')}data: [DONE]\n\n`);
    body.end();
    expect((await pending).status).toBe(200);
  });

  it('ends at the time limit of the request as a whole', async () => {
    const pending = ask(gatewayWith({ timeouts: { total: '1m', idle: '2m' } }), stream);
    const body = (await upstream.next()).stream();
    body.write(event({ content: 'a' }));
    const reply = await pending;
    await clock.advance(60_000);
    expect(await drained(reply)).toContain('"error"');
  });

  it('answers a stream from a provider that only knows whole answers', async () => {
    const pending = ask(gatewayWith({ models: { m: 'claude/opus' } }), stream);
    (await upstream.next()).respond(200, {
      id: 'msg',
      type: 'message',
      role: 'assistant',
      model: 'opus',
      content: [{ type: 'text', text: 'whole' }],
      stop_reason: 'end_turn',
      stop_sequence: null,
      usage: { input_tokens: 1, output_tokens: 1 },
    });
    const whole = await drained(await pending);
    expect(whole).toContain('whole');
    expect(whole.trimEnd().endsWith('data: [DONE]')).toBe(true);
  });
});

describe('a client that leaves', () => {
  it('before the answer closes the upstream, and is settled once as cancelled', async () => {
    const signal = new Cancellation();
    const pending = ask(gatewayWith(), chat(), { signal });
    const call = await upstream.next();
    signal.abort(new Error('closed'));
    await call.cancelled;
    await pending;
    expect(ended.map(({ outcome }) => outcome)).toEqual(['cancelled']);
  });

  it('in the middle of a stream closes the upstream, and is settled once as cancelled', async () => {
    const gateway = gatewayWith();
    const pending = ask(gateway, chat({ stream: true }));
    const call = await upstream.next();
    call.stream().write(event({ content: 'a' }));
    const reply = await pending;
    reply.cancel(new Error('closed'));
    reply.cancel(new Error('again'));
    await call.cancelled;
    expect(ended.map(({ outcome }) => outcome)).toEqual(['cancelled']);
    expect(gateway.stats().open).toBe(0);
  });

  it('while the gateway waits for a retry ends the waiting', async () => {
    const signal = new Cancellation();
    const pending = ask(gatewayWith(), chat(), { signal });
    (await upstream.next()).respond(500, { error: { message: 'boom' } });
    await othersTurn();
    signal.abort(new Error('closed'));
    await pending;
    await clock.advance(60_000);
    expect(upstream.calls).toHaveLength(1);
  });

  it.each(['identify', 'onPlan', 'admit'] as const)(
    'while %s is under way leaves no reservation behind',
    async (step) => {
      let release = () => {};
      const asked = new Promise<undefined>((resolve) => {
        release = () => resolve(undefined);
      });
      const wait = async (): Promise<undefined> => asked;
      const store = memoryStore();
      const told: string[] = [];
      const signal = new Cancellation();
      const gateway = gatewayWith({
        ...(step === 'identify' ? { access: { identify: async () => (await wait()) ?? { id: 'ann' } } } : {}),
        ...(step === 'onPlan' ? { hooks: { onPlan: [wait] } } : {}),
        limits: [{ scope: 'model', counts: 'concurrency', max: 9 }],
        store: {
          ...store,
          limits: {
            ...store.limits,
            open: (cursor, call) => store.limits.open(cursor, call),
            extend: (id, by, expires, call) => store.limits.extend(id, by, expires, call),
            async admit(reservation, call) {
              told.push('admit');
              if (step === 'admit') await wait();
              return store.limits.admit(reservation, call);
            },
            async settle(id, used, call) {
              told.push('settle');
              return store.limits.settle(id, used, call);
            },
          },
        },
      });
      const pending = ask(gateway, chat(), { signal });
      await othersTurn();
      signal.abort(new Error('closed'));
      await pending;
      release();
      await othersTurn();
      await gateway.close();
      expect(told).toEqual(step === 'admit' ? ['admit', 'settle'] : []);
      expect([upstream.calls.length, clock.pending]).toEqual([0, 0]);
    },
  );

  it('leaves no timer behind', async () => {
    const gateway = gatewayWith();
    const pending = ask(gateway, chat({ stream: true }));
    const body = (await upstream.next()).stream();
    body.write(`${event({ content: 'a' }) + event({}, 'stop')}data: [DONE]\n\n`);
    body.end();
    await drained(await pending);
    expect(clock.pending).toBe(0);
  });
});

describe('what is dropped and inserted', () => {
  it('is told to the client', async () => {
    const pending = ask(gatewayWith({ models: { m: 'claude/opus' } }), chat({ logit_bias: { 5: 1 } }));
    const call = await upstream.next();
    expect(JSON.parse(text(call.request.body as Chunk))).toMatchObject({ model: 'opus', max_tokens: 8192 });
    call.respond(200, {
      id: 'msg',
      type: 'message',
      role: 'assistant',
      model: 'opus',
      content: [{ type: 'text', text: 'x' }],
      stop_reason: 'end_turn',
      stop_sequence: null,
      usage: { input_tokens: 1, output_tokens: 1 },
    });
    const reply = await pending;
    expect(reply.headers['x-postern-dropped']).toBe('logit_bias');
    expect(reply.headers['x-postern-inserted']).toBe('max_tokens=8192');
  });

  it('is cut where its name is longer than a header should be, and never breaks one', async () => {
    const names = [
      'a\r\nx-evil: 1',
      'n'.repeat(5000),
      ...Array.from({ length: 40 }, (_, index) => `${'m'.repeat(90)}${index}`),
    ];
    const pending = ask(
      gatewayWith({ models: { m: 'claude/opus' } }),
      chat(Object.fromEntries(names.map((name) => [name, 1]))),
    );
    (await upstream.next()).respond(200, {
      id: 'msg',
      type: 'message',
      role: 'assistant',
      model: 'opus',
      content: [{ type: 'text', text: 'x' }],
      stop_reason: 'end_turn',
      stop_sequence: null,
      usage: { input_tokens: 1, output_tokens: 1 },
    });
    const dropped = (await pending).headers['x-postern-dropped'] ?? '';
    expect(dropped).toMatch(/^[\x20-\x7e]{1,1100}$/);
    expect(dropped).toMatch(/^a_x-evil:_1, n+, m+0, .*, \+\d+ more$/);
  });

  it('is a refusal with `strict`, before anything is sent', async () => {
    const reply = await ask(
      gatewayWith({ strict: true, models: { m: 'claude/opus' } }),
      chat({ logit_bias: { 5: 1 } }),
    );
    expect(reply.status).toBe(400);
    expect((await errorOf(reply)).message).toContain('logit_bias');
    expect(upstream.calls).toHaveLength(0);
  });

  it('lets another deployment serve what the first one can not express', async () => {
    const pending = ask(
      gatewayWith({
        strict: true,
        models: { m: { deployments: [{ model: 'claude/opus' }, { model: 'b/two', order: 1 }] } },
      }),
      chat({ logit_bias: { 5: 1 } }),
    );
    const call = await upstream.next();
    expect(call.request.origin).toBe('https://b.test');
    call.respond(200, completion('fine'));
    expect((await pending).status).toBe(200);
  });
});

describe('hooks', () => {
  it('see and change the request, the plan and the answer, in order', async () => {
    const seen: string[] = [];
    const gateway = gatewayWith({
      models: { m: { deployments: ['a/one', 'b/two'] } },
      hooks: {
        onRequest: [(request) => ({ ...request, temperature: 0.25 })],
        onPlan: [(plan) => plan.filter((name) => name === 'b/two')],
        onReply: [
          (reply) => {
            seen.push(JSON.stringify(reply.choices[0]?.content));
            return undefined;
          },
        ],
      },
    });
    const pending = ask(gateway, chat());
    const call = await upstream.next();
    expect(call.request.origin).toBe('https://b.test');
    expect(JSON.parse(text(call.request.body as Chunk)).temperature).toBe(0.25);
    call.respond(200, completion('fine'));
    expect((await pending).status).toBe(200);
    expect(seen).toEqual(['[{"type":"text","text":"fine"}]']);
  });

  it('that throw in the middle of a stream end it with an error and close the upstream', async () => {
    const gateway = gatewayWith({
      hooks: {
        onEvent: [
          (seen) => {
            if (seen.type === 'text-delta' && seen.text.includes('secret')) throw new Error('blocked');
            return undefined;
          },
        ],
      },
    });
    const pending = ask(gateway, chat({ stream: true }));
    const call = await upstream.next();
    const body = call.stream();
    body.write(event({ content: 'fine ' }));
    body.write(event({ content: 'secret' }));
    const whole = await drained(await pending);
    expect(whole).toContain('fine');
    expect(whole).not.toContain('secret');
    expect(whole).not.toContain('[DONE]');
    await call.cancelled;
    expect(ended.map(({ outcome, error }) => [outcome, error?.code])).toEqual([['fault', 'internal']]);
    expect(logged.join()).toContain('blocked');
  });

  it('that refuse in the middle of a stream are told as what they are', async () => {
    const gateway = gatewayWith({
      hooks: {
        onEvent: [
          (seen) => {
            if (seen.type === 'text-delta') throw new GuardError('Not this.');
            return undefined;
          },
        ],
      },
    });
    const pending = ask(gateway, chat({ stream: true }));
    (await upstream.next()).stream().write(event({ content: 'x' }));
    expect(await drained(await pending)).toContain('Not this.');
    expect(ended.map(({ error }) => error?.code)).toEqual(['guard_refused']);
    expect(gateway.stats().open).toBe(0);
  });

  it('see the events of an answer that came whole though a stream was asked for', async () => {
    const seen: string[] = [];
    const gateway = gatewayWith({
      models: { m: 'claude/opus' },
      hooks: {
        onEvent: [
          (each) => {
            seen.push(each.type);
            return each.type === 'text-delta' ? [] : each;
          },
        ],
      },
    });
    const pending = ask(gateway, chat({ stream: true }));
    (await upstream.next()).respond(200, {
      id: 'msg',
      type: 'message',
      role: 'assistant',
      model: 'opus',
      content: [{ type: 'text', text: 'withheld' }],
      stop_reason: 'end_turn',
      stop_sequence: null,
      usage: { input_tokens: 1, output_tokens: 1 },
    });
    expect(await drained(await pending)).not.toContain('withheld');
    expect(seen).toContain('choice-end');
  });

  it('guard a token count as they guard a chat', async () => {
    const gateway = gatewayWith({
      models: { m: 'claude/opus' },
      hooks: {
        onRequest: [
          () => {
            throw new GuardError('Not this.');
          },
        ],
      },
    });
    const reply = await ask(
      gateway,
      { model: 'm', messages: [{ role: 'user', content: 'x' }] },
      { path: '/v1/messages/count_tokens' },
    );
    expect(reply.status).toBe(400);
    expect(upstream.calls).toHaveLength(0);
  });
});

describe('a request that ends early', () => {
  const never = new Promise<never>(() => {});

  it.each([
    ['identify', { access: { identify: () => never } }],
    ['a hook on the plan', { hooks: { onPlan: [() => never] } }],
    ['a hook on the request', { hooks: { onRequest: [() => never] } }],
  ] as [string, Partial<GatewayConfig>][])(
    'is answered and settled at its deadline though %s hangs',
    async (_, config) => {
      const gateway = gatewayWith({ ...config, timeouts: { total: '1m' } });
      const pending = ask(gateway, chat());
      await othersTurn();
      await clock.advance(60_000);
      expect((await pending).status).toBe(504);
      expect(ended.map(({ outcome }) => outcome)).toEqual(['fault']);
      expect([gateway.stats().open, clock.pending]).toEqual([0, 0]);
    },
  );

  it('that throw what has no text are an error inside the gateway, told and settled', async () => {
    const bare = (): never => {
      throw Object.create(null);
    };
    const gateway = gatewayWith({ hooks: { onRequest: [bare] } });
    const reply = await ask(gateway, chat());
    expect([reply.status, (await errorOf(reply)).code]).toEqual([500, 'internal']);
    expect(logged.join()).toContain('has no text');
    expect(gateway.stats().open).toBe(0);
  });

  it('are not held up by a store that throws what has no text', async () => {
    const store = memoryStore();
    const bare = (): never => {
      throw Object.create(null);
    };
    const gateway = gatewayWith({ store: { ...store, ledger: { ...store.ledger, append: bare } } });
    const pending = ask(gateway, chat());
    (await upstream.next()).respond(200, completion('hi'));
    expect((await pending).status).toBe(200);
    const closing = gateway.close();
    await othersTurn();
    await clock.advance(5_000);
    await closing;
    expect(logged.join()).toContain('the store failed to settle a request');
  });

  it('calls nobody when its client left while a hook was asked', async () => {
    let release = () => {};
    const asked = new Promise<undefined>((resolve) => {
      release = () => resolve(undefined);
    });
    const signal = new Cancellation();
    const pending = ask(gatewayWith({ hooks: { onRequest: [() => asked] } }), chat(), { signal });
    await othersTurn();
    signal.abort(new Error('closed'));
    release();
    await pending;
    await othersTurn();
    expect(upstream.calls).toHaveLength(0);
    expect(ended.map(({ outcome }) => outcome)).toEqual(['cancelled']);
  });

  it('as a stream that nobody pulls is settled at its deadline, and leaves no timer', async () => {
    const gateway = gatewayWith({ timeouts: { total: '1m' } });
    const pending = ask(gateway, chat({ stream: true }));
    const call = await upstream.next();
    call.stream().write(event({ content: 'a' }));
    await pending;
    await clock.advance(60_000);
    await call.cancelled;
    expect(ended.map(({ outcome, attempts }) => [outcome, attempts[0]?.outcome])).toEqual([['fault', 'cancelled']]);
    expect([gateway.stats().open, clock.pending]).toEqual([0, 0]);
  });
});

describe('drain, close and reload', () => {
  it('drain refuses what is new, waits for what is under way, and says how many were left', async () => {
    const gateway = gatewayWith();
    const pending = ask(gateway, chat());
    const call = await upstream.next();
    const draining = gateway.drain(1_000);
    const refused = await ask(gateway, chat());
    expect([refused.status, (await errorOf(refused)).code]).toEqual([503, 'draining']);
    call.respond(200, completion('fine'));
    expect((await pending).status).toBe(200);
    await clock.advance(50);
    expect(await draining).toBe(0);
  });

  it('drain gives up after its time', async () => {
    const gateway = gatewayWith();
    void ask(gateway, chat());
    await upstream.next();
    const draining = gateway.drain(200);
    await clock.advance(200);
    expect(await draining).toBe(1);
  });

  it('close cancels what is under way', async () => {
    const gateway = gatewayWith();
    void ask(gateway, chat());
    const call = await upstream.next();
    await gateway.close();
    await call.cancelled;
    expect(ended.map(({ outcome, attempts }) => [outcome, attempts.length])).toEqual([['fault', 1]]);
  });

  it('close tells a client that is there what happens, and settles before it resolves', async () => {
    const gateway = gatewayWith();
    const whole = ask(gateway, chat());
    await upstream.next();
    const streamed = ask(gateway, chat({ stream: true }));
    (await upstream.next()).stream().write(event({ content: 'a' }));
    const stream = await streamed;
    await gateway.close();
    expect(ended).toHaveLength(2);
    expect([(await whole).status, (await errorOf(await whole)).code]).toEqual([503, 'draining']);
    expect(await drained(stream)).toContain('shutting down');
  });

  it('reload takes effect for new requests, and a wrong one changes nothing', async () => {
    const gateway = gatewayWith();
    expect(() => gateway.reload({ models: { n: 'nobody/x' } })).toThrow(/nobody/);
    const running = ask(gateway, chat());
    (await upstream.next()).respond(200, completion('old'));
    expect((await running).status).toBe(200);
    gateway.reload({ providers: { b: up('b') }, models: { n: 'b/two' } });
    expect((await ask(gateway, chat())).status).toBe(404);
  });
});
