/** The cases and models of the stores: what every store does, on each of them, and on Redis and PostgreSQL put together. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { tool } from '../../scripts/lib.mjs';

const CASES = [
  'packages/core/src/store/memory.test.ts',
  'packages/sqlite/src/store-cases.test.ts',
  'packages/postgres/src/store.test.ts',
  'test/stores/redis.test.ts',
  'test/money/composed.test.ts',
];
/** Models that the stores are held against, and interleavings; a cluster. */
const MODELS = [
  'packages/core/src/store/memory-limits.test.ts',
  'packages/sqlite/src/limits/sqlite-limits.test.ts',
  'packages/postgres/src/limits.test.ts',
  'test/stores/redis-model.test.ts',
  'test/stores/redis-cluster.test.ts',
];

export async function storeCases({ short, say }) {
  const folder = mkdtempSync(join(tmpdir(), 'postern-proof-cases-'));
  const file = join(folder, 'result.json');
  const options = { capture: true, env: { POSTERN_TEST_RESULT: file, POSTERN_CI: '1' } };
  const { code, output } = await tool('vitest', ['run', ...CASES, ...(short ? [] : MODELS)], options);
  const { passed, failed, skipped, failedNames } = JSON.parse(readFileSync(file, 'utf8'));
  rmSync(folder, { recursive: true, force: true });
  if (code !== 0) console.error(output.slice(-20_000));
  say(
    code === 0 && failed === 0 && skipped === 0,
    `${passed} store cases passed, ${failed} failed, ${skipped} skipped ${failedNames.join('; ')}`,
    { told: `${passed} store cases` },
  );
}
