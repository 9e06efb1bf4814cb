import { createGateway, type Gateway, type GatewayConfig } from '@postern/core';
import { requestOf, sendable } from '@postern/core/node';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import plugin from 'fastify-plugin';

export * from '@postern/core';

/** The gateway's configuration; `prefix` is Fastify's own. */
export type FastifyGatewayConfig = GatewayConfig<FastifyRequest> & { readonly prefix?: string };

declare module 'fastify' {
  interface FastifyInstance {
    /** The gateway that was registered first on this instance: events, `chat` in process, `drain`. */
    readonly llmGateway: Gateway<FastifyRequest>;
  }
}

async function mount(instance: FastifyInstance, { prefix = '', ...config }: FastifyGatewayConfig): Promise<void> {
  const made = createGateway(config as GatewayConfig<FastifyRequest>);
  const upgrade: typeof made.upgrade = (request, socket, head, options) =>
    made.upgrade(request, socket, head, { prefix: instance.prefix + prefix, ...options });
  const gateway = { ...made, upgrade };
  // The server waits for its connections before it calls onClose, and a session would hold it up.
  instance.addHook('preClose', async () => void (await gateway.drain(0)));
  instance.addHook('onClose', () => gateway.close());
  if (!instance.hasDecorator('llmGateway')) instance.decorate('llmGateway', gateway);
  await instance.register(async (inner) => serve(inner, gateway), { prefix });
}

/** The routes, in a context of their own: the parsers of the rest of the app are untouched. */
function serve(instance: FastifyInstance, gateway: Gateway<FastifyRequest>): void {
  // The gateway reads bodies itself, with its own caps: this context has no other parser, and this one leaves the payload unread.
  instance.removeAllContentTypeParsers();
  instance.addContentTypeParser('*', (_request, _payload, done) => done(null));
  const handler = async (request: FastifyRequest, reply: FastifyReply): Promise<unknown> => {
    const url = request.url.slice(instance.prefix.length) || '/';
    const handled = gateway.handle(requestOf(request.raw, request, url, reply.raw));
    if (handled === undefined) return reply.callNotFound();
    const answer = await handled;
    return reply.code(answer.status).headers(answer.headers).send(sendable(answer));
  };
  instance.all('/', handler);
  instance.all('/*', handler);
}

/**
 * The gateway as a plugin of Fastify 4 and 5: `app.register(llmGateway, { prefix: '/ai', ...config })`; afterwards it is `app.llmGateway`. Its routes
 * keep to a context of their own. What isn't ours goes to the app's not-found handler. Sessions: `app.server.on('upgrade', app.llmGateway.upgrade)`. Registration fails with ConfigError, with the path and the
 * fix, for every mistake of configuration.
 */
export const llmGateway = plugin(mount, { name: '@postern/fastify', fastify: '4.x || 5.x' });
