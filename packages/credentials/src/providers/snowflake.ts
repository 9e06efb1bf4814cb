import { createHash, createPublicKey, type KeyObject, sign } from 'node:crypto';
import type { Credentials, Token } from '@postern/core';
import { byToken } from '../by-token.ts';
import { required } from '../endpoint.ts';
import { privateKeyOf } from '../private-key.ts';
import { type TransportOptions, transportOf } from '../transport.ts';

/** Settings of {@link snowflakeCredentials}. */
export interface SnowflakeOptions extends Pick<TransportOptions, 'clock'> {
  /** Account identifier, such as `myorg-account1`. Default: SNOWFLAKE_ACCOUNT. */
  readonly account?: string;
  /** Default: SNOWFLAKE_USER. */
  readonly user?: string;
  /** The user's private RSA key, in PEM. */
  readonly privateKey: string;
  /** Where the key is encrypted. */
  readonly passphrase?: string;
}

/** The longest that Snowflake takes such a token for good, in ms. */
const LIFE = 3_600_000;

/**
 * Tokens that a key pair signs: no endpoint is asked.
 * Source: https://docs.snowflake.com/en/developer-guide/sql-api/authenticating#using-key-pair-authentication
 * @throws ConfigError when account, user or key are missing, or the key is none
 */
export function snowflakeCredentials(options: SnowflakeOptions): Credentials {
  const { env } = process;
  // Periods of an account name stand as hyphens in the claims, and a region behind the first period of a locator is left out.
  const account =
    required(options.account ?? env.SNOWFLAKE_ACCOUNT, 'account')
      .split('.')[0]
      ?.toUpperCase() ?? '';
  const user = required(options.user ?? env.SNOWFLAKE_USER, 'user').toUpperCase();
  const key = privateKeyOf(options);
  const { clock } = transportOf(options);
  const print = fingerprint(key);
  const extra = { 'x-snowflake-authorization-token-type': 'KEYPAIR_JWT' };
  return byToken(async () => signedToken(`${account}.${user}`, print, key, clock.now()), { clock }, extra);
}

function signedToken(subject: string, print: string, key: KeyObject, now: number): Token {
  const iat = Math.floor(now / 1000);
  const claims = { iss: `${subject}.${print}`, sub: subject, iat, exp: iat + LIFE / 1000 };
  const text = [{ alg: 'RS256', typ: 'JWT' }, claims].map((part) => base64url(JSON.stringify(part))).join('.');
  return { value: `${text}.${sign('sha256', Buffer.from(text), key).toString('base64url')}`, expires: now + LIFE };
}

const base64url = (text: string): string => Buffer.from(text).toString('base64url');

function fingerprint(key: KeyObject): string {
  const der = createPublicKey(key).export({ type: 'spki', format: 'der' });
  return `SHA256:${createHash('sha256').update(der).digest('base64')}`;
}
