/**
 * Memory per open stream: how much the resident memory of the server grows with so many streams open, Postern's growth divided by the pass-through's.
 * Both sides of a host are measured at the same time, in fresh, warmed processes, each time right after a full garbage collection: otherwise the
 * garbage of before hides what streams need, and the garbage of now is counted as theirs.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { WARM_UP } from '../figures.mjs';
import { startServer } from '../processes.mjs';

const VARIANTS = ['bare', 'exact'];
/** The space for new objects kept small: at its default size it alone is as large as what 1,000 streams need, and hides them. */
const FLAGS = ['--max-semi-space-size=1'];
/** An event every four seconds; long enough for all to be open at once. */
const STREAM = { model: 'fake-30x4000', stream: true, once: true, d: '120s', bytes: 3000, msgs: 3 };

/**
 * @param {number[]} counts of open streams, rising
 * @returns {Promise<object[]>} `{ host, streams, bare, postern, ratio }`, growth in KB per stream
 */
export async function measureMemory(tools, upstream, host, counts) {
  const grown = await grow(tools, upstream, host, counts);
  return counts.map((streams, index) => {
    const [bare, postern] = grown[index];
    return { host, streams, bare, postern, ratio: postern / bare };
  });
}

/** For each count, the growth of both sides in KB per stream. */
async function grow(tools, upstream, host, counts) {
  const servers = await Promise.all(VARIANTS.map((variant) => startServer(host, variant, upstream.origin, FLAGS)));
  const clients = [];
  try {
    for (const { url } of servers) await warmUp(tools, url);
    const before = await Promise.all(servers.map((server) => server.memory()));
    const grown = [];
    for (const streams of counts) {
      const more = streams - clients.reduce((sum, { opened }) => sum + opened, 0) / servers.length;
      for (const { url } of servers)
        clients.push({ opened: more, client: tools.open({ ...STREAM, url, c: more, ramp: `${more}ms` }) });
      await upstream.untilOpen(streams * servers.length);
      await sleep(500);
      const now = await Promise.all(servers.map((server) => server.memory()));
      grown.push(now.map((bytes, side) => (bytes - before[side]) / 1024 / streams));
    }
    return grown;
  } finally {
    await Promise.all([...clients.map(({ client }) => client.stop()), ...servers.map((server) => server.stop())]);
    await upstream.untilOpen(0);
  }
}

/** So that what grows is the streams, not the compiled code and the tables of a process that has just begun. */
async function warmUp(tools, url) {
  await tools.load({ ...WARM_UP.json, n: 2000, url, warm: '0s', d: '60s' });
  await tools.load({ ...WARM_UP.sse, n: 300, url, warm: '0s', d: '60s' });
}
