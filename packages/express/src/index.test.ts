import type { AddressInfo } from 'node:net';
import { type HostOptions, type MountUnderTest, mountCases, type RunningHost } from '@postern/core/testing';
import compression from 'compression';
import express5 from 'express';
import express4 from 'express4';
import { describe, it } from 'vitest';
import { llmGateway } from './index.ts';

/** Express 4 and 5 differ in their types and not in what is used here. */
const hosts = { 'Express 5': express5, 'Express 4': express4 as unknown as typeof express5 };

function mountOn(express: typeof express5): MountUnderTest {
  return { features: { parser: true, compression: true }, start: (options) => start(express, options) };
}

async function start(
  express: typeof express5,
  { config, prefix = '/ai', parser, compression: compressed }: HostOptions,
): Promise<RunningHost> {
  const app = express();
  app.use((_request, response, next) => {
    response.setHeader('x-host', 'yes');
    next();
  });
  if (compressed === true) app.use(compression());
  if (parser === true) app.use(express.json());
  const handler = llmGateway(config);
  app.use(prefix, handler);
  app.get('/host', (_request, response) => {
    response.send('host');
  });
  app.use((_request, response) => {
    response.status(404).send('host 404');
  });
  const server = app.listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await handler.gateway.close();
    },
  };
}

for (const [name, express] of Object.entries(hosts)) {
  describe(name, () => {
    for (const { name: sentence, run } of mountCases) it(sentence, () => run(mountOn(express)));
  });
}
