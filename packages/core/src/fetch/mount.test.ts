import { serve } from '@hono/node-server';
import { Hono } from 'hono';
import { describe, it } from 'vitest';
import { createGateway } from '../node/main.ts';
import { type HostOptions, type MountUnderTest, mountCases, type RunningHost } from '../testing/index.ts';

async function start({ config, prefix = '/ai' }: HostOptions): Promise<RunningHost> {
  const gateway = createGateway(config);
  const app = new Hono();
  app.use(async (context, next) => {
    await next();
    context.header('x-host', 'yes');
  });
  app.get('/host', (context) => context.text('host'));
  app.all(`${prefix}/*`, async (context, next) => {
    const response = await gateway.fetch(context.req.raw, { prefix });
    if (response.status !== 404 || response.body !== null) return response;
    return next();
  });
  app.notFound((context) => context.text('host 404', 404));
  return new Promise((resolve) => {
    const server = serve({ fetch: app.fetch, port: 0, hostname: '127.0.0.1' }, ({ port }) => {
      resolve({
        url: `http://127.0.0.1:${port}`,
        async close() {
          if ('closeAllConnections' in server) server.closeAllConnections();
          await new Promise((closed) => server.close(closed));
          await gateway.close();
        },
      });
    });
  });
}

const mount: MountUnderTest = { features: { parser: false, compression: false }, start };

describe('the fetch façade under Hono', () => {
  for (const { name, run } of mountCases) it(name, () => run(mount));
});
