/** Signatures of AWS: Version 4, for Bedrock, SageMaker and whatever else is called with it. */

import { Sha256 } from '@aws-crypto/sha256-js';
import type { Clock, Credentials, Token, WireRequest } from '@postern/core';
import { nodeClock } from '@postern/core/node';
import { SignatureV4 } from '@smithy/signature-v4';
import { byToken } from '../by-token.ts';
import { required } from '../endpoint.ts';
import { bytesOf, hashOfFile } from '../signed-body.ts';

/** Keys of an AWS identity. */
export interface AwsKeys {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
  readonly expiration?: Date;
}

/** Settings of {@link awsCredentials}. */
export interface AwsOptions {
  /** Such as `eu-central-1`. Default: read from the host that is called. */
  readonly region?: string;
  /** The name of the service in the signature. Default: read from the host that is called, `bedrock` for `bedrock-runtime.…`. */
  readonly service?: string;
  /**
   * Keys, or what gives them. Default: the chain of the AWS SDK (environment, profile files and single sign-on, web identity, container, instance
   * metadata), loaded when it is first needed.
   */
  readonly keys?: AwsKeys | (() => Promise<AwsKeys>);
  /** A profile of the shared files, for the default chain. */
  readonly profile?: string;
  /** Milliseconds since the epoch. Default: the real time. */
  readonly now?: () => number;
}

/**
 * Signs each call with Signature Version 4: method, path, query, host, content type and body; a body that can be read once only can't be signed.
 * Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
 */
export function awsCredentials(options: AwsOptions = {}): Credentials {
  const { now = Date.now } = options;
  const signers = new Map<string, SignatureV4>();
  const keys = keysOf(options);
  return {
    async headers(request) {
      const place = placeOf(request, options);
      let signer = signers.get(request.origin);
      if (signer === undefined) {
        signer = new SignatureV4({ ...place, credentials: keys, sha256: Sha256, applyChecksum: false });
        signers.set(request.origin, signer);
      }
      const signed = await signer.sign(await signable(request), { signingDate: new Date(now()) });
      return Object.fromEntries(
        Object.entries(signed.headers).filter(([name]) => /^(?:authorization|x-amz-)/.test(name)),
      );
    },
  };
}

function keysOf({ keys, profile }: AwsOptions): AwsKeys | (() => Promise<AwsKeys>) {
  if (keys !== undefined) return keys;
  let chain: (() => Promise<AwsKeys>) | undefined;
  return async () => {
    const { defaultProvider } = await import('@aws-sdk/credential-provider-node');
    chain ??= defaultProvider(profile === undefined ? {} : { profile });
    return chain();
  };
}

/** Names in the host that differ from the service's name in a signature. */
const SERVICES: Readonly<Record<string, string>> = { 'bedrock-runtime': 'bedrock', 'bedrock-runtime-fips': 'bedrock' };

/** Region and service, from the host where the options don't say them: `<service>.<region>.amazonaws.com`, `runtime.sagemaker.<region>.…`. */
function placeOf({ origin }: WireRequest, options: AwsOptions): { region: string; service: string } {
  const host = new URL(origin).hostname;
  const match = /^(?:runtime\.)?([a-z0-9-]+)\.([a-z]{2}(?:-[a-z]+)+-\d)\.(?:amazonaws\.com(?:\.cn)?|api\.aws)$/.exec(
    host,
  );
  const [, name = '', area = ''] = match ?? [];
  const region = options.region ?? area;
  const service = options.service ?? SERVICES[name] ?? name;
  if (region !== '' && service !== '') return { region, service };
  throw new Error(`region and service of ${host} can not be read from its name; give both`);
}

/**
 * Only what no proxy changes on the way is signed. A file is signed by its hash, which goes with it.
 * Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html (x-amz-content-sha256)
 */
async function signable({ method, origin, path, headers, body }: WireRequest) {
  const hash = await hashOfFile(body);
  const url = new URL(origin);
  const mark = path.indexOf('?');
  const type = headers['content-type'];
  return {
    method,
    protocol: url.protocol,
    hostname: url.hostname,
    ...(url.port === '' ? {} : { port: Number(url.port) }),
    path: mark < 0 ? path : path.slice(0, mark),
    query: queryOf(mark < 0 ? '' : path.slice(mark + 1)),
    headers: {
      host: url.host,
      ...(type === undefined ? {} : { 'content-type': type }),
      ...(hash === undefined ? {} : { 'x-amz-content-sha256': hash }),
    },
    body: body === undefined || hash !== undefined ? undefined : bytesOf(body),
  };
}

function queryOf(text: string): Record<string, string | string[]> {
  const query: Record<string, string | string[]> = {};
  for (const [name, value] of new URLSearchParams(text)) {
    const before = query[name];
    query[name] = before === undefined ? value : [...(Array.isArray(before) ? before : [before]), value];
  }
  return query;
}

/** Settings of {@link awsTokenCredentials}. */
export interface AwsTokenOptions extends Pick<AwsOptions, 'keys' | 'profile'> {
  /** Whose endpoints take the token. */
  readonly service: 'sagemaker' | 'bedrock';
  /** Such as `eu-central-1`. Default: AWS_REGION. */
  readonly region?: string;
  /** Default: the real time. */
  readonly clock?: Clock;
}

/** Life of a token, in seconds. It ends with the keys that signed it, if they end sooner. */
const TOKEN_LIFE = 3_600;

/**
 * Bearer tokens of one's own making, for the OpenAI-compatible endpoints of SageMaker AI, and Bedrock: a signed URL, in Base64. No endpoint is asked.
 * Sources: https://docs.aws.amazon.com/sagemaker/latest/dg/realtime-endpoints-openai-compatible.html and
 * https://docs.aws.amazon.com/bedrock/latest/userguide/api-keys-generate.html
 * @throws ConfigError without a region
 */
export function awsTokenCredentials(options: AwsTokenOptions): Credentials {
  const { service, clock = nodeClock } = options;
  const region = required(options.region ?? process.env.AWS_REGION, 'region');
  const keys = keysOf(options);
  return byToken(() => ownToken(service, region, keys, clock.now()), { clock });
}

async function ownToken(
  service: string,
  region: string,
  given: ReturnType<typeof keysOf>,
  now: number,
): Promise<Token> {
  const keys = typeof given === 'function' ? await given() : given;
  const signer = new SignatureV4({ service, region, credentials: keys, sha256: Sha256, applyChecksum: false });
  const hostname = `${service}.amazonaws.com`;
  const call = { method: 'POST', protocol: 'https:', hostname, path: '/', headers: { host: hostname } };
  const { query = {} } = await signer.presign(
    { ...call, query: { Action: 'CallWithBearerToken' } },
    { expiresIn: TOKEN_LIFE, signingDate: new Date(now) },
  );
  const signed = Object.entries(query).map(([name, value]) => `${name}=${encodeURIComponent(String(value))}`);
  const url = `${hostname}/?${signed.join('&')}&Version=1`;
  const end = keys.expiration?.getTime() ?? Number.POSITIVE_INFINITY;
  return {
    value: `${service}-api-key-${Buffer.from(url).toString('base64')}`,
    expires: Math.min(now + TOKEN_LIFE * 1000, end),
  };
}
