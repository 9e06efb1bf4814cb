import { createGateway, type Gateway, type GatewayConfig } from '@postern/core';
import { pathBelow, requestOf, sendable } from '@postern/core/node';
import type { Context, Middleware } from 'koa';

export * from '@postern/core';

/** The gateway's configuration, and where it is mounted. */
export type KoaGatewayConfig = GatewayConfig<Context> & {
  /** Path in front of the gateway's own, such as `/ai`; default none. */
  readonly prefix?: string;
};

/** The middleware, with its gateway for events, `chat` in process, `drain` and `close`. */
export type GatewayMiddleware = Middleware & { readonly gateway: Gateway<Context> };

/**
 * The gateway as middleware of Koa 2 and 3: `app.use(llmGateway({ prefix: '/ai', ...config }))`. Mount it before body parsers, so that the
 * bytes of requests can pass untouched; behind one it works as well. What isn't ours goes on to `next()`. For sessions pass the server's upgrades to
 * `gateway.upgrade`, which knows the prefix.
 * Throws ConfigError, with the path and the fix, for every mistake of configuration.
 */
export function llmGateway({ prefix = '', ...config }: KoaGatewayConfig): GatewayMiddleware {
  const made = createGateway(config as GatewayConfig<Context>);
  const upgrade: typeof made.upgrade = (request, socket, head, options) =>
    made.upgrade(request, socket, head, { prefix, ...options });
  const gateway = { ...made, upgrade };
  const middleware = async (context: Context, next: () => Promise<unknown>): Promise<void> => {
    const url = pathBelow(prefix, context.url);
    // Koa's parsers leave what they read on `request.body`, which Koa itself does not know.
    const { body } = context.request as { body?: unknown };
    const handled =
      url === undefined ? undefined : gateway.handle(requestOf(context.req, context, url, context.res, { body }));
    if (handled === undefined) {
      await next();
      return;
    }
    const reply = await handled;
    context.status = reply.status;
    context.set(reply.headers);
    context.body = sendable(reply);
  };
  return Object.assign(middleware, { gateway });
}
