/** Access tokens of Google Cloud, for Vertex AI and whatever else is called with them. */
import type { Credentials, Token } from '@postern/core';
import { nodeClock } from '@postern/core/node';
import { GoogleAuth, type GoogleAuthOptions } from 'google-auth-library';
import { byToken } from '../by-token.ts';
import type { TransportOptions } from '../transport.ts';

/** Settings of {@link googleCredentials}. Everything has a default. */
export interface GoogleOptions extends Pick<TransportOptions, 'clock'> {
  /** A key file of a service account, of a user, or of workload identity federation. Default: GOOGLE_APPLICATION_CREDENTIALS. */
  readonly keyFile?: string;
  /** The JSON of such a file. */
  readonly credentials?: GoogleAuthOptions['credentials'];
  /** Default: https://www.googleapis.com/auth/cloud-platform */
  readonly scopes?: readonly string[];
  /** The project that quota and cost are counted for, where that is not the one of the credentials. Default: GOOGLE_CLOUD_QUOTA_PROJECT. */
  readonly quotaProject?: string;
  /** Further options of google-auth-library's clients, such as `transporter` behind a proxy of one's own. */
  readonly clientOptions?: GoogleAuthOptions['clientOptions'];
}

const SCOPE = 'https://www.googleapis.com/auth/cloud-platform';
/** Life of a token, in ms, of which the library tells none. */
const UNKNOWN_LIFE = 300_000;

/**
 * Tokens by Application Default Credentials: a key file, gcloud's own login, workload identity federation, or the metadata server of the machine.
 * Source: https://cloud.google.com/docs/authentication/application-default-credentials
 */
export function googleCredentials(options: GoogleOptions = {}): Credentials {
  const { clock = nodeClock, quotaProject = process.env.GOOGLE_CLOUD_QUOTA_PROJECT ?? '' } = options;
  const extra = quotaProject === '' ? {} : { 'x-goog-user-project': quotaProject };
  return byToken(() => freshToken(options, clock.now()), { clock }, extra);
}

/** A new client each time: the library keeps tokens itself, and would give a refused one again. */
async function freshToken(options: GoogleOptions, now: number): Promise<Token> {
  const client = await new GoogleAuth(authOptions(options)).getClient();
  const { token } = await client.getAccessToken();
  if (typeof token !== 'string' || token === '') throw new Error('the token endpoint answered without a token');
  return { value: token, expires: client.credentials.expiry_date ?? now + UNKNOWN_LIFE };
}

function authOptions({ keyFile, credentials, scopes = [SCOPE], clientOptions }: GoogleOptions): GoogleAuthOptions {
  return {
    scopes: [...scopes],
    // Known, it is not looked for: by a subprocess of gcloud, or one more call to the metadata server. No token depends on it.
    projectId: 'unasked',
    ...(keyFile === undefined ? {} : { keyFile }),
    ...(credentials === undefined ? {} : { credentials }),
    ...(clientOptions === undefined ? {} : { clientOptions }),
  };
}
