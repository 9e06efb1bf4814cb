import { type HostOptions, type MountUnderTest, mountCases, type RunningHost } from '@postern/core/testing';
import { fastify as fastify5 } from 'fastify';
import { fastify as fastify4 } from 'fastify4';
import { describe, expect, it } from 'vitest';
import { llmGateway } from './index.ts';

/** Fastify 4 and 5 differ in their types and not in what is used here. */
const hosts = { 'Fastify 5': fastify5, 'Fastify 4': fastify4 as unknown as typeof fastify5 };

async function start(fastify: typeof fastify5, { config, prefix = '/ai' }: HostOptions): Promise<RunningHost> {
  const app = fastify({ forceCloseConnections: true });
  app.addHook('onRequest', async (_request, reply) => {
    reply.header('x-host', 'yes');
  });
  app.get('/host', async () => 'host');
  app.post('/parsed', async (request) => request.body);
  app.setNotFoundHandler(async (_request, reply) => reply.code(404).send('host 404'));
  await app.register(llmGateway, { ...config, prefix });
  const url = await app.listen({ port: 0, host: '127.0.0.1' });
  return { url, close: () => app.close() };
}

for (const [name, fastify] of Object.entries(hosts)) {
  const mount: MountUnderTest = {
    features: { parser: false, compression: false },
    start: (options) => start(fastify, options),
  };
  describe(name, () => {
    for (const { name: sentence, run } of mountCases) it(sentence, () => run(mount));

    it('gives its gateway to the app', async () => {
      const app = fastify();
      await app.register(llmGateway, { prefix: '/ai', access: 'open', log: { warn() {}, error() {} } });
      await app.register(llmGateway, { prefix: '/other', access: 'open', log: { warn() {}, error() {} } });
      expect(app.llmGateway.stats().open).toBe(0);
      expect((await app.inject('/other/health')).statusCode).toBe(200);
      await app.close();
    });

    it('leaves the parsers of the rest of the app alone', async () => {
      const host = await start(fastify, { config: { access: 'open', log: { warn() {}, error() {} } } });
      const response = await fetch(`${host.url}/parsed`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: '{"a":1}',
      });
      expect(await response.json()).toEqual({ a: 1 });
      await host.close();
    });
  });
}
