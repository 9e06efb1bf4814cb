import { equal, ok } from './assert.ts';
import { ANSWER, bind, CHAT } from './mount-setting.ts';

/** What is the gateway's and what is the host's. */
export const pathCases = bind([
  [
    'a path that is not ours goes on to the host, body unread',
    async (at) => {
      const response = await fetch(`${at.url}/nothing/here`, { method: 'POST', body: 'x' });
      equal(response.status, 404, 'status');
      ok((await response.text()).includes('host 404'), 'the host answered');
      equal(await (await fetch(`${at.host.url}/host`)).text(), 'host', 'the route of the host');
    },
  ],
  [
    'OPTIONS is never ours',
    async (at) => {
      const response = await fetch(`${at.url}/v1/chat/completions`, { method: 'OPTIONS' });
      ok(response.headers.get('x-postern-request-id') === null, 'the gateway did not answer');
    },
  ],
  [
    'a wrong method is 405 with allow, in the format of the path',
    async (at) => {
      const response = await fetch(`${at.url}/v1/chat/completions`);
      equal(response.status, 405, 'status');
      equal(response.headers.get('allow'), 'POST', 'allow');
      ok(
        typeof ((await response.json()) as { error: { message: string } }).error.message === 'string',
        'error.message',
      );
    },
  ],
  [
    'the mount serves below any prefix, with query strings and encoded paths',
    async (at) => {
      const pending = at.post(CHAT);
      (await at.upstream.next()).respond(200, ANSWER);
      equal((await pending).status, 200, 'status');
      const gemini = fetch(`${at.url}/v1beta/models/${encodeURIComponent('up/m')}:generateContent?x=1`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ contents: [{ role: 'user', parts: [{ text: 'hi' }] }] }),
      });
      (await at.upstream.next()).respond(200, ANSWER);
      equal((await gemini).status, 200, 'status of an encoded model');
    },
    { prefix: '/deep/er' },
  ],
  [
    'no spelling of the path reaches what the mount did not match',
    async (at) => {
      for (const path of [
        '//v1/models',
        '/v1/./../v1/models/',
        '/%2e%2e/v1/models',
        '/V1/chat/completions',
        '/v1%2fmodels',
        '/v1/chat/completions/',
      ]) {
        const response = await fetch(at.url + path);
        ok([200, 404, 405].includes(response.status), `${path} gave ${response.status}`);
        await response.arrayBuffer();
      }
      equal(at.upstream.calls.length, 0, 'upstream calls');
    },
  ],
]);
