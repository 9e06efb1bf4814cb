/** What a client sees: the first event at concurrency 1, and the tail and the most that is carried when requests come at a rate. */
import { WARM_UP } from '../figures.mjs';
import { startServer } from '../processes.mjs';
import { median } from '../statistics.mjs';

const FIRST_BYTE = { c: 1, n: 250, bytes: 3000, msgs: 3, stream: true, model: 'fake-20x0' };
const OPEN_LOOP = { c: 400, rate: 1000, bytes: 3000, msgs: 3, model: 'fake-d100', warm: '1s', d: '4s' };
const STEP = { c: 1500, bytes: 3000, msgs: 3, model: 'fake-d100', warm: '500ms', d: '2s' };

/** Milliseconds that Postern adds to the median time to the first event; the runs of both sides take turns. */
export async function measureFirstByte(tools, upstream, host, rounds) {
  return withBoth(tools, upstream, host, 'sse', async (bare, postern) => {
    const added = [];
    for (let round = 0; round < rounds; round += 1) {
      const [under, over] = [await firstByte(tools, bare), await firstByte(tools, postern)];
      added.push((over - under) / 1000);
    }
    return { host, added: median(added) };
  });
}

async function firstByte(tools, { url }) {
  const line = await tools.load({ ...FIRST_BYTE, url, warm: '0s', d: '30s' });
  return line.ttfb50;
}

/** 1,000 requests a second with an upstream of 100 ms: errors, and what Postern adds to the tail, in ms. */
export async function measureOpenLoop(tools, upstream, host, rounds) {
  return withBoth(tools, upstream, host, 'json', async (bare, postern) => {
    const lines = [];
    for (let round = 0; round < rounds; round += 1) {
      const under = await tools.load({ ...OPEN_LOOP, url: bare.url });
      lines.push({ under, over: await tools.load({ ...OPEN_LOOP, url: postern.url }) });
    }
    const added = (name) => median(lines.map(({ over, under }) => (over[name] - under[name]) / 1000));
    return {
      host,
      errors: lines.reduce((sum, { over }) => sum + over.bad, 0),
      p50: added('p50'),
      p95: added('p95'),
      p99: added('p99'),
    };
  });
}

/**
 * The highest rate at which every request is answered, as fast as they come, with a p99 under twice the upstream's 100 ms. From 3,000 requests a second
 * up in steps of 500, or down in steps of 250 when that is too much.
 */
export async function measureSustainedRate(tools, upstream, host) {
  const server = await startServer(host, 'exact', upstream.origin);
  try {
    await tools.load({ ...WARM_UP.json, url: server.url, warm: '0s', d: '60s' });
    let rate = 3000;
    if (await sustains(tools, server, rate))
      while (rate < 12_000 && (await sustains(tools, server, rate + 500))) rate += 500;
    else
      do rate -= 250;
      while (rate > 0 && !(await sustains(tools, server, rate)));
    return { host, rate };
  } finally {
    await server.stop();
  }
}

/** A second try, so that one hiccup of the machine doesn't end the climb. */
async function sustains(tools, server, rate) {
  return (await sustainsOnce(tools, server, rate)) || sustainsOnce(tools, server, rate);
}

async function sustainsOnce(tools, { url }, rate) {
  const line = await tools.load({ ...STEP, url, rate });
  return line.bad === 0 && line.rps >= rate * 0.98 && line.p99 < 200_000;
}

async function withBoth(tools, upstream, host, load, measure) {
  const servers = await Promise.all(['bare', 'exact'].map((variant) => startServer(host, variant, upstream.origin)));
  try {
    for (const { url } of servers) await tools.load({ ...WARM_UP[load], url, warm: '0s', d: '60s' });
    return await measure(...servers);
  } finally {
    await Promise.all(servers.map((server) => server.stop()));
  }
}
