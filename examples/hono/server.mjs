/**
 * Hono: everything that speaks `Request` and `Response` needs no mount of its own. The same two lines work in Next, Bun, Deno and
 * Workers; only the last lines of this file, which start a server on Node, are Node's.
 *
 *   curl -N http://127.0.0.1:3000/ai/v1/messages -H 'content-type: application/json' -H 'authorization: Bearer letmein' \
 *     -d '{"model":"fast","max_tokens":100,"stream":true,"messages":[{"role":"user","content":"Hello"}]}'
 */
import { serve } from '@hono/node-server';
import { createGateway } from '@postern/core';
import { serveSim } from '@postern/sim';
import { Hono } from 'hono';
import { bearerAuth } from 'hono/bearer-auth';

const sim = await serveSim();

const gateway = createGateway({
  // `host` is whatever is handed to `gateway.fetch` below: here Hono's own context.
  access: { identify: (request) => ({ id: request.host.req.header('x-team') ?? 'everybody' }) },
  providers: { sim: { extends: 'gemini', baseUrl: `${sim.url}/v1beta`, apiKey: 'any' } },
  models: { fast: 'sim/sim-text-12' },
});

const app = new Hono();
app.use('/ai/*', bearerAuth({ token: 'letmein' })); // your own authentication stays where it is
app.all('/ai/*', (context) => gateway.fetch(context.req.raw, { prefix: '/ai', host: context }));
app.get('/', (context) => context.text('the rest of the app\n'));

const server = serve(
  { fetch: app.fetch, port: Number(process.env.PORT ?? 3000), hostname: '127.0.0.1' },
  ({ port }) => {
    console.log(`http://127.0.0.1:${port}/ai`);
  },
);

process.once('SIGTERM', leave).once('SIGINT', leave);
async function leave() {
  server.close();
  await gateway.drain(10_000);
  await gateway.close();
  await sim.close();
  server.closeIdleConnections();
}
