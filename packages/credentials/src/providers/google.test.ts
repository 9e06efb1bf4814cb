import { generateKeyPairSync, verify } from 'node:crypto';
import { manualClock } from '@postern/core/testing';
import { gaxios } from 'google-auth-library';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { CALL, loopback, SIGNAL } from '../loopback.type-test.ts';
import { googleCredentials } from './google.ts';

afterEach(() => vi.unstubAllEnvs());

const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
const CREDENTIALS = {
  type: 'service_account',
  client_email: 'gateway@acme.iam.gserviceaccount.com',
  private_key: privateKey.export({ type: 'pkcs8', format: 'pem' }) as string,
  private_key_id: 'key-1',
} as const;

const decoded = (part = ''): unknown => JSON.parse(Buffer.from(part, 'base64url').toString());

describe('credentials of Google Cloud', () => {
  // https://developers.google.com/identity/protocols/oauth2/service-account#httprest
  it('of a service account are tokens for a JWT that its key has signed', async () => {
    const { url, got } = await loopback(() => [
      200,
      { access_token: 'ya29.one', expires_in: 3599, token_type: 'Bearer' },
    ]);
    const dialled: string[] = [];
    const transporter = new gaxios.Gaxios({
      fetchImplementation: (address, init) => {
        dialled.push(String(address));
        return fetch(`${url}/token`, init);
      },
    });
    const credentials = googleCredentials({
      credentials: CREDENTIALS,
      clientOptions: { transporter },
      quotaProject: 'acme',
    });
    const [one, other] = await Promise.all([credentials.headers(CALL, SIGNAL), credentials.headers(CALL, SIGNAL)]);
    expect(one).toEqual({ authorization: 'Bearer ya29.one', 'x-goog-user-project': 'acme' });
    expect(other).toEqual(one);
    expect(dialled).toEqual(['https://oauth2.googleapis.com/token']);
    const { grant_type, assertion = '' } = got[0]?.form ?? {};
    expect(grant_type).toBe('urn:ietf:params:oauth:grant-type:jwt-bearer');
    const [header, claims, signature = ''] = assertion.split('.');
    expect(decoded(header)).toMatchObject({ alg: 'RS256' });
    expect(decoded(claims)).toMatchObject({
      iss: CREDENTIALS.client_email,
      scope: 'https://www.googleapis.com/auth/cloud-platform',
      aud: 'https://oauth2.googleapis.com/token',
    });
    expect(verify('sha256', Buffer.from(`${header}.${claims}`), publicKey, Buffer.from(signature, 'base64url'))).toBe(
      true,
    );
  });

  // https://cloud.google.com/compute/docs/access/authenticate-workloads#applications
  it('of the machine are tokens of its metadata server, fetched anew before they end and when they are refused', async () => {
    let count = 0;
    const { url, got } = await loopback(({ url: asked = '' }) =>
      asked.includes('/token')
        ? [200, { access_token: `ya29.${++count}`, expires_in: 3600, token_type: 'Bearer' }]
        : [200, '1'],
    );
    vi.stubEnv('GCE_METADATA_HOST', new URL(url).host);
    vi.stubEnv('METADATA_SERVER_DETECTION', 'assume-present');
    for (const name of ['GOOGLE_APPLICATION_CREDENTIALS', 'CLOUDSDK_CONFIG', 'HOME'])
      vi.stubEnv(name, name === 'HOME' ? '/nonexistent' : '');
    const clock = manualClock(Date.now());
    const credentials = googleCredentials({ clock });
    expect(await credentials.headers(CALL, SIGNAL)).toEqual({ authorization: 'Bearer ya29.1' });
    expect(await credentials.headers(CALL, SIGNAL)).toEqual({ authorization: 'Bearer ya29.1' });
    expect(credentials.refused?.({ authorization: 'Bearer ya29.1' })).toBe(true);
    expect(await credentials.headers(CALL, SIGNAL)).toEqual({ authorization: 'Bearer ya29.2' });
    await clock.advance(3_600_000);
    expect(await credentials.headers(CALL, SIGNAL)).toEqual({ authorization: 'Bearer ya29.3' });
    const tokens = got.filter((call) => call.url?.includes('/token'));
    expect(tokens).toHaveLength(3);
    for (const call of tokens) expect(call.headers['metadata-flavor']).toBe('Google');
    expect(got.filter((call) => call.url?.includes('project'))).toEqual([]);
    expect(tokens[0]?.url).toMatch(/^\/computeMetadata\/v1\/instance\/service-accounts\/default\/token/);
  });

  it('that are refused tell why', async () => {
    const { url } = await loopback(() => [
      400,
      { error: 'invalid_grant', error_description: 'Invalid JWT Signature.' },
    ]);
    const transporter = new gaxios.Gaxios({ fetchImplementation: (_, init) => fetch(url, init), retry: false });
    const credentials = googleCredentials({ credentials: CREDENTIALS, clientOptions: { transporter } });
    await expect(credentials.headers(CALL, SIGNAL)).rejects.toThrow('invalid_grant');
  });
});
