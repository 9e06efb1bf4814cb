import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { serve } from '@hono/node-server';
import { createGateway, type Gateway, type GatewayConfig } from '@postern/core';
import { llmGateway as expressGateway } from '@postern/express';
import { llmGateway as fastifyGateway } from '@postern/fastify';
import { llmGateway as koaGateway } from '@postern/koa';
import express from 'express';
import { fastify } from 'fastify';
import { Hono } from 'hono';
import Koa from 'koa';

/** What a test may ask of a running gateway, whatever its mount. */
export type RunningGateway = Pick<Gateway, 'events' | 'stats'>;

/** A server of some framework on a port of loopback, with the gateway under `/ai`. */
export interface Host {
  /** Of the mount, without a slash at the end. */
  readonly url: string;
  readonly gateway: RunningGateway;
  close(): Promise<void>;
}

const PREFIX = '/ai';

/** Every mount, and the façade for hosts that speak Fetch. */
export const HOSTS = { Express: onExpress, Koa: onKoa, Fastify: onFastify, 'the fetch façade': onFetch } as const;

/** The name of a mount. */
export type HostName = keyof typeof HOSTS;

/** The names of all mounts. */
export const HOST_NAMES = Object.keys(HOSTS) as HostName[];

async function onExpress(config: GatewayConfig): Promise<Host> {
  const app = express();
  const handler = expressGateway(config);
  app.use(PREFIX, handler);
  return served(createServer(app), handler.gateway);
}

async function onKoa(config: GatewayConfig): Promise<Host> {
  const app = new Koa();
  app.silent = true;
  const middleware = koaGateway({ prefix: PREFIX, ...config });
  app.use(middleware);
  return served(createServer(app.callback()), middleware.gateway);
}

async function onFastify(config: GatewayConfig): Promise<Host> {
  const app = fastify({ forceCloseConnections: true });
  await app.register(fastifyGateway, { prefix: PREFIX, ...config });
  const url = await app.listen({ port: 0, host: '127.0.0.1' });
  return { url: url + PREFIX, gateway: app.llmGateway, close: () => app.close() };
}

async function onFetch(config: GatewayConfig): Promise<Host> {
  const gateway = createGateway(config);
  const app = new Hono();
  app.all(`${PREFIX}/*`, (context) => gateway.fetch(context.req.raw, { prefix: PREFIX }));
  return new Promise((resolve) => {
    const server = serve({ fetch: app.fetch, port: 0, hostname: '127.0.0.1' }, ({ port }) => {
      resolve({ url: `http://127.0.0.1:${port}${PREFIX}`, gateway, close: () => stop(server as Server, gateway) });
    });
  });
}

async function served(server: Server, gateway: RunningGateway & Closable): Promise<Host> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}${PREFIX}`, gateway, close: () => stop(server, gateway) };
}

interface Closable {
  close(): Promise<void>;
}

async function stop(server: Server, gateway: Closable): Promise<void> {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  await gateway.close();
}
