import type { Credentials } from '@postern/core';
import { ask } from '../ask.ts';
import { byToken } from '../by-token.ts';
import { endpointAt, required } from '../endpoint.ts';
import { tokenIn } from '../token-answer.ts';
import { type TransportOptions, transportOf } from '../transport.ts';

/** Settings of {@link ibmCloudCredentials}. */
export interface IbmCloudOptions extends TransportOptions {
  /** Of a user or a service id. Default: WATSONX_API_KEY, WATSONX_APIKEY, IBM_CLOUD_API_KEY. */
  readonly apiKey?: string;
  /** Default `https://iam.cloud.ibm.com/identity/token`. */
  readonly tokenUrl?: string;
}

/**
 * IAM tokens of IBM Cloud, for watsonx.ai, in exchange for an API key.
 * Source: https://cloud.ibm.com/docs/iam?topic=iam-iamtoken_from_apikey
 * @throws ConfigError without an API key
 */
export function ibmCloudCredentials(options: IbmCloudOptions = {}): Credentials {
  const { WATSONX_API_KEY, WATSONX_APIKEY, IBM_CLOUD_API_KEY } = process.env;
  const apikey = required(options.apiKey ?? WATSONX_API_KEY ?? WATSONX_APIKEY ?? IBM_CLOUD_API_KEY, 'apiKey');
  const endpoint = endpointAt(options.tokenUrl ?? 'https://iam.cloud.ibm.com/identity/token', 'tokenUrl');
  const transport = transportOf(options);
  const form = { grant_type: 'urn:ibm:params:oauth:grant-type:apikey', apikey };
  return byToken(
    async (signal) => tokenIn(await ask({ endpoint, form }, transport, signal), transport.clock.now()),
    transport,
  );
}
