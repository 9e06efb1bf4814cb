/**
 * `npm run bench -- --peers`: Portkey and LiteLLM in front of the same upstream, under the same loads as Postern in Express 5 and in node:http. The slower
 * ones get fewer requests, so that a round stays short; CPU per request and per event is what is compared.
 */
import { LOADS, WARM_UP } from './figures.mjs';
import { sample } from './measure/cpu.mjs';
import { optionsOf } from './options.mjs';
import { startLitellm } from './peers/litellm.mjs';
import { startPortkey } from './peers/portkey.mjs';
import { startServer } from './processes.mjs';
import { note, table, title } from './report.mjs';
import { median } from './statistics.mjs';
import { findTools } from './tools.mjs';

const CASES = [
  { title: 'JSON', load: 'json', variant: 'exact' },
  { title: 'JSON → Anthropic', load: 'json', variant: 'translated' },
  { title: 'SSE, per event', load: 'sse', variant: 'exact' },
  { title: 'SSE → Anthropic, per event', load: 'sse', variant: 'translated' },
];

const { rounds, json } = optionsOf(process.argv.slice(2));
const tools = findTools();
note(`upstream and load generator: ${tools.name}; ${rounds} interleaved rounds, medians`);
const upstream = await tools.startUpstream();
const gateways = [await startPostern('node', 'node:http'), await startPostern('express', 'Express 5')];
try {
  for (const [name, startPeer] of [
    ['Portkey', startPortkey],
    ['LiteLLM', startLitellm],
  ]) {
    try {
      gateways.push(await startPeer(upstream));
    } catch (error) {
      note(`${name} is left out: ${error.message}`);
    }
  }
  await measure();
} finally {
  for (const gateway of gateways) await gateway.stop();
  await upstream.stop();
}

async function startPostern(host, name) {
  const servers = {};
  for (const variant of ['exact', 'translated']) servers[variant] = await startServer(host, variant, upstream.origin);
  const stop = () => Promise.all(Object.values(servers).map((server) => server.stop()));
  return { name: `Postern in ${name}`, share: 1, warmShare: 1, targets: servers, stop };
}

async function measure() {
  const runs = gateways.flatMap((gateway) => CASES.map((each) => ({ ...each, gateway, samples: [] })));
  for (const { gateway, variant, load } of runs)
    await sample(tools, loadOf(WARM_UP[load], gateway, variant, 'warmShare'), gateway.targets[variant]);
  for (let round = 0; round < rounds; round += 1) {
    for (const { gateway, variant, load, samples } of runs) {
      const [flags, target] = [loadOf(LOADS[load], gateway, variant, 'share'), gateway.targets[variant]];
      // Twice, and only the second counts: while a slow peer was measured, the others have cooled down.
      await sample(tools, flags, target);
      samples.push(await sample(tools, flags, target));
    }
  }
  show(runs);
}

/** The load at this gateway's share, with the name that it knows the model by. */
function loadOf({ n: whole, c, model = 'fake', ...rest }, gateway, variant, share) {
  const { modelOf = (name) => name } = gateway.targets[variant];
  const n = Math.max(24, Math.round(whole * gateway[share]));
  return { ...rest, n, c: Math.min(c, n >> 1), model: modelOf(model) };
}

function show(runs) {
  title('CPU µs');
  const cells = (gateway) => runs.filter((run) => run.gateway === gateway).map(microsOf);
  const rows = gateways.map((gateway) => [
    gateway.name,
    ...cells(gateway).map((micros) => micros.toFixed(micros < 100 ? 2 : 0)),
  ]);
  table(['', ...CASES.map((each) => each.title)], rows);
  for (const { gateway, title: name, samples } of runs) {
    const wrong = samples.reduce((sum, { bad, broken }) => sum + bad + broken, 0);
    if (wrong > 0)
      note(
        `  ! ${gateway.name}, ${name}: ${wrong} failed or had no end (${samples.find(({ error }) => error)?.error ?? ''})`,
      );
  }
  if (json) console.log(JSON.stringify(Object.fromEntries(gateways.map((gateway) => [gateway.name, cells(gateway)]))));
}

function microsOf({ load, samples }) {
  return median(samples.map(({ micros, perEvent }) => (LOADS[load].stream ? perEvent : micros)));
}
