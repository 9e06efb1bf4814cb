/** The import rule (.dependency-cruiser.cjs). Fails on a violation, and when it saw no modules: then it checked nothing. */
import { readdirSync } from 'node:fs';
import { has, tool } from './lib.mjs';

const rooms = readdirSync('packages').filter((room) => has(`packages/${room}/src`));
const folders = rooms.map((room) => `packages/${room}/src`);
const { code, output } = await tool(
  'depcruise',
  ['--config', '.dependency-cruiser.cjs', '--output-type', 'json', ...folders],
  { capture: true },
);

let report;
try {
  report = JSON.parse(output.slice(output.indexOf('{')));
} catch {
  console.error(output);
  process.exit(code || 1);
}

const seen = new Map(rooms.map((room) => [room, 0]));
for (const { source } of report.modules) {
  const room = /^packages\/([^/]+)\/src\//.exec(source)?.[1];
  if (room) seen.set(room, seen.get(room) + 1);
}
const blind = rooms.filter((room) => seen.get(room) === 0);
if (rooms.length === 0 || blind.length > 0) console.error(`saw 0 modules in: ${blind.join(', ') || 'packages'}`);

const comments = new Map(report.summary.ruleSetUsed?.forbidden?.map(({ name, comment }) => [name, comment]));
const told = new Set();
for (const { rule, from, to, cycle } of report.summary.violations) {
  if (rule.name === 'no-unknown-room') {
    if (told.has(from)) continue;
    told.add(from);
  }
  const path = cycle ? cycle.map(({ name }) => name).join(' -> ') : to;
  console.error(`${rule.name}: ${from} -> ${path}\n    ${comments.get(rule.name) ?? ''}`);
}
const { violations } = report.summary;
console.log(
  `imports: ${[...seen].map(([room, count]) => `${room} ${count}`).join(', ')} modules, ${violations.length} violations`,
);
process.exit(violations.length > 0 || blind.length > 0 || rooms.length === 0 ? 1 : 0);
