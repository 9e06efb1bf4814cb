import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import type { WebSockets } from '../../transport/web-socket.ts';
import type { DispatcherOptions } from '../dispatcher.ts';
import { NodeOffer } from './offer.ts';

/** WebSockets of Node, by `ws`, which is loaded when the first one is asked for. */
export function nodeWebSockets(options: DispatcherOptions = {}): WebSockets {
  return {
    // The port's types are the parts of Node's that a neutral caller can name.
    offer: (request, socket, head, url, host) =>
      new NodeOffer(request as IncomingMessage, socket as Duplex, head, url, host),
    dial: async (request, signal) => (await import('./dial.ts')).dial(request, signal, options),
  };
}
