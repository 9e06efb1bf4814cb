/** Tables for people. */
import { FIGURES, HOST_NAMES } from './figures.mjs';
import { median } from './statistics.mjs';
import { summaryOf } from './summary.mjs';

export function title(text) {
  console.log(`\n${text}`);
}

export function note(text) {
  console.log(text);
}

/** Rows of cells in columns: the first to the left, numbers to the right. */
export function table(head, rows) {
  const all = [head, ...rows].map((row) => row.map(String));
  const widths = head.map((_, column) => Math.max(...all.map((row) => row[column].length)));
  for (const row of all) {
    console.log(
      `  ${row.map((cell, column) => (column === 0 ? cell.padEnd(widths[0]) : cell.padStart(widths[column]))).join('  ')}`,
    );
  }
}

/** CPU µs of both sides and their ratio, with the lowest and highest round: how far the machine lets itself be trusted. */
export function cpuTable(host, results, warnings) {
  title(HOST_NAMES[host]);
  table(
    ['CPU µs', 'per', 'bare', 'Postern', 'ratio', 'rounds', 'goal'],
    results.map(({ name, over, under, ratio, lowest, highest }) => [
      FIGURES[name].title,
      FIGURES[name].event ? 'event' : 'request',
      micros(median(under)),
      micros(median(over)),
      ratio.toFixed(2),
      `${lowest.toFixed(2)}–${highest.toFixed(2)}`,
      goal(FIGURES[name].limit),
    ]),
  );
  for (const warning of warnings) note(`  ! ${warning}`);
}

/** KB of growth per stream. */
export function memoryTable(host, results) {
  title(`${HOST_NAMES[host]}: memory`);
  table(
    ['KB per open stream', 'bare', 'Postern', 'ratio', 'goal'],
    results.map(({ streams, bare, postern, ratio }) => [
      streams.toLocaleString('en'),
      bare.toFixed(1),
      postern.toFixed(1),
      ratio.toFixed(2),
      goal(FIGURES.memoryPerStream.limit),
    ]),
  );
}

/** The figures, and what was to be reached. */
export function summary(found) {
  const { also, ...ratios } = summaryOf(found);
  const rows = Object.keys(FIGURES)
    .filter((name) => ratios[name] !== undefined)
    .map((name) => [
      FIGURES[name].title,
      ratios[name].toFixed(2),
      goal(FIGURES[name].limit),
      verdict(ratios[name], FIGURES[name].limit),
    ]);
  section('Ratios, the worst of the hosts', rows);
  section('Also', otherRows(also));
}

function section(name, rows) {
  if (rows.length === 0) return;
  title(name);
  table(['', 'measured', 'goal', ''], rows);
}

function otherRows(also) {
  const { limit } = FIGURES.openLoop;
  const rows = [
    [FIGURES.firstByte.title, also.firstByteAddedMs, FIGURES.firstByte.limit],
    [`${FIGURES.openLoop.title}: errors`, also.openLoopErrors, limit.errors],
    [`${FIGURES.openLoop.title}: added p95 (ms)`, also.openLoopAddedP95Ms, limit.p95],
    [`${FIGURES.openLoop.title}: added p99 (ms)`, also.openLoopAddedP99Ms, limit.p99],
    [FIGURES.packedSize.title, also.packedSizeKB, FIGURES.packedSize.limit],
  ];
  const shown = rows
    .filter(([, value]) => value !== undefined)
    .map(([name, value, most]) => [name, value, goal(most), verdict(value, most)]);
  if (also.sustainedRate === undefined) return shown;
  const { title: name, atLeast } = FIGURES.sustainedRate;
  return [...shown, [name, also.sustainedRate, `≥ ${atLeast}`, also.sustainedRate >= atLeast ? '' : 'missed']];
}

function micros(value) {
  return value.toFixed(value < 100 ? 2 : 0);
}

function goal(limit) {
  return limit === undefined ? '' : `≤ ${limit}`;
}

function verdict(value, limit) {
  return limit === undefined || value <= limit ? '' : 'missed';
}
