import type { GatewayConfig } from '../index.ts';
import { equal, ok } from './assert.ts';
import { type ScriptedCall, type ScriptedDispatcher, scriptedDispatcher } from './scripted-dispatcher.ts';

/** How the host around the mount is set up for a case. */
export interface HostOptions {
  readonly config: GatewayConfig;
  /** Where the gateway is mounted; default `/ai`. */
  readonly prefix?: string;
  /** A JSON body parser of the host runs before the mount. */
  readonly parser?: boolean;
  /** A compression middleware of the host stands around the mount. */
  readonly compression?: boolean;
}

/** A running host: listens on loopback, has `GET /host` answering `host`, sets `x-host: yes` on every reply, and answers `host 404` where nothing matches. */
export interface RunningHost {
  /** Without a slash at the end. */
  readonly url: string;
  close(): Promise<void>;
}

/** A mount under test. */
export interface MountUnderTest {
  start(options: HostOptions): Promise<RunningHost>;
  /** Can the host have a parser before the mount, and compression around it? */
  readonly features: { readonly parser: boolean; readonly compression: boolean };
}

/** One case: a sentence, and what proves it. Throws when it does not hold. */
export interface MountCase {
  readonly name: string;
  readonly run: (mount: MountUnderTest) => Promise<void>;
}

interface Scene {
  readonly upstream: ScriptedDispatcher;
  /** Of the gateway: the prefix is part of it. */
  readonly url: string;
  readonly host: RunningHost;
  post(body: unknown, more?: RequestInit): Promise<Response>;
}

const CHAT = { model: 'up/m', messages: [{ role: 'user', content: 'hello' }] };
const ANSWER = {
  id: 'chatcmpl-1',
  object: 'chat.completion',
  created: 1,
  model: 'm',
  choices: [
    { index: 0, message: { role: 'assistant', content: 'hi', refusal: null }, logprobs: null, finish_reason: 'stop' },
  ],
  usage: { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 },
};

/** One event of a streamed chat. */
function event(content: string, finish: string | null = null): string {
  const delta = content === '' ? {} : { content };
  return `data: ${JSON.stringify({ id: 'c', object: 'chat.completion.chunk', created: 1, model: 'm', choices: [{ index: 0, delta, logprobs: null, finish_reason: finish }] })}\n\n`;
}

async function scene(
  mount: MountUnderTest,
  run: (scene: Scene) => Promise<void>,
  options: Partial<HostOptions> = {},
): Promise<void> {
  const upstream = scriptedDispatcher();
  const base: GatewayConfig = {
    access: 'open',
    providers: {
      up: {
        format: 'openai-chat',
        baseUrl: 'https://up.test/v1',
        auth: 'bearer',
        apiKey: 'test-key',
        fidelity: 'exact',
      },
    },
    platform: { dispatcher: upstream },
    log: { warn() {}, error() {} },
  };
  const prefix = options.prefix ?? '/ai';
  const host = await mount.start({ ...options, prefix, config: { ...base, ...options.config } });
  const url = host.url + prefix;
  const post = (body: unknown, more: RequestInit = {}): Promise<Response> =>
    fetch(`${url}/v1/chat/completions`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: typeof body === 'string' ? body : JSON.stringify(body),
      ...more,
    });
  try {
    await run({ upstream, url, host, post });
  } finally {
    await host.close();
  }
}

const decoder = new TextDecoder();
const sent = (call: ScriptedCall): string =>
  typeof call.request.body === 'string' ? call.request.body : decoder.decode(call.request.body);

/** Reads until what came holds `text`. */
async function readUntil(reader: ReadableStreamDefaultReader<Uint8Array>, text: string): Promise<string> {
  const decoding = new TextDecoder();
  let seen = '';
  while (!seen.includes(text)) {
    const { done, value } = await reader.read();
    if (done) return seen;
    seen += decoding.decode(value, { stream: true });
  }
  return seen;
}

function readerOf(response: Response): ReadableStreamDefaultReader<Uint8Array> {
  if (response.body === null) throw new Error('the response has no body');
  return response.body.getReader();
}

/** A chat that streams; the answer's first event is written. */
async function streaming(
  at: Scene,
  more?: RequestInit,
): Promise<{ response: Response; call: ScriptedCall; body: ReturnType<ScriptedCall['stream']> }> {
  const pending = at.post({ ...CHAT, stream: true }, more);
  const call = await at.upstream.next();
  const body = call.stream();
  body.write(event('one'));
  return { response: await pending, call, body };
}

