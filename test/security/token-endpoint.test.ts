import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { gigachatCredentials } from '@postern/credentials/oauth';
import { expect, it } from 'vitest';
import { certificateFor } from '../../packages/core/src/node/certificate.type-test.ts';

const CALL = { method: 'POST', origin: 'https://llm.acme.test', path: '/', headers: {}, body: undefined } as const;

it('a token endpoint is trusted by the authority that is given for it, and by no other', async () => {
  const own = certificateFor('localhost');
  let asked = 0;
  const server = createServer(own, (_, response) => {
    asked++;
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify({ access_token: 'one', expires_at: 4_102_444_800_000 }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  try {
    const options = {
      authorizationKey: 'a2V5',
      tokenUrl: `https://localhost:${(server.address() as AddressInfo).port}/api/v2/oauth`,
    };
    const { signal } = new AbortController();
    await expect(gigachatCredentials(options).headers(CALL, signal)).rejects.toThrow();
    const other = certificateFor('localhost').cert;
    await expect(gigachatCredentials({ ...options, ca: other }).headers(CALL, signal)).rejects.toThrow();
    expect(asked).toBe(0);
    const headers = await gigachatCredentials({ ...options, ca: own.cert }).headers(CALL, signal);
    expect(headers).toEqual({ authorization: 'Bearer one' });
  } finally {
    server.close();
    server.closeAllConnections();
  }
});
