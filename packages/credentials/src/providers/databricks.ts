import type { Credentials } from '@postern/core';
import { clientCredentials } from '../client-credentials.ts';
import { required } from '../endpoint.ts';
import type { TransportOptions } from '../transport.ts';

/** Settings of {@link databricksCredentials}. */
export interface DatabricksOptions extends TransportOptions {
  /** `https://<workspace>`. Default: DATABRICKS_HOST. */
  readonly host?: string;
  /** Default: DATABRICKS_CLIENT_ID. */
  readonly clientId?: string;
  /** Default: DATABRICKS_CLIENT_SECRET. */
  readonly clientSecret?: string;
}

/**
 * Tokens of a Databricks service principal, by OAuth M2M. Source: https://docs.databricks.com/aws/en/dev-tools/auth/oauth-m2m
 * @throws ConfigError when host, id or secret are missing
 */
export function databricksCredentials(options: DatabricksOptions = {}): Credentials {
  const { env } = process;
  const host = required(options.host ?? env.DATABRICKS_HOST, 'host').replace(/\/+$/, '');
  return clientCredentials({
    ...options,
    tokenUrl: `${host}/oidc/v1/token`,
    clientId: options.clientId ?? env.DATABRICKS_CLIENT_ID ?? '',
    clientSecret: options.clientSecret ?? env.DATABRICKS_CLIENT_SECRET ?? '',
    clientAuth: 'basic',
    scope: 'all-apis',
  });
}
