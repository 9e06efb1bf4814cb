import { ConfigError, type Credentials } from '@postern/core';
import { clientCredentials } from '../client-credentials.ts';
import type { TransportOptions } from '../transport.ts';

/** Settings of {@link sapCredentials}. */
export interface SapOptions extends TransportOptions {
  /** The service key of the AI Core instance, parsed or as its JSON. Default: AICORE_SERVICE_KEY. */
  readonly serviceKey?: string | SapServiceKey;
  /** Sent as `ai-resource-group`. Default: AICORE_RESOURCE_GROUP, else `default`. */
  readonly resourceGroup?: string;
}

/** What of a service key is read. */
export interface SapServiceKey {
  readonly clientid: string;
  readonly clientsecret: string;
  /** Of the authorization server, without path. */
  readonly url: string;
}

/**
 * Tokens of SAP AI Core, by the client credentials of a service key.
 * Source: https://help.sap.com/docs/sap-ai-core/sap-ai-core-service-guide/use-service-key
 * @throws ConfigError for a service key that is none
 */
export function sapCredentials(options: SapOptions = {}): Credentials {
  const key = serviceKeyOf(options.serviceKey ?? process.env.AICORE_SERVICE_KEY);
  const group = options.resourceGroup ?? process.env.AICORE_RESOURCE_GROUP ?? 'default';
  return clientCredentials({
    ...options,
    tokenUrl: `${key.url.replace(/\/+$/, '')}/oauth/token`,
    clientId: key.clientid,
    clientSecret: key.clientsecret,
    clientAuth: 'basic',
    headers: { 'ai-resource-group': group },
  });
}

function serviceKeyOf(given: string | SapServiceKey | undefined): SapServiceKey {
  const key: unknown = typeof given === 'string' ? parsed(given) : given;
  const { clientid, clientsecret, url } = (key ?? {}) as Partial<SapServiceKey>;
  if (typeof clientid === 'string' && typeof clientsecret === 'string' && typeof url === 'string')
    return { clientid, clientsecret, url };
  throw new ConfigError('credentials.serviceKey', 'is no service key with clientid, clientsecret and url.');
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
