import { equal, ok } from './assert.ts';
import { ANSWER, bind, CHAT, sent } from './mount-setting.ts';

/** What becomes of a request and its whole answer. */
export const requestCases = bind([
  [
    'a whole answer reaches the client, with the headers of the host',
    async (at) => {
      const pending = at.post(CHAT);
      (await at.upstream.next()).respond(200, ANSWER);
      const response = await pending;
      equal(response.status, 200, 'status');
      equal(response.headers.get('x-host'), 'yes', 'x-host');
      ok(response.headers.get('x-postern-request-id') !== null, 'x-postern-request-id is there');
      equal(((await response.json()) as typeof ANSWER).choices[0]?.message.content, 'hi', 'content');
    },
  ],
  [
    'the bytes of the body go upstream, with the model exchanged and nothing else',
    async (at) => {
      const pending = at.post(
        '{ "model": "up/m",  "messages": [{"role":"user","content":"\\u00e4 b"}], "x_unknown": 1.50 }',
      );
      const call = await at.upstream.next();
      equal(
        sent(call),
        '{ "model": "m",  "messages": [{"role":"user","content":"\\u00e4 b"}], "x_unknown": 1.50 }',
        'body',
      );
      equal(call.request.headers['authorization'], 'Bearer test-key', 'authorization');
      call.respond(200, ANSWER);
      await (await pending).arrayBuffer();
    },
  ],
  [
    'a body that the parser of the host has read is served all the same',
    async (at) => {
      const pending = at.post(CHAT);
      const call = await at.upstream.next();
      equal(JSON.stringify(JSON.parse(sent(call))), JSON.stringify({ ...CHAT, model: 'm' }), 'body');
      call.respond(200, ANSWER);
      equal((await pending).status, 200, 'status');
    },
    { parser: true },
  ],
  [
    "the client's own credentials and cookies never go upstream",
    async (at) => {
      const pending = at.post(CHAT, {
        headers: {
          'content-type': 'application/json',
          authorization: 'Bearer of-the-client',
          cookie: 'a=b',
          'x-api-key': 'client',
          'x-postern-context': 'forged',
        },
      });
      const call = await at.upstream.next();
      ok(
        !JSON.stringify(call.request.headers).match(/of-the-client|client"|a=b|forged/),
        'no header of the client is in the call',
      );
      call.respond(200, ANSWER);
      await (await pending).arrayBuffer();
    },
  ],
]);
