import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type HostOptions, type MountUnderTest, mountCases, type RunningHost } from '@postern/core/testing';
import Koa3 from 'koa';
import Koa2 from 'koa2';
import { describe, it } from 'vitest';
import { llmGateway } from './index.ts';

/** Koa 2 and 3 differ in their types and not in what is used here. */
const hosts = { 'Koa 3': Koa3, 'Koa 2': Koa2 as unknown as typeof Koa3 };

async function start(Koa: typeof Koa3, { config, prefix = '/ai', parser }: HostOptions): Promise<RunningHost> {
  const app = new Koa();
  app.silent = true;
  app.use(async (context, next) => {
    context.set('x-host', 'yes');
    await next();
  });
  if (parser === true) app.use(parseJson);
  const middleware = llmGateway({ prefix, ...config });
  app.use(middleware);
  app.use((context) => {
    if (context.path === '/host') context.body = 'host';
    else {
      context.status = 404;
      context.body = 'host 404';
    }
  });
  const server = createServer(app.callback()).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await middleware.gateway.close();
    },
  };
}

/** As Koa's body parsers do: reads the body and leaves it on `request.body`. */
async function parseJson(context: Koa3.Context, next: () => Promise<unknown>): Promise<void> {
  const pieces: Buffer[] = [];
  for await (const piece of context.req) pieces.push(piece as Buffer);
  (context.request as { body?: unknown }).body = JSON.parse(Buffer.concat(pieces).toString());
  await next();
}

for (const [name, Koa] of Object.entries(hosts)) {
  const mount: MountUnderTest = {
    features: { parser: true, compression: false },
    start: (options) => start(Koa, options),
  };
  describe(name, () => {
    for (const { name: sentence, run } of mountCases) it(sentence, () => run(mount));
  });
}
