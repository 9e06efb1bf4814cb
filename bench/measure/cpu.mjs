/** CPU µs per request and per event of one host: every variant in its own process, all loads, the rounds interleaved. */
import { FIGURES, LOADS, WARM_UP } from '../figures.mjs';
import { startServer } from '../processes.mjs';
import { ratioOf } from '../statistics.mjs';

/**
 * Measures the figures (names of FIGURES with a variant) on a host. `baselines`: the variants to divide by; the first is the one that counts.
 * @returns {Promise<{ results: object[], warnings: string[] }>} a result per figure, with the samples of both sides
 */
export async function measureCpu(tools, upstream, host, names, rounds, baselines = ['bare']) {
  const variants = [...new Set([...baselines, ...names.map((name) => FIGURES[name].variant)])];
  const servers = await Promise.all(variants.map((variant) => startServer(host, variant, upstream.origin)));
  try {
    const runs = runsOf(servers, names, baselines);
    for (const { server, load } of runs) await tools.load({ ...WARM_UP[load], url: server.url, warm: '0s', d: '60s' });
    const samples = await sampled(tools, runs, rounds);
    return {
      results: names.flatMap((name) => resultsOf(host, name, samples, baselines)),
      warnings: warningsOf(host, samples),
    };
  } finally {
    await Promise.all(servers.map((server) => server.stop()));
  }
}

/** Each load against each variant that it needs; JSON first, which warms the rest. */
function runsOf(servers, names, baselines) {
  const loads = Object.keys(LOADS).filter((load) => names.some((name) => FIGURES[name].load === load));
  return loads.flatMap((load) => {
    const measured = names.filter((name) => FIGURES[name].load === load).map((name) => FIGURES[name].variant);
    const needed = servers.filter(({ variant }) => baselines.includes(variant) || measured.includes(variant));
    return needed.map((server) => ({ load, server, key: `${load} ${server.variant}` }));
  });
}

async function sampled(tools, runs, rounds) {
  const samples = new Map(runs.map(({ key }) => [key, []]));
  for (let round = 0; round < rounds; round += 1) {
    for (const { key, load, server } of runs) samples.get(key).push(await sample(tools, LOADS[load], server));
  }
  return samples;
}

/** One run. The load generator divides by the requests it counted, which leaves out those under way when it began; the number sent is exact. */
export async function sample(tools, load, { url, pid, headers }) {
  const line = await tools.load({ ...load, url, pid, headers, warm: '0s', d: '60s' });
  const micros = (line.cpu_us_req * line.ok) / load.n;
  const perEvent = load.stream ? micros / line.ev_req : undefined;
  return {
    micros,
    perEvent,
    events: line.ev_req,
    bad: line.bad,
    broken: line.no_done ?? 0,
    error: line.err,
    rps: line.rps,
  };
}

function resultsOf(host, name, samples, baselines) {
  const { load, variant, event } = FIGURES[name];
  const pick = ({ perEvent, micros }) => (event ? perEvent : micros);
  const over = samples.get(`${load} ${variant}`).map(pick);
  return baselines.map((baseline) => {
    const under = samples.get(`${load} ${baseline}`).map(pick);
    return { name, host, baseline, over, under, ...ratioOf(over, under) };
  });
}

/** What would make a comparison void: errors, streams without their end, other events than the pass-through's. */
function warningsOf(host, samples) {
  const warnings = [];
  for (const [key, runs] of samples) {
    const [bad, broken] = [runs.reduce((sum, run) => sum + run.bad, 0), runs.reduce((sum, run) => sum + run.broken, 0)];
    if (bad > 0) warnings.push(`${host} ${key}: ${bad} requests failed (${runs.find((run) => run.error)?.error})`);
    if (broken > 0) warnings.push(`${host} ${key}: ${broken} streams had no end`);
    const expected = samples.get(`${key.split(' ')[0]} bare`)?.[0]?.events;
    if (expected !== undefined && runs[0].events !== expected)
      warnings.push(`${host} ${key}: ${runs[0].events} events a stream, the pass-through ${expected}`);
  }
  return warnings;
}
