/** `npm run bench`: measures, prints tables, and with --json ends with one JSON object. Asserts nothing. */
import { FIGURES, HOSTS } from './figures.mjs';
import { measureCpu } from './measure/cpu.mjs';
import { measureImports } from './measure/imports.mjs';
import { measureFirstByte, measureOpenLoop, measureSustainedRate } from './measure/latency.mjs';
import { measureMemory } from './measure/memory.mjs';
import { measurePackedSize } from './measure/size.mjs';
import { optionsOf, showHelp } from './options.mjs';
import { pinned } from './processes.mjs';
import { cpuTable, memoryTable, note, summary, title } from './report.mjs';
import { summaryOf } from './summary.mjs';
import { findTools } from './tools.mjs';

/** What is printed apart: it counts for no figure. */
const APART = [
  { host: 'node', baselines: ['exact'], names: ['limits'], as: 'nodeLimits' },
  { host: 'node', baselines: ['bare'], names: ['ssePaced'] },
  { host: 'fetch', baselines: ['bare'], names: ['jsonPassThrough', 'ssePassThrough'] },
  { host: 'koa', baselines: ['bareOther'], names: ['jsonPassThrough', 'ssePassThrough'] },
  { host: 'fastify', baselines: ['bareOther'], names: ['jsonPassThrough', 'ssePassThrough'] },
];

const options = optionsOf(process.argv.slice(2));
if (options.help) showHelp();
else await main();

async function main() {
  const begin = Date.now();
  const tools = findTools();
  note(
    `upstream and load generator: ${tools.name}; ${pinned ? 'the server has a core to itself' : 'nothing is pinned to a core'}`,
  );
  note(`Node ${process.version}, ${options.rounds} interleaved rounds, medians`);
  const upstream = await tools.startUpstream();
  let found;
  try {
    found = await measureAll(tools, upstream);
  } finally {
    await upstream.stop();
  }
  note(`took ${Math.round((Date.now() - begin) / 1000)} s`);
  summary(found);
  if (options.json) console.log(JSON.stringify(summaryOf(found)));
}

async function measureAll(tools, upstream) {
  const hosts = options.quick ? HOSTS.slice(0, 2) : HOSTS;
  const found = { cpu: [], memory: [], firstByte: [], warnings: [] };
  if (wants('importTime')) {
    found.imports = await measureImports();
    note(`import: core ${found.imports.core.toFixed(0)} ms, undici + zod ${found.imports.base.toFixed(0)} ms`);
  }
  for (const host of hosts) await measureHost(tools, upstream, host, found);
  if (!options.quick && options.only === undefined) await measureApart(tools, upstream);
  for (const host of wants('memoryPerStream') ? hosts : []) {
    const results = await measureMemory(tools, upstream, host, options.quick ? [1000] : [1000, 5000]);
    memoryTable(host, results);
    found.memory.push(...results);
  }
  const last = hosts.at(-1);
  if (wants('openLoop')) found.openLoop = await measureOpenLoop(tools, upstream, last, Math.min(3, options.rounds));
  if (wants('sustainedRate') && !options.quick) found.sustained = await measureSustainedRate(tools, upstream, last);
  if (wants('packedSize')) found.packed = await measurePackedSize();
  return found;
}

async function measureHost(tools, upstream, host, found) {
  const names = Object.keys(FIGURES).filter(
    (name) => FIGURES[name].variant !== undefined && !FIGURES[name].apart && wants(name),
  );
  if (names.length > 0) {
    const { results, warnings } = await measureCpu(tools, upstream, host, names, options.rounds);
    cpuTable(host, results, warnings);
    found.cpu.push(...results);
    found.warnings.push(...warnings);
  }
  if (wants('firstByte')) found.firstByte.push(await measureFirstByte(tools, upstream, host, options.rounds));
}

async function measureApart(tools, upstream) {
  title('Apart: these count for no figure');
  for (const { host, baselines, names, as } of APART) {
    const { results, warnings } = await measureCpu(
      tools,
      upstream,
      host,
      names,
      Math.min(3, options.rounds),
      baselines,
    );
    cpuTable(as ?? (baselines[0] === 'bare' ? host : `${host}Other`), results, warnings);
  }
}

function wants(name) {
  return options.only === undefined || options.only.includes(name);
}
