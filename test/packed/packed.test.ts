import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));

test('the packed packages install with npm, load by import and require, and answer a request', {
  timeout: 300_000,
}, async () => {
  const { code, output } = await new Promise<{ code: unknown; output: string }>((resolve) => {
    execFile(
      process.execPath,
      ['scripts/test-packed.mjs'],
      { cwd: root, maxBuffer: 1 << 24 },
      (error, stdout, stderr) => {
        resolve({ code: error?.code ?? 0, output: stdout + stderr });
      },
    );
  });
  expect(code, output).toBe(0);
});
