/** The mounts, each on a port of loopback with the gateway under /ai. Run `npm run build` first: these scripts use what is built. */
import { createServer } from 'node:http';
import { serve } from '@hono/node-server';
import { createGateway } from '@postern/core';
import { llmGateway as onExpress } from '@postern/express';
import { llmGateway as onFastify } from '@postern/fastify';
import { llmGateway as onKoa } from '@postern/koa';
import express from 'express';
import { fastify } from 'fastify';
import { Hono } from 'hono';
import Koa from 'koa';

const silent = { warn() {}, error() {} };

/** The three vendors at one address. */
export function providersAt(origin) {
  return {
    oa: { extends: 'openai', baseUrl: `${origin}/v1`, apiKey: 'soak-key-1' },
    an: { extends: 'anthropic', baseUrl: origin, apiKey: 'soak-key-1' },
    ge: { extends: 'gemini', baseUrl: `${origin}/v1beta`, apiKey: 'soak-key-1' },
  };
}

/** Makes a host from a configuration: `{ url, gateway, close }`. */
export const HOSTS = {
  /** @param before what stands before the gateway in the host */
  async Express(config, ...before) {
    const handler = onExpress({ log: silent, ...config });
    const app = before.reduce((made, one) => made.use(one), express());
    return listening(createServer(app.use('/ai', handler)), handler.gateway);
  },
  async Koa(config) {
    const middleware = onKoa({ log: silent, prefix: '/ai', ...config });
    const app = new Koa().use(middleware);
    // Koa writes every client that leaves a stream to the console.
    app.silent = true;
    return listening(createServer(app.callback()), middleware.gateway);
  },
  async Fastify(config) {
    const app = fastify({ forceCloseConnections: true });
    await app.register(onFastify, { log: silent, prefix: '/ai', ...config });
    const url = `${await app.listen({ port: 0, host: '127.0.0.1' })}/ai`;
    return { url, gateway: app.llmGateway, close: () => app.close() };
  },
  async 'the fetch façade'(config) {
    const gateway = createGateway({ log: silent, ...config });
    const app = new Hono().all('/ai/*', (context) => gateway.fetch(context.req.raw, { prefix: '/ai' }));
    return new Promise((resolve) => {
      const server = serve({ fetch: app.fetch, port: 0, hostname: '127.0.0.1' }, ({ port }) =>
        resolve({ url: `http://127.0.0.1:${port}/ai`, gateway, close: () => stop(server, gateway) }),
      );
    });
  },
};

async function listening(server, gateway) {
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { url: `http://127.0.0.1:${server.address().port}/ai`, gateway, close: () => stop(server, gateway) };
}

async function stop(server, gateway) {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  await gateway.close();
}
