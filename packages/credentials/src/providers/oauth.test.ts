import { createHash, generateKeyPairSync, verify } from 'node:crypto';
import { manualClock } from '@postern/core/testing';
import { describe, expect, it } from 'vitest';
import { CALL, loopback, SIGNAL } from '../loopback.type-test.ts';
import {
  databricksCredentials,
  gigachatCredentials,
  ibmCloudCredentials,
  ociCredentials,
  sapCredentials,
  snowflakeCredentials,
} from './oauth.ts';

const NOW = Date.UTC(2026, 0, 1);
const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
const PEM = privateKey.export({ type: 'pkcs8', format: 'pem' }) as string;
const basic = (header = ''): string => Buffer.from(header.replace(/^Basic /, ''), 'base64').toString();

// https://docs.databricks.com/aws/en/dev-tools/auth/oauth-m2m
it('a service principal of Databricks gets a token of its workspace', async () => {
  const { url, got } = await loopback(() => [
    200,
    { access_token: 'eyJ.dbx', scope: 'all-apis', token_type: 'Bearer', expires_in: 3600 },
  ]);
  const credentials = databricksCredentials({ host: `${url}/`, clientId: 'principal', clientSecret: 'dose-1' });
  expect(await credentials.headers(CALL, SIGNAL)).toEqual({ authorization: 'Bearer eyJ.dbx' });
  expect(got[0]).toMatchObject({
    method: 'POST',
    url: '/oidc/v1/token',
    form: { grant_type: 'client_credentials', scope: 'all-apis' },
  });
  expect(basic(got[0]?.headers.authorization)).toBe('principal:dose-1');
});

// https://cloud.ibm.com/docs/iam?topic=iam-iamtoken_from_apikey
it('an API key of IBM Cloud is exchanged for a token, again an hour later', async () => {
  let count = 0;
  const { url, got } = await loopback(() => [
    200,
    { access_token: `eyJ.${++count}`, expires_in: 3600, expiration: 1_767_229_200 },
  ]);
  const clock = manualClock(NOW);
  const credentials = ibmCloudCredentials({ apiKey: 'ibm-key-1', tokenUrl: `${url}/identity/token`, clock });
  const both = await Promise.all([credentials.headers(CALL, SIGNAL), credentials.headers(CALL, SIGNAL)]);
  expect(both).toEqual([{ authorization: 'Bearer eyJ.1' }, { authorization: 'Bearer eyJ.1' }]);
  await clock.advance(3_600_000);
  expect(await credentials.headers(CALL, SIGNAL)).toEqual({ authorization: 'Bearer eyJ.2' });
  expect(got.map(({ form }) => form)).toEqual(
    Array.from({ length: 2 }, () => ({ grant_type: 'urn:ibm:params:oauth:grant-type:apikey', apikey: 'ibm-key-1' })),
  );
});

describe('a service key of SAP AI Core', () => {
  it('gets a token, and its calls name their resource group', async () => {
    const { url, got } = await loopback(() => [
      200,
      { access_token: 'eyJ.sap', token_type: 'bearer', expires_in: 43_199 },
    ]);
    const serviceKey = JSON.stringify({
      clientid: 'sb-1!b2|aicore!b3',
      clientsecret: 'sap$1',
      url,
      serviceurls: { AI_API_URL: 'x' },
    });
    const credentials = sapCredentials({ serviceKey, resourceGroup: 'team-1' });
    expect(await credentials.headers(CALL, SIGNAL)).toEqual({
      authorization: 'Bearer eyJ.sap',
      'ai-resource-group': 'team-1',
    });
    expect(got[0]).toMatchObject({ url: '/oauth/token', form: { grant_type: 'client_credentials' } });
    expect(decodeURIComponent(basic(got[0]?.headers.authorization))).toBe('sb-1!b2|aicore!b3:sap$1');
  });

  it('that is none is refused at mount, and not shown', () => {
    expect(() => sapCredentials({ serviceKey: '{"clientid":"secret-1"}' })).toThrow('is no service key');
    expect(() => sapCredentials({ serviceKey: '{"clientid":"secret-1"}' })).not.toThrow('secret-1');
  });
});

