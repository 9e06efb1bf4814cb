/**
 * `npm test`: install, build, check, run every test. The last line is `N passed, N failed, N skipped` alone.
 * A check that fails counts as a failure. Under POSTERN_CI=1 everything that a test may need is there, so a skip fails the run.
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build, install, node, tool } from './lib.mjs';

const folder = mkdtempSync(join(tmpdir(), 'postern-test-'));
const resultFile = join(folder, 'result.json');
const total = { passed: 0, failed: 0, skipped: 0 };

await everything();
rmSync(folder, { recursive: true, force: true });
console.log(`${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped`);
process.exitCode = total.failed > 0 || (process.env.POSTERN_CI === '1' && total.skipped > 0) ? 1 : 0;

async function everything() {
  if (!(await step('install', install()))) return;
  if (!(await step('build', build()))) return;
  await step('check', node(['scripts/check.mjs', '--built']));
  const { code } = await tool('vitest', ['run', ...process.argv.slice(2)], {
    env: { POSTERN_TEST_RESULT: resultFile },
  });
  count(code);
}

async function step(name, running) {
  const { code } = await running;
  if (code === 0) return true;
  total.failed += 1;
  console.error(`\n${name} FAILED (exit code ${code})\n`);
  return false;
}

function count(code) {
  let result;
  try {
    result = JSON.parse(readFileSync(resultFile, 'utf8'));
  } catch {
    result = { passed: 0, failed: 1, skipped: 0, skippedNames: [], failedNames: ['the test run left no result'] };
  }
  total.passed += result.passed;
  total.failed += result.failed;
  total.skipped += result.skipped;
  if (code !== 0 && result.failed === 0) {
    total.failed += 1;
    result.failedNames.push(`vitest ended with exit code ${code}`);
  }
  list('FAILED', result.failedNames);
  list(
    process.env.POSTERN_CI === '1' ? 'SKIPPED, which fails the run under POSTERN_CI=1' : 'SKIPPED',
    result.skippedNames,
  );
}

function list(title, names) {
  if (names.length === 0) return;
  console.log(`\n${title} (${names.length}):`);
  for (const name of names) console.log(`  - ${name}`);
  console.log('');
}
