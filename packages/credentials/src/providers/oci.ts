import { createHash, type KeyObject, sign } from 'node:crypto';
import type { Credentials, WireRequest } from '@postern/core';
import { required } from '../endpoint.ts';
import { privateKeyOf } from '../private-key.ts';
import { bytesOf } from '../signed-body.ts';

/** Settings of {@link ociCredentials}: an API signing key of Oracle Cloud Infrastructure. */
export interface OciOptions {
  /** OCID of the tenancy. */
  readonly tenancy: string;
  /** OCID of the user. */
  readonly user: string;
  /** Of the key, as the console shows it. */
  readonly fingerprint: string;
  /** RSA, in PEM. */
  readonly privateKey: string;
  readonly passphrase?: string;
  /** Sent as `opc-compartment-id`, which the OpenAI-compatible endpoint asks for. */
  readonly compartmentId?: string;
  /** Milliseconds since the epoch. Default: the real time. */
  readonly now?: () => number;
}

/**
 * Signs each call as Oracle Cloud Infrastructure asks for it: method, path, host, date, and the body's hash, length and type.
 * Source: https://docs.oracle.com/en-us/iaas/Content/API/Concepts/signingrequests.htm
 * @throws ConfigError when something is missing, or the key is none
 */
export function ociCredentials(options: OciOptions): Credentials {
  const { now = Date.now } = options;
  const keyId = (['tenancy', 'user', 'fingerprint'] as const).map((name) => required(options[name], name)).join('/');
  const key = privateKeyOf(options);
  const extra = options.compartmentId === undefined ? {} : { 'opc-compartment-id': options.compartmentId };
  return { headers: (request) => ({ ...signed(request, keyId, key, new Date(now()).toUTCString()), ...extra }) };
}

function signed(request: WireRequest, keyId: string, key: KeyObject, date: string): Record<string, string> {
  const given: Record<string, string> = {
    '(request-target)': `${request.method.toLowerCase()} ${request.path}`,
    host: new URL(request.origin).host,
    date,
    ...(request.method === 'GET' || request.method === 'DELETE' ? {} : ofBody(request)),
  };
  const text = Object.entries(given)
    .map(([name, value]) => `${name}: ${value}`)
    .join('\n');
  const signature = sign('sha256', Buffer.from(text), key).toString('base64');
  const names = Object.keys(given).join(' ');
  const authorization = `Signature version="1",keyId="${keyId}",algorithm="rsa-sha256",headers="${names}",signature="${signature}"`;
  const hash = given['x-content-sha256'];
  return { authorization, date, ...(hash === undefined ? {} : { 'x-content-sha256': hash }) };
}

function ofBody({ body = '', headers }: WireRequest): Record<string, string> {
  const bytes = bytesOf(body);
  return {
    'x-content-sha256': createHash('sha256').update(bytes).digest('base64'),
    'content-type': headers['content-type'] ?? 'application/json',
    'content-length': String(bytes.length),
  };
}
