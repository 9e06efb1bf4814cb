import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));
const wanted = process.env.POSTERN_CI === '1' || process.env.POSTERN_MATRIX === '1';

/** The built packages on the other Node versions. Each is downloaded, so this waits to be asked: POSTERN_MATRIX=1, or POSTERN_CI=1. */
describe.skipIf(!wanted)('the built packages', () => {
  test.each(['22', '24', '26'])('load and answer a request on Node %s', { timeout: 300_000 }, async (version) => {
    const { code, output } = await new Promise<{ code: unknown; output: string }>((resolve) => {
      const args = ['scripts/node-matrix.mjs', version];
      execFile(process.execPath, args, { cwd: root, maxBuffer: 1 << 24 }, (error, stdout, stderr) => {
        resolve({ code: error?.code ?? 0, output: stdout + stderr });
      });
    });
    expect(code, output).toBe(0);
  });
});
