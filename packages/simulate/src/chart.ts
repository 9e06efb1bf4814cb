import type { RoutingConfig } from '@postern/core/routing';
import type { Report } from './report.ts';
import { type SimulateOptions, simulate } from './simulate.ts';
import type { Traffic } from './traffic.ts';

/** The same traffic against several configurations, by a name of yours. */
export function compare(
  policies: Readonly<Record<string, RoutingConfig>>,
  traffic: Traffic,
  options: SimulateOptions = {},
): Readonly<Record<string, Report>> {
  return Object.fromEntries(
    Object.entries(policies).map(([name, config]) => [name, simulate(config, traffic, options)]),
  );
}

const WIDTH = 40;
/** Rows of the load: what is beyond them is summed up. */
const MOST_ROWS = 12;

/** Reports side by side, as text: latencies, errors, cost, and who bore the load. */
export function chart(reports: Readonly<Record<string, Report>>): string {
  const rows = Object.entries(reports);
  const bars = (title: string, value: (report: Report) => number, shown: (value: number) => string): string[] => [
    title,
    ...barsOf(
      rows.map(([name, report]) => [name, value(report)]),
      shown,
    ),
    '',
  ];
  const usd = rows.some(([, report]) => report.usd !== undefined);
  return [
    ...bars('first token, p50', ({ firstToken }) => firstToken.p50, milliseconds),
    ...bars('first token, p99', ({ firstToken }) => firstToken.p99, milliseconds),
    ...bars('whole answer, p50', ({ total }) => total.p50, milliseconds),
    ...bars('whole answer, p99', ({ total }) => total.p99, milliseconds),
    ...bars('requests without an answer', ({ failing }) => failing, percent),
    ...bars('calls beyond one a request', ({ extra }) => extra, percent),
    ...(usd
      ? bars(
          'cost',
          ({ usd = 0 }) => usd,
          (value) => `$${value.toFixed(2)}`,
        )
      : []),
    ...rows.flatMap(([name, report]) => [`load, ${name}`, ...loadOf(report), '']),
  ]
    .join('\n')
    .trimEnd();
}

function loadOf({ deployments }: Report): string[] {
  const loads = Object.entries(deployments).sort(([, left], [, right]) => right.calls - left.calls);
  const shown = loads.length > MOST_ROWS ? loads.slice(0, MOST_ROWS - 1) : loads;
  const rest = loads.slice(shown.length);
  const shares: [string, number][] = shown
    .sort(([left], [right]) => left.localeCompare(right, 'en', { numeric: true }))
    .map(([id, { share }]) => [id, share]);
  if (rest.length > 0) shares.push([`${rest.length} others`, rest.reduce((sum, [, { share }]) => sum + share, 0)]);
  return barsOf(shares, percent);
}

function barsOf(rows: readonly (readonly [string, number])[], shown: (value: number) => string): string[] {
  const most = Math.max(...rows.map(([, value]) => value));
  const widest = Math.max(...rows.map(([name]) => name.length));
  return rows.map(([name, value]) => {
    const bar = '█'.repeat(most > 0 ? Math.max(value > 0 ? 1 : 0, Math.round((value / most) * WIDTH)) : 0);
    return `  ${name.padEnd(widest)}  ${bar}${bar === '' ? '' : ' '}${shown(value)}`;
  });
}

const milliseconds = (value: number): string => `${Math.round(value)} ms`;
const percent = (value: number): string => `${(value * 100).toFixed(2)} %`;
