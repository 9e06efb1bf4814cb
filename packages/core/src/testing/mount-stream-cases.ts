import { equal, ok } from './assert.ts';
import { bind, END, event, readerOf, readUntil, streaming } from './mount-setting.ts';

/** A text that is in no stream: to read to the end. */
const NEVER = 'nothing like this';

/** How an answer flows. */
export const streamCases = bind([
  [
    'the first event reaches the client before the second exists',
    async (at) => {
      const { response, body } = await streaming(at);
      const reader = readerOf(response);
      ok((await readUntil(reader, 'one')).includes('one'), 'the first event');
      body.write(event('two') + END);
      body.end();
      const rest = await readUntil(reader, NEVER);
      ok(rest.includes('two') && rest.trimEnd().endsWith('data: [DONE]'), 'the rest, to its end');
    },
  ],
  [
    'a stream says that nobody may transform or buffer it',
    async (at) => {
      const { response, body } = await streaming(at);
      ok(response.headers.get('cache-control')?.includes('no-transform') === true, 'no-transform');
      ok(response.headers.get('content-type')?.startsWith('text/event-stream') === true, 'content-type');
      equal(response.headers.get('x-accel-buffering'), 'no', 'x-accel-buffering');
      body.write(END);
      body.end();
      await response.text();
    },
  ],
  [
    'a stream ends with its last event, though the provider leaves its connection open',
    async (at) => {
      const { response, body } = await streaming(at);
      body.write(END);
      ok((await response.text()).trimEnd().endsWith('data: [DONE]'), 'the end');
    },
  ],
  [
    'a stream that breaks ends with an error in the format of the client and no good end',
    async (at) => {
      const { response, body } = await streaming(at);
      const reader = readerOf(response);
      await readUntil(reader, 'one');
      body.end();
      const rest = await readUntil(reader, NEVER);
      ok(rest.includes('"error"'), 'an error event');
      ok(!rest.includes('[DONE]'), 'no [DONE]');
    },
  ],
  [
    'compression of the host does not hold events back',
    async (at) => {
      const headers = { 'content-type': 'application/json', 'accept-encoding': 'gzip' };
      const { response, body } = await streaming(at, { headers });
      const reader = readerOf(response);
      await readUntil(reader, 'one');
      body.write(event('two'));
      await readUntil(reader, 'two');
      body.write(END);
      body.end();
      ok((await readUntil(reader, '[DONE]')).includes('[DONE]'), 'the end');
    },
    { compression: true },
  ],
  [
    'a client that does not read holds the upstream back',
    async (at) => {
      const leave = new AbortController();
      const { call, body } = await streaming(at, { signal: leave.signal });
      const piece = event('x'.repeat(64 * 1024));
      const pieces = 2000;
      for (let index = 0; index < pieces; index++) body.write(piece);
      // Other requests come and go meanwhile; what the socket's buffers hold has been taken by then.
      for (let round = 0; round < 20; round++) await (await fetch(`${at.url}/health`)).text();
      ok(body.taken < pieces, `${body.taken} of ${pieces} pieces were taken for a client that reads nothing`);
      leave.abort();
      await call.cancelled;
    },
  ],
]);
