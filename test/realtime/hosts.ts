import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createGateway, type Gateway, type GatewayConfig } from '@postern/core';
import { requestOf, writeReply } from '@postern/core/node';
import { llmGateway as expressGateway } from '@postern/express';
import { llmGateway as fastifyGateway } from '@postern/fastify';
import { llmGateway as koaGateway } from '@postern/koa';
import express from 'express';
import { fastify } from 'fastify';
import Koa from 'koa';

/** A server that serves sessions of a gateway under `/ai`. */
export interface SessionHost {
  /** `127.0.0.1:PORT` */
  readonly address: string;
  readonly gateway: Pick<Gateway, 'events' | 'stats' | 'drain' | 'close'>;
  close(): Promise<void>;
}

const PREFIX = '/ai';

/** Every server that has upgrades, each by the lines that its mount's documentation shows. */
export const SESSION_HOSTS = {
  'node:http': async (config: GatewayConfig): Promise<SessionHost> => {
    const gateway = createGateway(config);
    const server = createServer((request, response) => {
      const reply = gateway.handle(requestOf(request, request, (request.url ?? '').slice(PREFIX.length), response));
      if (reply === undefined) response.writeHead(404).end();
      else void reply.then((answer) => writeReply(answer, response));
    });
    return upgraded(server, gateway, PREFIX);
  },
  Express: async (config: GatewayConfig): Promise<SessionHost> => {
    const app = express();
    const handler = expressGateway(config);
    app.use(PREFIX, handler);
    return upgraded(createServer(app), handler.gateway, PREFIX);
  },
  Koa: async (config: GatewayConfig): Promise<SessionHost> => {
    const app = new Koa();
    const middleware = koaGateway({ prefix: PREFIX, ...config });
    app.use(middleware);
    return upgraded(createServer(app.callback()), middleware.gateway);
  },
  Fastify: async (config: GatewayConfig): Promise<SessionHost> => {
    const app = fastify();
    await app.register(fastifyGateway, { prefix: PREFIX, ...config });
    app.server.on('upgrade', (request, socket, head) => {
      if (!app.llmGateway.upgrade(request, socket, head)) socket.destroy();
    });
    const url = await app.listen({ port: 0, host: '127.0.0.1' });
    return { address: new URL(url).host, gateway: app.llmGateway, close: () => app.close() };
  },
} as const;

/** The name of a server. */
export type SessionHostName = keyof typeof SESSION_HOSTS;

async function upgraded(
  server: Server,
  gateway: Pick<Gateway, 'upgrade' | 'events' | 'stats' | 'drain' | 'close'>,
  prefix?: string,
): Promise<SessionHost> {
  server.on('upgrade', (request, socket, head) => {
    if (!gateway.upgrade(request, socket, head, prefix === undefined ? {} : { prefix })) socket.destroy();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    address: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    gateway,
    async close() {
      await gateway.close();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
