/** Each example is started as a person would start it, asked, and stopped with Ctrl-C. They run what is built: `npm run build` first. */
import { type ChildProcess, execFile, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, afterEach, describe, expect, it, vi } from 'vitest';
import WebSocket from 'ws';

// Starting a process takes its time on a busy machine.
vi.setConfig({ testTimeout: 60_000 });

const folder = fileURLToPath(new URL('.', import.meta.url));
const children = new Set<ChildProcess>();
const kept = mkdtempSync(join(tmpdir(), 'postern-examples-'));
afterAll(() => rmSync(kept, { recursive: true, force: true }));

afterEach(async () => {
  for (const child of children) {
    if (child.exitCode === null && child.signalCode === null) {
      child.kill('SIGKILL');
      await once(child, 'close');
    }
  }
  children.clear();
});

let databases = 0;

interface Running {
  readonly child: ChildProcess;
  /** Everything printed so far. */
  readonly printed: () => string;
  /** Resolves to the exit code. */
  readonly ended: Promise<number | null>;
}

/** Only what an example needs of the environment, so that the keys and proxies of whoever runs the tests have no say in it. */
function run(file: string, env: Record<string, string> = {}): Running {
  const child = spawn(process.execPath, [file], {
    cwd: folder,
    env: { PATH: process.env['PATH'], POSTERN_DB: join(kept, `${++databases}.db`), ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  children.add(child);
  let text = '';
  for (const output of [child.stdout, child.stderr]) output?.on('data', (data: Buffer) => (text += data.toString()));
  const ended = once(child, 'close').then(([code]) => code as number | null);
  return { child, printed: () => text, ended };
}

interface Server extends Running {
  /** Of the gateway, its prefix included. */
  readonly ai: string;
  /** Ctrl-C; resolves to the exit code. */
  stop(): Promise<number | null>;
}

/** Starts a server and waits until it has said where it listens. */
async function boot(file: string, env: Record<string, string> = {}): Promise<Server> {
  const running = run(file, { PORT: '0', ...env });
  const found = await printing(running, /(http:\/\/127\.0\.0\.1:\d+\/ai)\n/);
  return {
    ...running,
    ai: found[1] ?? '',
    stop() {
      running.child.kill('SIGINT');
      return running.ended;
    },
  };
}

async function printing({ child, printed, ended }: Running, pattern: RegExp): Promise<RegExpExecArray> {
  let over = false;
  void ended.then(() => (over = true));
  for (;;) {
    const found = pattern.exec(printed());
    if (found !== null) return found;
    if (over) throw new Error(`it ended before it printed ${pattern}:\n${printed()}`);
    await Promise.race([once(child.stdout ?? child, 'data'), ended]);
  }
}

function post(url: string, body: unknown, headers: Record<string, string> = {}): Promise<Response> {
  return fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  });
}

const HELLO = { messages: [{ role: 'user', content: 'Hello' }] };
const hasCurl = spawnSync('curl', ['--version']).status === 0;

/** What a shell prints for a curl line as an example shows it; without a curl, what it would print. */
async function shell(line: string): Promise<string> {
  if (hasCurl) return (await promisify(execFile)('sh', ['-c', line])).stdout;
  const parts = [...line.matchAll(/(-H|-d) '([^']*)'/g)];
  const headers = Object.fromEntries(
    parts.flatMap(([, flag, text = '']) => (flag === '-H' ? [text.split(': ') as [string, string]] : [])),
  );
  const response = await fetch(/http\S+/.exec(line)?.[0] ?? '', {
    method: 'POST',
    headers,
    body: parts.at(-1)?.[2] ?? null,
  });
  const head = [...response.headers].map(([name, value]) => `${name}: ${value}`).join('\n');
  return `HTTP/1.1 ${response.status}\n${head}\n\n${await response.text()}`;
}

it('no example is left out', () => {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter(
    (entry) => /^(server|main)\.mjs$/.test(entry.name) && !entry.parentPath.includes('node_modules'),
  );
  expect(
    files.map((entry) => `${entry.parentPath.slice(folder.length)}/${entry.name}`.replaceAll('\\', '/')).sort(),
  ).toEqual([
    'auto-routing/main.mjs',
    'budgets/server.mjs',
    'discovery/server.mjs',
    'express/server.mjs',
    'failover/main.mjs',
    'fastify/server.mjs',
    'gray-release/main.mjs',
    'hono/server.mjs',
    'in-process/main.mjs',
    'koa/server.mjs',
    'migrate-from-openai-client/main.mjs',
  ]);
});

describe('examples/express', () => {
  /** Waits for all that it says at its start. */
  async function start(env?: Record<string, string>): Promise<Server> {
    const server = await boot('express/server.mjs', env);
    await printing(server, /Ctrl-C/);
    return server;
  }

  it('prints three curl lines that work as pasted', async () => {
    const { printed, stop } = await start();
    const lines = printed()
      .split('\n')
      .filter((line) => line.trimStart().startsWith('curl '));
    expect(lines).toHaveLength(3);
    const [chat = '', streamed = '', messages = ''] = await Promise.all(lines.map(shell));
    for (const answer of [chat, streamed, messages]) expect(answer).toMatch(/^HTTP\/1\.1 200/);
    expect(JSON.parse(chat.slice(chat.indexOf('{')))).toMatchObject({
      object: 'chat.completion',
      choices: [{ message: { role: 'assistant', content: expect.stringMatching(/\w/) } }],
    });
    expect(streamed).toMatch(/content-type: text\/event-stream/i);
    expect(streamed.match(/"delta":\{"content":"/g)?.length).toBeGreaterThan(5);
    expect(streamed.trimEnd().endsWith('data: [DONE]')).toBe(true);
    expect(JSON.parse(messages.slice(messages.indexOf('{')))).toMatchObject({
      type: 'message',
      content: [{ type: 'text', text: expect.stringMatching(/\w/) }],
      stop_reason: 'end_turn',
    });
    expect(messages).toMatch(/x-postern-attempts: 2/i);
    expect(await stop()).toBe(0);
  });

  it('finds real providers by their key variables, and prints no key', async () => {
    const env = {
      OPENAI_API_KEY: 'sk-never-printed-1',
      ANTHROPIC_API_KEY: 'sk-never-printed-2',
      GEMINI_API_KEY: 'sk-never-printed-3',
    };
    const { printed, stop } = await start(env);
    expect(await stop()).toBe(0);
    expect(/Real providers found by their key variables: (.*)/.exec(printed())?.[1]?.split(', ').sort()).toEqual([
      'anthropic',
      'gemini',
      'openai',
      // The same key opens the vendor's other API.
      'openai-responses',
    ]);
    expect(printed()).not.toContain('never-printed');
  });

  it('says so when it finds none', async () => {
    const { printed, stop } = await start();
    expect(printed()).toContain('none; set OPENAI_API_KEY');
    expect(await stop()).toBe(0);
  });

  it('takes the next port when the one it is to have is taken', async () => {
    const holder = createServer().listen(0, '127.0.0.1');
    await once(holder, 'listening');
    const { port } = holder.address() as AddressInfo;
    const { ai, stop } = await start({ PORT: String(port) });
    holder.close();
    expect(Number(new URL(ai).port)).toBeGreaterThan(port);
    expect(await (await fetch(`${ai}/health`)).json()).toEqual({ status: 'ok' });
    expect(await stop()).toBe(0);
  });

  it('lets what is under way finish at Ctrl-C, and exits', async () => {
    const { ai, child, ended, printed } = await start();
    const response = await post(`${ai}/v1/chat/completions`, {
      ...HELLO,
      model: 'sim/sim-text-30-gap-20',
      stream: true,
    });
    const reader = (response.body as ReadableStream<Uint8Array>).pipeThrough(new TextDecoderStream()).getReader();
    let text = (await reader.read()).value ?? '';
    // Twice, as the terminal and npm both pass it on.
    child.kill('SIGINT');
    child.kill('SIGINT');
    for (let step = await reader.read(); !step.done; step = await reader.read()) text += step.value;
    expect(text.trimEnd().endsWith('data: [DONE]')).toBe(true);
    expect(await ended).toBe(0);
    expect(printed()).toContain('drained');
  });
});

describe('examples/budgets', () => {
  /** A cookie of the app's own sign-in. */
  async function signIn(ai: string, name: string): Promise<Record<string, string>> {
    const response = await fetch(new URL('/sign-in', ai), { method: 'POST', body: new URLSearchParams({ name }) });
    expect(response.status).toBe(200);
    return { cookie: (response.headers.get('set-cookie') ?? '').split(';')[0] ?? '' };
  }
  /** 1 + 5 dollars per million: at most 250 tokens of answer fit into a tenth of a cent, a restart or not. */
  const ask = (ai: string, cookie: Record<string, string>): Promise<Response> =>
    post(`${ai}/v1/chat/completions`, { ...HELLO, model: 'fast', max_tokens: 20 }, cookie);
  const spent = async (ai: string, cookie: Record<string, string>) =>
    (await (await fetch(new URL('/spent', ai), { headers: cookie })).json()) as [{ calls: number; usd: number }?];

  it('gives each signed-in user a budget without any key, which a restart does not forget', async () => {
    const env = { POSTERN_DB: join(kept, 'budgets.db') };
    const first = await boot('budgets/server.mjs', env);
    expect((await ask(first.ai, {})).status).toBe(401);
    const ada = await signIn(first.ai, 'ada');
    let calls = 0;
    for (;;) {
      const response = await ask(first.ai, ada);
      if (response.status !== 200) {
        expect(response.status).toBe(429);
        expect(await response.json()).toMatchObject({ error: { code: 'insufficient_quota' } });
        break;
      }
      expect(++calls).toBeLessThan(20);
    }
    expect(calls).toBeGreaterThan(4);
    expect((await ask(first.ai, await signIn(first.ai, 'bob'))).status).toBe(200);
    const [day] = await spent(first.ai, ada);
    expect(day?.calls).toBe(calls);
    expect(day?.usd).toBeLessThanOrEqual(0.001);
    expect(await first.stop()).toBe(0);

    const second = await boot('budgets/server.mjs', env);
    const again = await signIn(second.ai, 'ada');
    expect((await ask(second.ai, again)).status).toBe(429);
    expect(await spent(second.ai, again)).toEqual([day]);
    expect(await second.stop()).toBe(0);
  });
});

describe.each(['express', 'fastify'])('examples/%s', (name) => {
  it('opens a session under its alias, and ends it at Ctrl-C', async () => {
    const { ai, stop } = await boot(`${name}/server.mjs`);
    const socket = new WebSocket(`${ai.replace('http', 'ws')}/v1/realtime?model=voice`);
    const [created] = await once(socket, 'message');
    expect(JSON.parse(String(created))).toMatchObject({ type: 'session.created', session: { model: 'voice' } });
    const closed = once(socket, 'close');
    expect(await stop()).toBe(0);
    expect((await closed)[0]).toBe(1001);
  });
});

it('examples/koa gives each caller of its own users their own models', async () => {
  const { ai, stop, printed } = await boot('koa/server.mjs');
  const ask = (model: string, user: string): Promise<Response> =>
    post(`${ai}/v1/chat/completions`, { ...HELLO, model }, { 'x-user': user });
  expect((await ask('large', 'ada')).status).toBe(200);
  expect((await ask('small', 'bob')).status).toBe(200);
  expect((await ask('large', 'bob')).status).toBe(403);
  expect((await ask('small', 'mallory')).status).toBe(401);
  expect((await ask('small', '__proto__')).status).toBe(401);
  expect(await (await fetch(`${ai}/v1/models`, { headers: { 'x-user': 'bob' } })).json()).toMatchObject({
    data: [{ id: 'small' }],
  });
  expect(await (await fetch(new URL('/', ai))).text()).toBe('the rest of the app\n');
  expect(await stop()).toBe(0);
  expect(printed()).toMatch(/^ada large 200 40 tokens/m);
});

it('examples/discovery asks instances as they join and leave', async () => {
  const server = await boot('discovery/server.mjs');
  const ask = async (): Promise<string | null> => {
    const response = await post(`${server.ai}/v1/chat/completions`, { ...HELLO, model: 'found' });
    expect(response.status).toBe(200);
    return response.headers.get('x-postern-deployment');
  };
  const first = await ask();
  expect(first).toMatch(/^found#/);
  await fetch(new URL('/join', server.ai), { method: 'POST' });
  await printing(server, /(joined: [\s\S]*){2}/);
  const asked = new Set([await ask(), await ask()]);
  expect(asked.size).toBe(2);
  await fetch(new URL('/leave', server.ai), { method: 'POST' });
  const left = await printing(server, /left: (\S+)/);
  expect(left[1]).toBe(first);
  expect([await ask(), await ask()]).not.toContain(first);
  expect(await server.stop()).toBe(0);
});

it('examples/failover leaves no request without an answer, and goes back to what is back', async () => {
  const { ended, printed } = run('failover/main.mjs');
  expect(await ended).toBe(0);
  const told = printed();
  expect(told).toContain('all is well: first 20, second 0, unanswered 0');
  const broken = /the first breaks: first 0, second 20, unanswered 0; the first was called (\d+) times/.exec(told);
  expect(Number(broken?.[1])).toBeLessThan(20);
  expect(told).toMatch(/steady#0: rests/);
  expect(told).toContain('plan: steady#1');
  expect(told).toContain('the first is back: first 20, second 0, unanswered 0');
});

it('examples/gray-release lets a good version have all, and rolls a bad one back', async () => {
  const { ended, printed } = run('gray-release/main.mjs');
  expect(await ended).toBe(0);
  const [good = '', bad = ''] = printed().split('v2 → v3');
  const shares = (text: string) => [...text.matchAll(/ (\d+) %, unanswered (\d+)/g)].map(([, share]) => Number(share));
  expect(shares(good)).toHaveLength(7);
  expect(shares(good)[0]).toBeLessThan(10);
  expect(shares(good).at(-1)).toBe(100);
  expect(good).not.toContain('rolled back');
  expect(bad).toContain('rolled back: next, by errors');
  expect(shares(bad).slice(-3)).toEqual([0, 0, 0]);
  expect(printed()).not.toMatch(/unanswered [1-9]/);
});

it('examples/fastify answers although two of its deployments fail', async () => {
  const { ai, stop } = await boot('fastify/server.mjs');
  const response = await post(`${ai}/v1/chat/completions`, { ...HELLO, model: 'steady' });
  expect(response.status).toBe(200);
  expect(response.headers.get('x-postern-attempts')).toBe('3');
  expect(response.headers.get('x-postern-deployment')).toBe('backup#0');
  expect(await response.json()).toMatchObject({ object: 'chat.completion' });
  expect(await (await fetch(new URL('/', ai))).json()).toEqual({ the: 'rest of the app' });
  expect(await stop()).toBe(0);
});

it('examples/hono streams behind the authentication of the app', async () => {
  const { ai, stop } = await boot('hono/server.mjs');
  const body = { ...HELLO, model: 'fast', max_tokens: 100, stream: true };
  expect((await post(`${ai}/v1/messages`, body)).status).toBe(401);
  const response = await post(`${ai}/v1/messages`, body, {
    authorization: 'Bearer letmein',
    'anthropic-version': '2023-06-01',
  });
  expect(response.status).toBe(200);
  const text = await response.text();
  expect(text).toMatch(/^event: message_start\n/);
  expect(text).toMatch(/event: message_stop\n/);
  expect(await (await fetch(new URL('/', ai))).text()).toBe('the rest of the app\n');
  expect(await stop()).toBe(0);
});

it('examples/in-process calls a tool, answers and streams', async () => {
  const { ended, printed } = run('in-process/main.mjs');
  expect(await ended, printed()).toBe(0);
  expect(printed()).toMatch(/^calls weather for \w+ in (celsius|fahrenheit)$/m);
  expect(printed()).toMatch(/^answer: \w+/m);
  expect(printed()).toMatch(/^30 tokens from sim\/sim-reasoning-6-text-30$/m);
});

it('examples/migrate-from-openai-client serves an unchanged app from a provider of another format', async () => {
  const { ended, printed } = run('migrate-from-openai-client/main.mjs');
  expect(await ended, printed()).toBe(0);
  expect(printed()).toMatch(/^chat: {3}\w+/m);
  expect(printed()).toMatch(/tokens: 12/);
  expect(printed()).toMatch(/called: 'weather'/);
  expect(printed()).toContain("{ 'POST /v1/messages' }");
});

it('examples/auto-routing sends each prompt where its policy says, and learns from feedback', async () => {
  const { ended, printed } = run('auto-routing/main.mjs');
  expect(await ended, printed()).toBe(0);
  expect(
    [...printed().matchAll(/^(small|middle|big) +(\w\w) /gm)].map(([, name, language]) => [name, language]),
  ).toEqual([
    ['small', 'en'],
    ['big', 'en'],
    ['middle', 'de'],
    ['big', 'fr'],
    ['middle', 'ja'],
  ]);
  expect(printed()).toMatch(/best for code, rule 0, tier 4/);
  expect(printed()).toMatch(/^400 No model of 'auto' meets maxCost \$0\.000001/m);
  const [, small, big] = /^code: small (\d+), big (\d+)$/m.exec(printed()) ?? [];
  expect(Number(big)).toBeGreaterThan(2 * Number(small));
});
