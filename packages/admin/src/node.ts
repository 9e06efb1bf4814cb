import type { IncomingMessage, ServerResponse } from 'node:http';
import { pathBelow, requestOf, writeReply } from '@postern/core/node';
import type { Admin } from './router/router.ts';

/** Settings of {@link nodeHandler}. */
export interface NodeHandlerOptions {
  /** Path in front of the API's own, such as `/admin`, where the host leaves it in the URL; default none. */
  readonly prefix?: string;
}

/**
 * The admin API as a handler of node:http, and as middleware of Express: `app.use('/admin', nodeHandler(admin))`,
 * `createServer(nodeHandler(admin, { prefix: '/admin' }))`. What is not below the prefix goes on to `next`, or is a 404.
 * `authorize` sees the framework's request as `request.host`.
 */
export function nodeHandler<Host = IncomingMessage>(admin: Admin<Host>, { prefix = '' }: NodeHandlerOptions = {}) {
  return (incoming: IncomingMessage, outgoing: ServerResponse, next?: (error?: unknown) => void): void => {
    const url = pathBelow(prefix, incoming.url ?? '/');
    if (url === undefined) {
      if (next !== undefined) next();
      else outgoing.writeHead(404).end();
      return;
    }
    const sent = admin
      .handle(requestOf(incoming, incoming as Host, url, outgoing))
      .then((reply) => writeReply(reply, outgoing));
    sent.catch((error: unknown) => {
      if (next !== undefined) next(error);
      else outgoing.destroy();
    });
  };
}
