import { manualClock } from '@postern/core/testing';
import { expect, it } from 'vitest';
import { type DeviceLogin, deviceLogin } from './device-login.ts';
import { loopback } from './loopback.type-test.ts';

// https://www.rfc-editor.org/rfc/rfc8628#section-3.2
const BEGUN = {
  device_code: 'device-1',
  user_code: 'WDJB-MJHT',
  verification_uri: 'https://acme.test/device',
  expires_in: 900,
  interval: 5,
};

/** A server that answers the questions for the token one after the other, and a clock that runs by itself. */
async function login(answers: (readonly [number, unknown])[]) {
  const clock = manualClock();
  const slept: number[] = [];
  const server = await loopback(({ url }) => (url === '/device' ? [200, BEGUN] : (answers.shift() ?? [500, {}])));
  const shown: DeviceLogin[] = [];
  const token = deviceLogin({
    deviceUrl: `${server.url}/device`,
    tokenUrl: `${server.url}/token`,
    clientId: 'app-1',
    scope: 'llm',
    show: (each) => void shown.push(each),
    clock: {
      ...clock,
      sleep: async (ms) => {
        slept.push(ms);
        await clock.advance(ms);
      },
    },
  });
  return { token, shown, slept, got: server.got };
}

it('a login shows its code, asks as slowly as it is told to, and ends with the token', async () => {
  const { token, shown, slept, got } = await login([
    [400, { error: 'authorization_pending' }],
    [200, { error: 'slow_down' }],
    [200, { access_token: 'token-1', token_type: 'bearer' }],
  ]);
  expect(await token).toBe('token-1');
  expect(shown).toEqual([{ verificationUri: 'https://acme.test/device', userCode: 'WDJB-MJHT', expiresIn: 900_000 }]);
  expect(slept).toEqual([5_000, 5_000, 10_000]);
  expect(got[0]?.form).toEqual({ client_id: 'app-1', scope: 'llm' });
  expect(got.at(-1)?.form).toEqual({
    client_id: 'app-1',
    device_code: 'device-1',
    grant_type: 'urn:ietf:params:oauth:grant-type:device_code',
  });
});

it('a login that the person refuses is over', async () => {
  const { token } = await login([[400, { error: 'access_denied' }]]);
  await expect(token).rejects.toThrow('access_denied');
});

it('a login that nobody makes is over when its code is', async () => {
  const { token } = await login(Array.from({ length: 200 }, () => [400, { error: 'authorization_pending' }] as const));
  await expect(token).rejects.toThrow('not made in time');
});
