import type { Credentials } from '@postern/core';
import { ask } from './ask.ts';
import { byToken } from './by-token.ts';
import { endpointAt, required } from './endpoint.ts';
import { tokenIn } from './token-answer.ts';
import { type TransportOptions, transportOf } from './transport.ts';

/** Settings of {@link clientCredentials}. */
export interface ClientCredentialsOptions extends TransportOptions {
  /** https, or http on loopback. */
  readonly tokenUrl: string;
  readonly clientId: string;
  readonly clientSecret: string;
  readonly scope?: string;
  /** How client id and secret travel: in the form, or by HTTP Basic. Default `form`. */
  readonly clientAuth?: 'form' | 'basic';
  /** Further members of the form, such as `audience` or `resource`. */
  readonly form?: Readonly<Record<string, string>>;
  /** Further headers of every call to the provider. */
  readonly headers?: Readonly<Record<string, string>>;
}

/**
 * Access tokens by the client credentials grant. Source: https://www.rfc-editor.org/rfc/rfc6749#section-4.4
 * @throws ConfigError for a token URL that is not https, and for an empty id or secret
 */
export function clientCredentials(options: ClientCredentialsOptions): Credentials {
  const endpoint = endpointAt(required(options.tokenUrl, 'tokenUrl'), 'tokenUrl');
  const clientId = required(options.clientId, 'clientId');
  const clientSecret = required(options.clientSecret, 'clientSecret');
  const basic = options.clientAuth === 'basic';
  const form = {
    grant_type: 'client_credentials',
    scope: options.scope,
    ...options.form,
    ...(basic ? {} : { client_id: clientId, client_secret: clientSecret }),
  };
  const headers: Record<string, string> = basic ? { authorization: basicAuth(clientId, clientSecret) } : {};
  const transport = transportOf(options);
  return byToken(
    async (signal) => tokenIn(await ask({ endpoint, form, headers }, transport, signal), transport.clock.now()),
    transport,
    options.headers,
  );
}

/** Id and secret form-encoded, as https://www.rfc-editor.org/rfc/rfc6749#section-2.3.1 has it. */
function basicAuth(id: string, secret: string): string {
  const encode = (text: string): string => encodeURIComponent(text).replaceAll('%20', '+');
  return `Basic ${Buffer.from(`${encode(id)}:${encode(secret)}`).toString('base64')}`;
}
