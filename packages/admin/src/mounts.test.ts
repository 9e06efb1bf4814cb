import { readFileSync } from 'node:fs';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { memoryStore } from '@postern/core';
import * as coreNode from '@postern/core/node';
import express from 'express';
import Fastify from 'fastify';
import Koa from 'koa';
import { expect, it, onTestFinished } from 'vitest';
import { type Admin, adminRouter } from './index.ts';
import { nodeHandler } from './node.ts';

/** The lines of docs/admin.md, as they stand there. */
const SAMPLES = [
  ...readFileSync(new URL('../../../docs/admin.md', import.meta.url), 'utf8').matchAll(/```js\n([\s\S]*?)```/g),
].map(([, code = '']) => code);

function lines(begin: string, end: string): string {
  const sample = SAMPLES.find((code) => code.includes(begin)) ?? '';
  const from = sample.indexOf(begin);
  const to = end === '' ? sample.length : sample.indexOf(end, from);
  if (from < 0 || to < 0) throw new Error(`docs/admin.md has no lines from ${begin} to ${end}`);
  return sample.slice(from, to);
}

/** Runs lines with these names around them. */
function run(code: string, around: Readonly<Record<string, unknown>>): unknown {
  return new Function(...Object.keys(around), code)(...Object.values(around));
}

async function listen(handler: RequestListener): Promise<string> {
  const server = createServer(handler);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

type Ask = (path: string, init?: RequestInit) => Promise<Response>;
type Mount = (admin: Admin<never>) => Ask | Promise<Ask>;

const at =
  (url: string): Ask =>
  (path, init) =>
    fetch(url + path, init);

const EXPRESS = lines("app.use('/admin', nodeHandler(admin))", 'createServer(');
const NODE = lines('createServer(nodeHandler', 'export default');
const FETCH = lines('export default', '').replace('export default', 'return');
const KOA = lines('app.use(async (context, next)', '// Fastify');
const FASTIFY = lines('app.register(async (inner)', '');

async function onExpress(admin: Admin<never>, parser: boolean): Promise<Ask> {
  const app = express();
  if (parser) app.use(express.json());
  run(EXPRESS, { app, admin, nodeHandler });
  app.use((_request, response) => response.status(418).send('the host'));
  return at(await listen(app));
}

async function onKoa(admin: Admin<never>, parse: boolean): Promise<Ask> {
  const app = new Koa();
  // What a body parser of Koa does: it reads, and leaves what it read at `request.body`.
  if (parse)
    app.use(async (context, next) => {
      const parts: Buffer[] = [];
      for await (const part of context.req) parts.push(part as Buffer);
      const text = Buffer.concat(parts).toString();
      (context.request as { body?: unknown }).body = text === '' ? {} : JSON.parse(text);
      await next();
    });
  run(KOA, { app, admin, ...coreNode });
  app.use((context) => {
    context.status = 418;
    context.body = 'the host';
  });
  return at(await listen(app.callback()));
}

const MOUNTS: readonly (readonly [string, Mount])[] = [
  ['Express', (admin) => onExpress(admin, false)],
  ['Express behind a body parser', (admin) => onExpress(admin, true)],
  [
    'node:http',
    async (admin) => {
      let handler: RequestListener | undefined;
      const createServer = (given: RequestListener) => {
        handler = given;
      };
      run(NODE, { createServer, admin, nodeHandler });
      return at(await listen(handler as RequestListener));
    },
  ],
  [
    'Fetch',
    (admin) => {
      const host = run(FETCH, { admin }) as { fetch(request: Request): Promise<Response> };
      return (path, init) => host.fetch(new Request(`http://x${path}`, init));
    },
  ],
  ['Koa', (admin) => onKoa(admin, false)],
  ['Koa behind a body parser', (admin) => onKoa(admin, true)],
  [
    'Fastify',
    async (admin) => {
      const app = Fastify();
      run(FASTIFY, { app, admin, ...coreNode });
      onTestFinished(() => app.close());
      return at(await app.listen({ port: 0, host: '127.0.0.1' }));
    },
  ],
];

it.each(MOUNTS)('the lines of docs/admin.md for %s mount it', async (_, mount) => {
  const admin = adminRouter(memoryStore(), {
    authorize: (request) => (request.header('x-who') === 'root' ? { actor: 'root', role: 'admin' } : undefined),
  });
  const ask = await mount(admin as Admin<never>);
  const as = { 'x-who': 'root' };
  const json = { ...as, 'content-type': 'application/json' };
  expect((await ask('/admin/keys')).status).toBe(401);
  const made = await ask('/admin/teams', { method: 'POST', headers: json, body: '{"id":"red","name":"rød ☂"}' });
  expect([made.status, made.headers.get('content-type')]).toEqual([201, 'application/json; charset=utf-8']);
  const etag = made.headers.get('etag') ?? '';
  expect(await made.json()).toMatchObject({ id: 'red', name: 'rød ☂' });
  const list = await ask('/admin/teams?limit=1', { headers: as });
  expect(await list.json()).toMatchObject({ data: [{ id: 'red' }] });
  const change = { method: 'PATCH', headers: { ...json, 'if-match': etag }, body: '{"blocked":true}' };
  expect((await ask('/admin/teams/red', change)).status).toBe(200);
  expect((await ask('/admin/teams/red', change)).status).toBe(412);
  const key = await ask('/admin/keys', { method: 'POST', headers: json, body: '{}' });
  const { id } = (await key.json()) as { id: string };
  const rotated = await ask(`/admin/keys/${id}/rotate`, { method: 'POST', headers: { ...as, 'if-match': '*' } });
  expect(rotated.status).toBe(200);
  const plain = { method: 'POST', headers: { ...as, 'content-type': 'text/plain' }, body: '{}' };
  expect((await ask('/admin/keys', plain)).status).toBe(415);
  const big = await ask('/admin/keys', { method: 'POST', headers: json, body: `{"name":"${'x'.repeat(300_000)}"}` });
  expect(big.status).toBe(413);
  await big.text();
  const file = await ask('/admin/spend/export?format=csv', { headers: as });
  expect([file.status, (await file.text()).startsWith('attempt,request,')]).toEqual([200, true]);
  const gone = await ask('/admin/teams/red', { method: 'DELETE', headers: { ...as, 'if-match': '*' } });
  expect([gone.status, await gone.text()]).toEqual([204, '']);
  expect((await ask('/admin/nothing', { headers: as })).status).toBe(404);
  expect([404, 418]).toContain((await ask('/administrator', { headers: as })).status);
});
