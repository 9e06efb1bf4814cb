import { randomUUID } from 'node:crypto';
import type { Credentials } from '@postern/core';
import { ask } from '../ask.ts';
import { byToken } from '../by-token.ts';
import { endpointAt, required } from '../endpoint.ts';
import { tokenIn } from '../token-answer.ts';
import { type TransportOptions, transportOf } from '../transport.ts';

/**
 * Settings of {@link gigachatCredentials}. The certificates of its hosts come from an authority that Node does not know: give it as `ca` here, and
 * to the gateway by `platform: { dispatcher: nodeDispatcher({ connect: { ca } }) }` or NODE_EXTRA_CA_CERTS. They are always checked.
 */
export interface GigachatOptions extends TransportOptions {
  /** The authorization key: client id and secret in Base64. Default: GIGACHAT_CREDENTIALS. */
  readonly authorizationKey?: string;
  /** Default: GIGACHAT_SCOPE, else `GIGACHAT_API_PERS`. */
  readonly scope?: string;
  /** Default `https://ngw.devices.sberbank.ru:9443/api/v2/oauth`. */
  readonly tokenUrl?: string;
}

/**
 * Tokens of GigaChat; each lives for 30 minutes. Source: https://developers.sber.ru/docs/ru/gigachat/api/reference/rest/post-token
 * @throws ConfigError without an authorization key
 */
export function gigachatCredentials(options: GigachatOptions = {}): Credentials {
  const { GIGACHAT_CREDENTIALS, GIGACHAT_SCOPE } = process.env;
  const key = required(options.authorizationKey ?? GIGACHAT_CREDENTIALS, 'authorizationKey');
  const url = options.tokenUrl ?? 'https://ngw.devices.sberbank.ru:9443/api/v2/oauth';
  const endpoint = endpointAt(url, 'tokenUrl');
  const form = { scope: options.scope ?? GIGACHAT_SCOPE ?? 'GIGACHAT_API_PERS' };
  const transport = transportOf(options);
  return byToken(async (signal) => {
    const headers = { authorization: `Basic ${key}`, rquid: randomUUID() };
    return tokenIn(await ask({ endpoint, form, headers }, transport, signal), transport.clock.now());
  }, transport);
}
