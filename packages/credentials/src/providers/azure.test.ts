import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { manualClock } from '@postern/core/testing';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { CALL, loopback, SIGNAL } from '../loopback.type-test.ts';
import { entraCredentials, managedIdentityCredentials } from './azure.ts';

const APP = { tenantId: 'tenant-1', clientId: 'client-1', clientSecret: 'client-secret-1' };
const VARIABLES = ['TENANT_ID', 'CLIENT_ID', 'CLIENT_SECRET', 'FEDERATED_TOKEN_FILE', 'AUTHORITY_HOST'];

beforeEach(() => {
  for (const name of VARIABLES) vi.stubEnv(`AZURE_${name}`, undefined);
  for (const name of ['IDENTITY_ENDPOINT', 'IDENTITY_HEADER']) vi.stubEnv(name, undefined);
});
afterEach(() => vi.unstubAllEnvs());

describe('credentials of an Entra application', () => {
  // https://learn.microsoft.com/entra/identity-platform/v2-oauth2-client-creds-grant-flow#first-case-access-token-request-with-a-shared-secret
  it('are tokens for its secret, one for many calls', async () => {
    const { url, got } = await loopback(() => [
      200,
      { token_type: 'Bearer', expires_in: 3599, access_token: 'eyJ.one' },
    ]);
    const credentials = entraCredentials({ ...APP, authority: `${url}/` });
    const all = await Promise.all([1, 2, 3].map(() => credentials.headers(CALL, SIGNAL)));
    for (const headers of all) expect(headers).toEqual({ authorization: 'Bearer eyJ.one' });
    expect(got).toHaveLength(1);
    expect(got[0]).toMatchObject({ method: 'POST', url: '/tenant-1/oauth2/v2.0/token' });
    expect(got[0]?.form).toEqual({
      grant_type: 'client_credentials',
      client_id: 'client-1',
      client_secret: 'client-secret-1',
      scope: 'https://cognitiveservices.azure.com/.default',
    });
  });

  it('are fetched anew before they end', async () => {
    let count = 0;
    const { url } = await loopback(() => [200, { expires_in: 3600, access_token: `eyJ.${++count}` }]);
    const clock = manualClock();
    const credentials = entraCredentials({ ...APP, authority: url, clock });
    await credentials.headers(CALL, SIGNAL);
    await clock.advance(3_595_000);
    expect(await credentials.headers(CALL, SIGNAL)).toEqual({ authorization: 'Bearer eyJ.2' });
  });

  it('may rest on a federated token, whose file is read for each fetch', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'postern-'));
    try {
      const file = join(folder, 'token');
      await writeFile(file, 'federated-1\n');
      vi.stubEnv('AZURE_FEDERATED_TOKEN_FILE', file);
      vi.stubEnv('AZURE_TENANT_ID', 'tenant-2');
      vi.stubEnv('AZURE_CLIENT_ID', 'client-2');
      const { url, got } = await loopback(() => [200, { expires_in: 3600, access_token: 'eyJ.fed' }]);
      const credentials = entraCredentials({ authority: url });
      await credentials.headers(CALL, SIGNAL);
      await writeFile(file, 'federated-2\n');
      credentials.refused?.({ authorization: 'Bearer eyJ.fed' });
      await credentials.headers(CALL, SIGNAL);
      expect(got.map(({ form }) => form.client_assertion)).toEqual(['federated-1', 'federated-2']);
      expect(got[0]?.form).not.toHaveProperty('client_secret');
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  it('that are refused tell status, code and words, and no secret', async () => {
    const { url } = await loopback(() => [
      401,
      { error: 'invalid_client', error_description: 'AADSTS7000215: Invalid client secret provided: client-secret-1' },
    ]);
    const refused = entraCredentials({ ...APP, authority: url }).headers(CALL, SIGNAL);
    await expect(refused).rejects.toThrow(/answered 401: invalid_client AADSTS7000215/);
    await expect(refused).rejects.not.toThrow('client-secret-1');
  });

  it('are refused at mount when something is missing, or the secret would travel in the clear', () => {
    expect(() => entraCredentials({ ...APP, tenantId: '' })).toThrow('credentials.tenantId');
    expect(() => entraCredentials({ tenantId: 't', clientId: 'c' })).toThrow('credentials.clientSecret');
    expect(() => entraCredentials({ ...APP, authority: 'http://login.acme.test' })).toThrow('is not https');
  });
});

describe('credentials of a managed identity', () => {
  it('of an app come from the endpoint that App Service names', async () => {
    const { url, got } = await loopback(() => [
      200,
      { access_token: 'eyJ.app', expires_on: '1767229200', resource: 'x' },
    ]);
    vi.stubEnv('IDENTITY_ENDPOINT', `${url}/msi/token`);
    vi.stubEnv('IDENTITY_HEADER', 'header-1');
    const credentials = managedIdentityCredentials({ clientId: 'user-assigned', clock: manualClock() });
    expect(await credentials.headers(CALL, SIGNAL)).toEqual({ authorization: 'Bearer eyJ.app' });
    const asked = new URL(got[0]?.url ?? '', url);
    expect(asked.pathname).toBe('/msi/token');
    expect(Object.fromEntries(asked.searchParams)).toEqual({
      'api-version': '2019-08-01',
      resource: 'https://cognitiveservices.azure.com',
      client_id: 'user-assigned',
    });
    expect(got[0]?.headers['x-identity-header']).toBe('header-1');
  });

  it('of a machine come from its metadata service', async () => {
    const { url, got } = await loopback(() => [200, { access_token: 'eyJ.vm', expires_in: '3599' }]);
    const credentials = managedIdentityCredentials({ endpoint: { url: `${url}/metadata/identity/oauth2/token` } });
    expect(await credentials.headers(CALL, SIGNAL)).toEqual({ authorization: 'Bearer eyJ.vm' });
    expect(got[0]).toMatchObject({ method: 'GET', headers: { metadata: 'true' } });
    expect(got[0]?.url).toContain('api-version=2018-02-01');
  });
});
