import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { manualClock } from '@postern/core/testing';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { awsCredentials, awsTokenCredentials } from './aws.ts';

/** Key, scope and time of the Signature Version 4 test suite: https://docs.aws.amazon.com/general/latest/gr/signature-v4-test-suite.html */
const SUITE = {
  region: 'us-east-1',
  service: 'service',
  keys: { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY' },
  now: () => Date.UTC(2015, 7, 30, 12, 36, 0),
};
const { signal } = new AbortController();
const get = {
  method: 'GET',
  origin: 'https://example.amazonaws.com',
  path: '/',
  headers: {},
  body: undefined,
} as const;

afterEach(() => vi.unstubAllEnvs());

describe('AWS Signature Version 4', () => {
  it.each([
    ['get-vanilla', 'GET', '/', '5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31'],
    [
      'get-vanilla-query-order-key-case',
      'GET',
      '/?Param2=value2&Param1=value1',
      'b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500',
    ],
    ['post-vanilla', 'POST', '/', '5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b'],
  ] as const)('is that of the published vector %s', async (_, method, path, signature) => {
    const headers = await awsCredentials(SUITE).headers({ ...get, method, path }, signal);
    expect(headers).toEqual({
      authorization: `AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, SignedHeaders=host;x-amz-date, Signature=${signature}`,
      'x-amz-date': '20150830T123600Z',
    });
  });

  it.each([
    ['https://bedrock-runtime.eu-central-1.amazonaws.com', 'eu-central-1/bedrock'],
    ['https://bedrock-mantle.us-west-2.api.aws', 'us-west-2/bedrock-mantle'],
    ['https://runtime.sagemaker.us-gov-west-1.amazonaws.com', 'us-gov-west-1/sagemaker'],
    ['https://bedrock-runtime.cn-north-1.amazonaws.com.cn', 'cn-north-1/bedrock'],
  ])('of %s is for %s', async (origin, scope) => {
    const { keys, now } = SUITE;
    const { authorization } = await awsCredentials({ keys, now }).headers({ ...get, origin }, signal);
    expect(authorization).toContain(`/20150830/${scope}/aws4_request`);
  });

  it('asks for region and service where the host does not tell them', async () => {
    const { keys } = SUITE;
    await expect(awsCredentials({ keys }).headers(get, signal)).rejects.toThrow('give both');
  });

  it('changes with path, body and content type, and sends the session token signed', async () => {
    const keys = { ...SUITE.keys, sessionToken: 'session-1' };
    const credentials = awsCredentials({ ...SUITE, keys });
    const post = { ...get, method: 'POST', headers: { 'content-type': 'application/json' }, body: '{"a":1}' } as const;
    const all = await Promise.all([
      credentials.headers(post, signal),
      credentials.headers({ ...post, body: new TextEncoder().encode('{"a":1}') }, signal),
      credentials.headers({ ...post, body: '{"a":2}' }, signal),
      credentials.headers({ ...post, path: '/model/anthropic.claude%3A0/invoke' }, signal),
      credentials.headers({ ...post, headers: { 'content-type': 'text/plain' } }, signal),
    ]);
    const [text, bytes, ...others] = all.map(({ authorization }) => authorization);
    expect(bytes).toBe(text);
    expect(new Set([text, ...others]).size).toBe(4);
    expect(all[0]['x-amz-security-token']).toBe('session-1');
    expect(text).toContain('SignedHeaders=content-type;host;x-amz-date;x-amz-security-token');
  });

  it('of a body that is sent from a file covers its hash, wherever it is cut', async () => {
    const from = (...pieces: string[]) => ({
      size: undefined,
      open: async function* () {
        for (const piece of pieces) yield new TextEncoder().encode(piece);
      },
    });
    const post = { ...get, method: 'POST', headers: { 'content-type': 'application/json' } } as const;
    const credentials = awsCredentials(SUITE);
    const [whole, cut, other] = await Promise.all(
      [from('{"a":1}'), from('{"a"', ':1}'), from('{"a":2}')].map((body) =>
        credentials.headers({ ...post, body }, signal),
      ),
    );
    // `printf '{"a":1}' | sha256sum`
    expect(whole?.['x-amz-content-sha256']).toBe('015abd7f5cc57a2dd94b7590f04ad8084273905ee33ec5cebeae62276a97f862');
    expect(whole?.['authorization']).toContain('SignedHeaders=content-type;host;x-amz-content-sha256;x-amz-date');
    expect(cut).toEqual(whole);
    expect(other?.['authorization']).not.toBe(whole?.['authorization']);
  });

  it('is refused for a body that can be read once only, before anything is sent', async () => {
    const pieces = { size: 3, once: true, open: async function* () {} } as const;
    const headers = awsCredentials(SUITE).headers({ ...get, method: 'POST', body: pieces }, signal);
    await expect(headers).rejects.toThrow(/sign/);
  });

  it('takes its keys from the environment when none are given', async () => {
    vi.stubEnv('AWS_ACCESS_KEY_ID', 'AKIDFROMENV');
    vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'secret-from-env');
    const { authorization } = await awsCredentials({ region: 'us-east-1', service: 'service' }).headers(get, signal);
    expect(authorization).toContain('Credential=AKIDFROMENV/');
  });

  it('takes its keys from the endpoint of a container', async () => {
    const asked: unknown[] = [];
    const server = createServer((request, response) => {
      asked.push([request.url, request.headers.authorization]);
      const Expiration = new Date(Date.now() + 3_600_000).toISOString();
      response.setHeader('content-type', 'application/json');
      response.end(
        JSON.stringify({ AccessKeyId: 'AKIDCONTAINER', SecretAccessKey: 's', Token: 'session-2', Expiration }),
      );
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    try {
      for (const name of ['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY', 'AWS_PROFILE']) vi.stubEnv(name, '');
      vi.stubEnv('AWS_SHARED_CREDENTIALS_FILE', '/nonexistent/credentials');
      vi.stubEnv('AWS_CONFIG_FILE', '/nonexistent/config');
      vi.stubEnv(
        'AWS_CONTAINER_CREDENTIALS_FULL_URI',
        `http://127.0.0.1:${(server.address() as AddressInfo).port}/role`,
      );
      vi.stubEnv('AWS_CONTAINER_AUTHORIZATION_TOKEN', 'pod-token');
      const credentials = awsCredentials({ region: 'us-east-1', service: 'service' });
      const [one, other] = [await credentials.headers(get, signal), await credentials.headers(get, signal)];
      expect(one.authorization).toContain('Credential=AKIDCONTAINER/');
      expect(other['x-amz-security-token']).toBe('session-2');
      expect(asked).toEqual([['/role', 'pod-token']]);
    } finally {
      server.close();
    }
  });
});

describe('a bearer token of AWS', () => {
  const NOW = Date.UTC(2026, 0, 1);
  const decoded = (header = '') => {
    const [, url = ''] = /^Bearer sagemaker-api-key-(.+)$/.exec(header) ?? [];
    return new URL(`https://${Buffer.from(url, 'base64').toString()}`);
  };

  // https://docs.aws.amazon.com/sagemaker/latest/dg/realtime-endpoints-openai-compatible.html
  it('is a signed URL that lets its bearer call endpoints', async () => {
    const clock = manualClock(NOW);
    const keys = { ...SUITE.keys, sessionToken: 'session/1+' };
    const credentials = awsTokenCredentials({ service: 'sagemaker', region: 'us-west-2', keys, clock });
    const { authorization } = await credentials.headers(get, signal);
    const { host, pathname, searchParams } = decoded(authorization);
    expect([host, pathname]).toEqual(['sagemaker.amazonaws.com', '/']);
    const { 'X-Amz-Signature': signature, ...rest } = Object.fromEntries(searchParams);
    expect(rest).toEqual({
      Action: 'CallWithBearerToken',
      Version: '1',
      'X-Amz-Algorithm': 'AWS4-HMAC-SHA256',
      'X-Amz-Credential': 'AKIDEXAMPLE/20260101/us-west-2/sagemaker/aws4_request',
      'X-Amz-Date': '20260101T000000Z',
      'X-Amz-Expires': '3600',
      'X-Amz-Security-Token': 'session/1+',
      'X-Amz-SignedHeaders': 'host',
    });
    expect(signature).toMatch(/^[0-9a-f]{64}$/);
    await clock.advance(3_600_000);
    expect((await credentials.headers(get, signal)).authorization).not.toBe(authorization);
  });

  it('ends with the keys that signed it', async () => {
    const clock = manualClock(NOW);
    let asked = 0;
    const keys = async () => ({ ...SUITE.keys, expiration: new Date(clock.now() + 600_000 * ++asked) });
    const credentials = awsTokenCredentials({ service: 'sagemaker', region: 'us-west-2', keys, clock });
    await credentials.headers(get, signal);
    await clock.advance(595_000);
    await credentials.headers(get, signal);
    expect(asked).toBe(2);
  });

  it('needs a region', () => {
    vi.stubEnv('AWS_REGION', '');
    expect(() => awsTokenCredentials({ service: 'sagemaker' })).toThrow('credentials.region');
  });
});
