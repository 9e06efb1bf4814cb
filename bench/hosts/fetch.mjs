import { Readable } from 'node:stream';
import { createAdaptorServer } from '@hono/node-server';
import { createGateway } from '@postern/core';
import { Hono } from 'hono';
import { bytesOf, headersOf, isStream } from './upstream.mjs';

/** Hono on Node with the pass-through: a host that speaks Request and Response. */
export function bare(call) {
  const app = new Hono();
  app.post('/ai/v1/chat/completions', async (context) => {
    const answer = await call(Buffer.from(await context.req.arrayBuffer()));
    const body = isStream(answer) ? Readable.toWeb(answer.body) : await bytesOf(answer);
    return new Response(body, { status: answer.statusCode, headers: headersOf(answer) });
  });
  return createAdaptorServer({ fetch: app.fetch });
}

/** Hono on Node with Postern's fetch façade. */
export function postern(config) {
  const gateway = createGateway(config);
  const app = new Hono();
  app.all('/ai/*', (context) => gateway.fetch(context.req.raw, { prefix: '/ai' }));
  return createAdaptorServer({ fetch: app.fetch });
}
