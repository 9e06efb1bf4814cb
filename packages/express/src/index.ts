import { createGateway, type Gateway, type GatewayConfig } from '@postern/core';
import { requestOf, writeReply } from '@postern/core/node';
import type { NextFunction, Request, RequestHandler, Response } from 'express';

export * from '@postern/core';

/** The middleware, with its gateway for events, `chat` in process, `drain` and `close`. */
export type GatewayHandler = RequestHandler & { readonly gateway: Gateway<Request> };

/**
 * The gateway as middleware of Express 4 and 5: `app.use('/ai', llmGateway(config))`. Mount it before body parsers, so that the bytes of
 * requests can pass untouched; behind one it works as well. What isn't ours goes on to `next()`. For sessions pass the server's upgrades to
 * `gateway.upgrade` with the prefix that it is mounted under.
 * Throws ConfigError, with the path and the fix, for every mistake of configuration.
 */
export function llmGateway(config: GatewayConfig<Request>): GatewayHandler {
  const gateway = createGateway(config);
  const handler = (request: Request, response: Response, next: NextFunction): void => {
    const reply = gateway.handle(requestOf(request, request, request.url, response));
    if (reply === undefined) next();
    else reply.then((answer) => writeReply(answer, response)).catch(next);
  };
  return Object.assign(handler, { gateway });
}
