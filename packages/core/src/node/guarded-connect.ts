import { isIP, type LookupFunction } from 'node:net';
import type { ConnectionOptions } from 'node:tls';
import { buildConnector } from 'undici';

/** Why a medium is not fetched. The message tells the operator what was wrong, and no path or query of the URL. */
export class MediaRefused extends Error {
  constructor(message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = 'MediaRefused';
  }
}

/** What connections are made with; the tests bring their own. */
export interface Ground {
  readonly lookup: LookupFunction;
  isPublic(address: string): boolean;
}

const notPublic = (): MediaRefused => new MediaRefused('the host is at an address that is not public');

/**
 * A connector that leads to public addresses only. The name is looked up once, and the connection goes to the very addresses that were checked: a
 * name that is answered differently the next time changes nothing. One bad address among good ones is enough to refuse.
 */
export function guardedConnector({ lookup, isPublic }: Ground, ca: ConnectionOptions['ca']): buildConnector.connector {
  const connect = buildConnector({
    allowH2: false,
    // The fetch has its own time limit.
    timeout: 0,
    lookup: checked(lookup, isPublic),
    ...(ca === undefined ? {} : { ca }),
  });
  return (options, callback) => {
    // An address is not looked up, so it would not be checked.
    if (isIP(options.hostname) !== 0 && !isPublic(options.hostname)) {
      queueMicrotask(() => callback(notPublic(), null));
      return undefined;
    }
    return connect(options, (...[error, socket]) => {
      if (error !== null) return callback(error, null);
      if (isPublic(socket.remoteAddress ?? '')) return callback(null, socket);
      socket.destroy();
      return callback(notPublic(), null);
    });
  };
}

function checked(lookup: LookupFunction, isPublic: Ground['isPublic']): LookupFunction {
  return (hostname, options, callback) => {
    lookup(hostname, { ...options, all: true }, (error, found) => {
      if (error !== null) return callback(error, []);
      const addresses = typeof found === 'string' ? [{ address: found, family: isIP(found) }] : found;
      const [first] = addresses;
      if (first === undefined || !addresses.every(({ address }) => isPublic(address))) return callback(notPublic(), []);
      return options.all === true ? callback(null, addresses) : callback(null, first.address, first.family);
    });
  };
}
