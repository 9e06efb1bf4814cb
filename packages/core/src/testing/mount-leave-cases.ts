import { equal } from './assert.ts';
import { bind, CHAT, END, readerOf, readUntil, type Scene, streaming } from './mount-setting.ts';

/** Clients that leave, and one that stays. */
export const leaveCases = bind([
  ['a client that leaves before the first byte cancels the upstream (stream)', (at) => leavesBeforeHeaders(at, true)],
  [
    'a client that leaves before the first byte cancels the upstream (whole answer)',
    (at) => leavesBeforeHeaders(at, false),
  ],
  [
    'a client that leaves between the headers and the first content cancels the upstream',
    async (at) => {
      const leave = new AbortController();
      const left = at.post({ ...CHAT, stream: true }, { signal: leave.signal }).catch(() => {});
      const call = await at.upstream.next();
      call.stream().write(': the provider has sent its headers\n\n');
      leave.abort();
      await call.cancelled;
      await left;
    },
  ],
  [
    'a client that leaves in the middle of a stream cancels the upstream',
    async (at) => {
      const leave = new AbortController();
      const { response, call } = await streaming(at, { signal: leave.signal });
      await readUntil(readerOf(response), 'one');
      leave.abort();
      await call.cancelled;
    },
  ],
  [
    'a client that stays to the end cancels nothing',
    async (at) => {
      const { response, call, body } = await streaming(at);
      let cancelled = false;
      void call.cancelled.then(() => {
        cancelled = true;
      });
      body.write(END);
      body.end();
      await response.text();
      // Another whole round trip gives a wrong cancellation the time to show.
      await (await fetch(`${at.url}/health`)).text();
      equal(cancelled, false, 'cancelled');
    },
  ],
]);

async function leavesBeforeHeaders(at: Scene, stream: boolean): Promise<void> {
  const leave = new AbortController();
  const left = at.post({ ...CHAT, stream }, { signal: leave.signal }).catch(() => {});
  const call = await at.upstream.next();
  leave.abort();
  await call.cancelled;
  await left;
}
