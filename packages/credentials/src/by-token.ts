import { type CancelSignal, type Credentials, cachedToken, type Token } from '@postern/core';
import type { Transport } from './transport.ts';

/**
 * Credentials that send a token which is fetched when it is first needed, and anew before it ends or when it is refused.
 */
export function byToken(
  fetchToken: (signal: CancelSignal) => Promise<Token>,
  { clock }: Pick<Transport, 'clock'>,
  extra: Readonly<Record<string, string>> = {},
): Credentials {
  const cache = cachedToken(fetchToken, clock);
  const headersFor = (token: string) => ({ ...extra, authorization: `Bearer ${token}` });
  return {
    headers(_, signal) {
      const token = cache.get(signal);
      return typeof token === 'string' ? headersFor(token) : token.then(headersFor);
    },
    refused: ({ authorization = '' }) => cache.drop(authorization.slice('Bearer '.length)),
  };
}
