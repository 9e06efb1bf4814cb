/** How long a fresh process takes to import core, against importing only what core stands on. */
import { output } from '../processes.mjs';
import { median } from '../statistics.mjs';

const FRESH_PROCESSES = 21;

/** @returns {Promise<{ core: number, base: number, ratio: number }>} medians in ms */
export async function measureImports() {
  const [core, base] = [[], []];
  for (let round = 0; round < FRESH_PROCESSES; round += 1) {
    base.push(await importTime(['undici', 'zod']));
    core.push(await importTime(['@postern/core']));
  }
  return { core: median(core), base: median(base), ratio: median(core) / median(base) };
}

/** Milliseconds inside the process, without Node's own start. */
async function importTime(names) {
  const imports = names.map((name) => `await import('${name}');`).join('');
  const script = `const start = process.hrtime.bigint();${imports}console.log(Number(process.hrtime.bigint() - start) / 1e6);`;
  return Number(await output('server', process.execPath, ['--input-type=module', '-e', script]));
}