// https://developers.sber.ru/docs/ru/gigachat/api/reference/rest/post-token
it('an authorization key of GigaChat gets a token that ends at an instant in milliseconds', async () => {
  let count = 0;
  const clock = manualClock(NOW);
  const { url, got } = await loopback(() => [
    200,
    { access_token: `t${++count}`, expires_at: clock.now() + 1_800_000 },
  ]);
  const credentials = gigachatCredentials({
    authorizationKey: 'a2V5',
    scope: 'GIGACHAT_API_CORP',
    tokenUrl: url,
    clock,
  });
  expect(await credentials.headers(CALL, SIGNAL)).toEqual({ authorization: 'Bearer t1' });
  await clock.advance(1_400_000);
  expect(await credentials.headers(CALL, SIGNAL)).toEqual({ authorization: 'Bearer t1' });
  await clock.advance(400_000);
  expect(await credentials.headers(CALL, SIGNAL)).toEqual({ authorization: 'Bearer t2' });
  expect(got[0]).toMatchObject({ form: { scope: 'GIGACHAT_API_CORP' }, headers: { authorization: 'Basic a2V5' } });
  const ids = got.map(({ headers }) => headers.rquid);
  for (const id of ids) expect(id).toMatch(/^[0-9a-f-]{36}$/);
  expect(new Set(ids).size).toBe(2);
});

// https://docs.snowflake.com/en/developer-guide/sql-api/authenticating#using-key-pair-authentication
it('a key pair of Snowflake signs its tokens itself', async () => {
  const options = { account: 'myorg-account1.eu-central-1', user: 'gateway', privateKey: PEM, clock: manualClock(NOW) };
  const headers = await snowflakeCredentials(options).headers(CALL, SIGNAL);
  expect(headers['x-snowflake-authorization-token-type']).toBe('KEYPAIR_JWT');
  const [head = '', claims = '', signature = ''] = headers.authorization?.slice(7).split('.') ?? [];
  const print = createHash('sha256')
    .update(publicKey.export({ type: 'spki', format: 'der' }))
    .digest('base64');
  expect(JSON.parse(Buffer.from(claims, 'base64url').toString())).toEqual({
    iss: `MYORG-ACCOUNT1.GATEWAY.SHA256:${print}`,
    sub: 'MYORG-ACCOUNT1.GATEWAY',
    iat: NOW / 1000,
    exp: NOW / 1000 + 3600,
  });
  expect(verify('sha256', Buffer.from(`${head}.${claims}`), publicKey, Buffer.from(signature, 'base64url'))).toBe(true);
});

// https://docs.oracle.com/en-us/iaas/Content/API/Concepts/signingrequests.htm
it('a signing key of Oracle Cloud signs path, host, date and body', async () => {
  const credentials = ociCredentials({
    tenancy: 'ocid1.tenancy.1',
    user: 'ocid1.user.1',
    fingerprint: '73:61',
    privateKey: PEM,
    compartmentId: 'ocid1.compartment.1',
    now: () => NOW,
  });
  const call = { ...CALL, body: '{"model":"m"}' };
  const headers = await credentials.headers(call, SIGNAL);
  const hash = createHash('sha256').update('{"model":"m"}').digest('base64');
  const names = '(request-target) host date x-content-sha256 content-type content-length';
  const [, keyId, said, signature = ''] =
    /^Signature version="1",keyId="([^"]+)",algorithm="rsa-sha256",headers="([^"]+)",signature="([^"]+)"$/.exec(
      headers.authorization ?? '',
    ) ?? [];
  expect([keyId, said]).toEqual(['ocid1.tenancy.1/ocid1.user.1/73:61', names]);
  expect(headers).toMatchObject({
    date: 'Thu, 01 Jan 2026 00:00:00 GMT',
    'x-content-sha256': hash,
    'opc-compartment-id': 'ocid1.compartment.1',
  });
  const text = [
    '(request-target): post /v1/chat/completions',
    'host: llm.acme.test',
    'date: Thu, 01 Jan 2026 00:00:00 GMT',
    `x-content-sha256: ${hash}`,
    'content-type: application/json',
    'content-length: 13',
  ].join('\n');
  expect(verify('sha256', Buffer.from(text), publicKey, Buffer.from(signature, 'base64'))).toBe(true);
});

it('a private key that is none is refused at mount, and not shown', () => {
  const options = { tenancy: 't', user: 'u', fingerprint: 'f', privateKey: 'not-a-key' };
  expect(() => ociCredentials(options)).toThrow('is no private key');
  expect(() => ociCredentials(options)).not.toThrow('not-a-key');
});
