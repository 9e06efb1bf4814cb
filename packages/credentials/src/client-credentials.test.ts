import { manualClock } from '@postern/core/testing';
import { describe, expect, it } from 'vitest';
import { clientCredentials } from './client-credentials.ts';
import { CALL, loopback, SIGNAL } from './loopback.type-test.ts';

const CLIENT = { clientId: 'client-1', clientSecret: 's ecret/1' };

describe('the client credentials grant', () => {
  it('sends id and secret in the form, and each call gets the token', async () => {
    const { url, got } = await loopback(() => [200, { access_token: 'one', expires_in: 3600 }]);
    const credentials = clientCredentials({
      ...CLIENT,
      tokenUrl: `${url}/token`,
      scope: 'llm',
      form: { audience: 'acme' },
    });
    expect(await credentials.headers(CALL, SIGNAL)).toEqual({ authorization: 'Bearer one' });
    expect(got[0]?.form).toEqual({
      grant_type: 'client_credentials',
      scope: 'llm',
      audience: 'acme',
      client_id: 'client-1',
      client_secret: 's ecret/1',
    });
    expect(got[0]?.headers['content-type']).toBe('application/x-www-form-urlencoded');
  });

  // https://www.rfc-editor.org/rfc/rfc6749#section-2.3.1
  it('may send them by HTTP Basic, form-encoded', async () => {
    const { url, got } = await loopback(() => [200, { access_token: 'one', expires_in: 3600 }]);
    await clientCredentials({ ...CLIENT, tokenUrl: url, clientAuth: 'basic' }).headers(CALL, SIGNAL);
    const basic = Buffer.from(got[0]?.headers.authorization?.slice(6) ?? '', 'base64').toString();
    expect(basic).toBe('client-1:s+ecret%2F1');
    expect(got[0]?.form).toEqual({ grant_type: 'client_credentials' });
  });

  it.each([
    ['a redirect', 302, {}],
    ['no JSON', 200, '<html>'],
    ['no token', 200, { expires_in: 3600 }],
    ['too long an answer', 200, { access_token: 'x'.repeat(70_000) }],
    ['an outage', 503, 'busy'],
  ])('is refused by %s, and tried again by the next call', async (_, status, body) => {
    let whole = false;
    const { url, got } = await loopback(() =>
      whole ? [200, { access_token: 'one', expires_in: 60 }] : [status, body],
    );
    const credentials = clientCredentials({ ...CLIENT, tokenUrl: url });
    await expect(credentials.headers(CALL, SIGNAL)).rejects.toThrow();
    whole = true;
    expect(await credentials.headers(CALL, SIGNAL)).toEqual({ authorization: 'Bearer one' });
    expect(got).toHaveLength(2);
  });

  it('gives a token of which nothing tells the life for five minutes', async () => {
    let count = 0;
    const { url } = await loopback(() => [200, { access_token: `t${++count}` }]);
    const clock = manualClock();
    const credentials = clientCredentials({ ...CLIENT, tokenUrl: url, clock });
    await credentials.headers(CALL, SIGNAL);
    await clock.advance(200_000);
    expect(await credentials.headers(CALL, SIGNAL)).toEqual({ authorization: 'Bearer t1' });
    await clock.advance(100_000);
    expect(await credentials.headers(CALL, SIGNAL)).toEqual({ authorization: 'Bearer t2' });
  });

  it.each([
    [{ tokenUrl: 'http://auth.acme.test/token' }, 'is not https'],
    [{ tokenUrl: 'auth.acme.test' }, 'is no URL'],
    [{ tokenUrl: 'https://me@auth.acme.test/' }, 'holds a user name'],
    [{ clientSecret: '' }, 'credentials.clientSecret'],
  ])('with %j is refused at mount', (wrong, says) => {
    expect(() => clientCredentials({ ...CLIENT, tokenUrl: 'https://auth.acme.test', ...wrong })).toThrow(says);
  });
});