/**
 * What every mount must do, on every version of its host. Run each with the test runner of your choice:
 * `for (const { name, run } of mountCases) test(name, () => run(mount))`. Clients and hosts talk over real sockets.
 */
export const mountCases: readonly MountCase[] = [
  {
    name: 'a whole answer reaches the client, with the headers of the host',
    run: (mount) =>
      scene(mount, async (at) => {
        const pending = at.post(CHAT);
        (await at.upstream.next()).respond(200, ANSWER);
        const response = await pending;
        equal(response.status, 200, 'status');
        equal(response.headers.get('x-host'), 'yes', 'x-host');
        ok(response.headers.get('x-postern-request-id') !== null, 'x-postern-request-id is there');
        equal(((await response.json()) as typeof ANSWER).choices[0]?.message.content, 'hi', 'content');
      }),
  },
  {
    name: 'the bytes of the body go upstream, with the model exchanged and nothing else',
    run: (mount) =>
      scene(mount, async (at) => {
        const pending = at.post(
          '{ "model": "up/m",  "messages": [{"role":"user","content":"\\u00e4 b"}], "x_unknown": 1.50 }',
        );
        const call = await at.upstream.next();
        equal(
          sent(call),
          '{ "model": "m",  "messages": [{"role":"user","content":"\\u00e4 b"}], "x_unknown": 1.50 }',
          'body',
        );
        equal(call.request.headers['authorization'], 'Bearer test-key', 'authorization');
        call.respond(200, ANSWER);
        await (await pending).arrayBuffer();
      }),
  },
  {
    name: "the client's own credentials and cookies never go upstream",
    run: (mount) =>
      scene(mount, async (at) => {
        const pending = at.post(CHAT, {
          headers: {
            'content-type': 'application/json',
            authorization: 'Bearer of-the-client',
            cookie: 'a=b',
            'x-api-key': 'client',
            'x-postern-context': 'forged',
          },
        });
        const call = await at.upstream.next();
        ok(
          !JSON.stringify(call.request.headers).match(/of-the-client|client"|a=b|forged/),
          'no header of the client is in the call',
        );
        call.respond(200, ANSWER);
        await (await pending).arrayBuffer();
      }),
  },
  {
    name: 'a path that is not ours goes on to the host, body unread',
    run: (mount) =>
      scene(mount, async (at) => {
        const response = await fetch(`${at.url}/nothing/here`, { method: 'POST', body: 'x' });
        equal(response.status, 404, 'status');
        ok((await response.text()).includes('host 404'), 'the host answered');
        equal(await (await fetch(`${at.host.url}/host`)).text(), 'host', 'the route of the host');
      }),
  },
  {
    name: 'OPTIONS is never ours',
    run: (mount) =>
      scene(mount, async (at) => {
        const response = await fetch(`${at.url}/v1/chat/completions`, { method: 'OPTIONS' });
        ok(response.headers.get('x-postern-request-id') === null, 'the gateway did not answer');
      }),
  },
  {
    name: 'a wrong method is 405 with allow, in the format of the path',
    run: (mount) =>
      scene(mount, async (at) => {
        const response = await fetch(`${at.url}/v1/chat/completions`);
        equal(response.status, 405, 'status');
        equal(response.headers.get('allow'), 'POST', 'allow');
        ok(
          typeof ((await response.json()) as { error: { message: string } }).error.message === 'string',
          'error.message',
        );
      }),
  },
  {
    name: 'an empty body, broken JSON and a body that is no object are 400',
    run: (mount) =>
      scene(mount, async (at) => {
        for (const body of ['', '{"model":', '[1]', '"text"', 'null']) {
          const response = await at.post(body);
          equal(response.status, 400, `status of ${JSON.stringify(body)}`);
          await response.arrayBuffer();
        }
        equal(at.upstream.calls.length, 0, 'upstream calls');
      }),
  },
  {
    name: 'a body over the cap is 413, nested too deep 400, of a wrong type 415',
    run: (mount) =>
      scene(
        mount,
        async (at) => {
          equal((await at.post({ ...CHAT, padding: 'x'.repeat(3000) })).status, 413, 'too large');
          equal(
            (await at.post(`{"model":"up/m","messages":${'['.repeat(20)}${']'.repeat(20)}}`)).status,
            400,
            'too deep',
          );
          equal(
            (await at.post('model=x', { headers: { 'content-type': 'application/x-www-form-urlencoded' } })).status,
            415,
            'wrong type',
          );
        },
        { config: { body: { maxBytes: 2000, maxDepth: 10 } } as GatewayConfig },
      ),
  },
  {
    name: 'without an identity nobody gets in, and no provider is called',
    run: async (mount) => {
      const refusing = [() => undefined, () => ({}), () => Promise.reject(new Error('no session'))];
      for (const identify of refusing) {
        await scene(
          mount,
          async (at) => {
            const response = await at.post(CHAT);
            equal(response.status, 401, 'status');
            ok(!(await response.text()).includes('no session'), 'the reason stays inside');
            equal(at.upstream.calls.length, 0, 'upstream calls');
          },
          { config: { access: { identify } } as unknown as GatewayConfig },
        );
      }
    },
  },
  {
    name: "the resolver sees the host's own request",
    run: (mount) =>
      scene(
        mount,
        async (at) => {
          const pending = at.post(CHAT, { headers: { 'content-type': 'application/json', 'x-user': 'ada' } });
          (await at.upstream.next()).respond(200, ANSWER);
          equal((await pending).status, 200, 'status');
        },
        {
          config: {
            access: {
              identify: (request: { host: { headers: Record<string, string> | Headers } }) => {
                const { headers } = request.host;
                const id = headers instanceof Headers ? headers.get('x-user') : headers['x-user'];
                return id === null || id === undefined ? undefined : { id };
              },
            },
          } as unknown as GatewayConfig,
        },
      ),
  },
  {
    name: 'the first event reaches the client before the second exists',
    run: (mount) =>
      scene(mount, async (at) => {
        const { response, body } = await streaming(at);
        const reader = readerOf(response);
        ok((await readUntil(reader, 'one')).includes('one'), 'the first event');
        body.write(event('two') + event('', 'stop'));
        body.write('data: [DONE]\n\n');
        body.end();
        const rest = await readUntil(reader, 'nothing like this');
        ok(rest.includes('two') && rest.trimEnd().endsWith('data: [DONE]'), 'the rest, to its end');
      }),
  },
  {
    name: 'a stream says that nobody may transform or buffer it',
    run: (mount) =>
      scene(mount, async (at) => {
        const { response, body } = await streaming(at);
        ok(response.headers.get('cache-control')?.includes('no-transform') === true, 'no-transform');
        ok(response.headers.get('content-type')?.startsWith('text/event-stream') === true, 'content-type');
        equal(response.headers.get('x-accel-buffering'), 'no', 'x-accel-buffering');
        body.write(`${event('', 'stop')}data: [DONE]\n\n`);
        body.end();
        await response.text();
      }),
  },
  {
    name: 'a stream that breaks ends with an error in the format of the client and no good end',
    run: (mount) =>
      scene(mount, async (at) => {
        const { response, body } = await streaming(at);
        const reader = readerOf(response);
        await readUntil(reader, 'one');
        body.end();
        const rest = await readUntil(reader, 'nothing like this');
        ok(rest.includes('"error"'), 'an error event');
        ok(!rest.includes('[DONE]'), 'no [DONE]');
      }),
  },
  {
    name: 'a client that leaves before the first byte cancels the upstream (stream)',
    run: (mount) => scene(mount, (at) => leavesBeforeHeaders(at, true)),
  },
  {
    name: 'a client that leaves before the first byte cancels the upstream (whole answer)',
    run: (mount) => scene(mount, (at) => leavesBeforeHeaders(at, false)),
  },
  {
    name: 'a client that leaves between the headers and the first content cancels the upstream',
    run: (mount) =>
      scene(mount, async (at) => {
        const leave = new AbortController();
        const left = at.post({ ...CHAT, stream: true }, { signal: leave.signal }).catch(() => {});
        const call = await at.upstream.next();
        call.stream().write(': the provider has sent its headers\n\n');
        leave.abort();
        await call.cancelled;
        await left;
      }),
  },
  {
    name: 'a client that leaves in the middle of a stream cancels the upstream',
    run: (mount) =>
      scene(mount, async (at) => {
        const leave = new AbortController();
        const { response, call } = await streaming(at, { signal: leave.signal });
        await readUntil(readerOf(response), 'one');
        leave.abort();
        await call.cancelled;
      }),
  },
  {
    name: 'a client that stays to the end cancels nothing',
    run: (mount) =>
      scene(mount, async (at) => {
        const { response, call, body } = await streaming(at);
        let cancelled = false;
        void call.cancelled.then(() => {
          cancelled = true;
        });
        body.write(`${event('', 'stop')}data: [DONE]\n\n`);
        body.end();
        await response.text();
        // Another whole round trip gives a wrong cancellation the time to show.
        await (await fetch(`${at.url}/health`)).text();
        equal(cancelled, false, 'cancelled');
      }),
  },
  {
    name: 'a client that does not read holds the upstream back',
    run: (mount) =>
      scene(mount, async (at) => {
        const leave = new AbortController();
        const { call, body } = await streaming(at, { signal: leave.signal });
        const piece = event('x'.repeat(64 * 1024));
        const pieces = 2000;
        for (let index = 0; index < pieces; index++) body.write(piece);
        // Other requests come and go meanwhile; what the socket's buffers hold has been taken by then.
        for (let round = 0; round < 20; round++) await (await fetch(`${at.url}/health`)).text();
        ok(body.taken < pieces, `${body.taken} of ${pieces} pieces were taken for a client that reads nothing`);
        leave.abort();
        await call.cancelled;
      }),
  },
  {
    name: 'the mount serves below any prefix, with query strings and encoded paths',
    run: (mount) =>
      scene(
        mount,
        async (at) => {
          const pending = at.post(CHAT);
          (await at.upstream.next()).respond(200, ANSWER);
          equal((await pending).status, 200, 'status');
          const gemini = fetch(`${at.url}/v1beta/models/${encodeURIComponent('up/m')}:generateContent?x=1`, {
            method: 'POST',
            headers: { 'content-type': 'application/json' },
            body: JSON.stringify({ contents: [{ role: 'user', parts: [{ text: 'hi' }] }] }),
          });
          (await at.upstream.next()).respond(200, ANSWER);
          equal((await gemini).status, 200, 'status of an encoded model');
        },
        { prefix: '/deep/er' },
      ),
  },
  {
    name: 'no spelling of the path reaches what the mount did not match',
    run: (mount) =>
      scene(mount, async (at) => {
        for (const path of [
          '//v1/models',
          '/v1/./../v1/models/',
          '/%2e%2e/v1/models',
          '/V1/chat/completions',
          '/v1%2fmodels',
          '/v1/chat/completions/',
        ]) {
          const response = await fetch(at.url + path);
          ok(
            response.status === 404 || response.status === 405 || response.status === 200,
            `${path} gave ${response.status}`,
          );
          await response.arrayBuffer();
        }
        equal(at.upstream.calls.length, 0, 'upstream calls');
      }),
  },
  {
    name: 'a body that the parser of the host has read is served all the same',
    run: (mount) =>
      mount.features.parser
        ? scene(
            mount,
            async (at) => {
              const pending = at.post(CHAT);
              const call = await at.upstream.next();
              equal(JSON.stringify(JSON.parse(sent(call))), JSON.stringify({ ...CHAT, model: 'm' }), 'body');
              call.respond(200, ANSWER);
              equal((await pending).status, 200, 'status');
            },
            { parser: true },
          )
        : Promise.resolve(),
  },
  {
    name: 'compression of the host does not hold events back',
    run: (mount) =>
      mount.features.compression
        ? scene(
            mount,
            async (at) => {
              const { response, body } = await streaming(at, {
                headers: { 'content-type': 'application/json', 'accept-encoding': 'gzip' },
              });
              const reader = readerOf(response);
              await readUntil(reader, 'one');
              body.write(event('two'));
              await readUntil(reader, 'two');
              body.write(`${event('', 'stop')}data: [DONE]\n\n`);
              body.end();
              ok((await readUntil(reader, '[DONE]')).includes('[DONE]'), 'the end');
            },
            { compression: true },
          )
        : Promise.resolve(),
  },
];

async function leavesBeforeHeaders(at: Scene, stream: boolean): Promise<void> {
  const leave = new AbortController();
  const left = at.post({ ...CHAT, stream }, { signal: leave.signal }).catch(() => {});
  const call = await at.upstream.next();
  leave.abort();
  await call.cancelled;
  await left;
}
