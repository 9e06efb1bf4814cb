/** What the stores cost, by the benches of theirs, beside what is aimed at. A figure that is missed is marked; on a machine that others use it says little. */
import { node } from '../../scripts/lib.mjs';
import { storage } from './kit/stores.mjs';

/** What stands in the output of a bench, and what it should be. */
const SQLITE = [
  ['ledger rows/s in SQLite', /ledger: (\d+) rows\/s/, 'least', 5_000],
  ['admit + settle with memory, µs CPU', /admit \+ settle, memory: ([\d.]+) µs/, 'most', 15],
  ['admit + settle with SQLite, µs CPU', /admit \+ settle, sqlite, spend: ([\d.]+) µs/, 'most', 60],
  ['with doubt', /admit \+ settle, sqlite, doubt: ([\d.]+) µs/, 'most', 60],
  ['event loop p99 at 2,000 requests/s on SQLite, ms', /requests\/s for \d+ s, spend: .*p99 ([\d.]+) ms/, 'most', 10],
  ['with doubt', /requests\/s for \d+ s, doubt: .*p99 ([\d.]+) ms/, 'most', 10],
];
const POSTGRES = [['ledger rows/s in PostgreSQL', /ledger, batches of 1000: (\d+) rows\/s/, 'least', 5_000]];

export async function figures({ short, say }) {
  const sqlite = await node(['bench/own/sqlite.mjs'], { capture: true });
  tell('bench/own/sqlite.mjs', sqlite, SQLITE, say);
  const servers = await storage(['postgres'], { durable: true });
  try {
    const args = ['bench/stores/postgres.mjs', servers.postgres.url, short ? '2' : '5'];
    tell('bench/stores/postgres.mjs', await node(args, { capture: true }), POSTGRES, say);
  } finally {
    await servers.close();
  }
}

function tell(name, { code, output }, wanted, say) {
  const found = wanted.map(([title, pattern, side, goal]) => {
    const figure = Number(pattern.exec(output)?.[1] ?? Number.NaN);
    const isMet = side === 'least' ? figure >= goal : figure <= goal;
    return `${title} ${figure} (${side === 'least' ? '≥' : '≤'} ${goal}${isMet ? '' : ', MISSED'})`;
  });
  if (code !== 0) console.error(output);
  say(code === 0 && !found.some((text) => text.includes('NaN')), `${name}: ${found.join(', ')}`);
}
