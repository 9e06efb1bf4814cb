/** Of all results, the one number per figure. */
import { FIGURES } from './figures.mjs';
import { rounded } from './statistics.mjs';

/** Ratios by figure, the worst of all hosts; what isn't a ratio under `also`, CPU µs and each host's ratio under `hosts`. */
export function summaryOf(found) {
  const { cpu, memory, imports } = found;
  const ratios = {};
  for (const name of Object.keys(FIGURES)) {
    const results = cpu.filter((result) => result.name === name);
    if (results.length > 0) ratios[name] = worst(results);
  }
  if (memory.length > 0) {
    ratios.memoryPerStream = worst(memory);
    for (const streams of new Set(memory.map((result) => result.streams))) {
      ratios[`memoryPerStream${streams}`] = worst(memory.filter((result) => result.streams === streams));
    }
  }
  if (imports !== undefined) ratios.importTime = rounded(imports.ratio);
  return { ...ratios, also: alsoOf(found), hosts: hostsOf(found), warnings: found.warnings };
}

function worst(results) {
  return rounded(Math.max(...results.map(({ ratio }) => ratio)));
}

/** What is no ratio. */
function alsoOf({ firstByte, openLoop, sustained, packed, imports }) {
  return {
    ...(firstByte.length > 0 && { firstByteAddedMs: rounded(Math.max(...firstByte.map(({ added }) => added)), 3) }),
    ...(openLoop !== undefined && {
      openLoopErrors: openLoop.errors,
      openLoopAddedP95Ms: rounded(openLoop.p95),
      openLoopAddedP99Ms: rounded(openLoop.p99),
    }),
    ...(sustained !== undefined && { sustainedRate: sustained.rate }),
    ...(packed !== undefined && { packedSizeKB: rounded(packed, 1) }),
    ...(imports !== undefined && { importMs: rounded(imports.core, 1) }),
  };
}

function hostsOf({ cpu, memory }) {
  const hosts = {};
  for (const { host, name, ratio } of cpu) hosts[host] = { ...hosts[host], [name]: rounded(ratio) };
  for (const { host, streams, ratio } of memory)
    hosts[host] = { ...hosts[host], [`memoryPerStream${streams}`]: rounded(ratio) };
  return hosts;
}
