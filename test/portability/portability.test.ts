import { execFile } from 'node:child_process';
import { cp, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** Core's neutral project must compile without Node's types: that is what lets it run on Deno, Bun and Workers. */
describe('the neutral project of core', () => {
  let folder: string;
  let copy: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'postern-portability-'));
    copy = join(folder, 'packages/core');
    await cp(join(root, 'tsconfig.base.json'), join(folder, 'tsconfig.base.json'));
    for (const name of ['src', 'tsconfig.json', 'package.json']) {
      await cp(join(root, 'packages/core', name), join(copy, name), { recursive: true });
    }
    await symlink(join(root, 'packages/models'), join(folder, 'packages/models'), 'junction');
    await symlink(join(root, 'packages/core/node_modules'), join(copy, 'node_modules'), 'junction');
  });

  afterAll(() => rm(folder, { recursive: true, force: true }));

  test('refuses a planted import of node:fs, and nothing else', { timeout: 120_000 }, async () => {
    await writeFile(
      join(copy, 'src/planted.ts'),
      "import { readFileSync } from 'node:fs';\nexport const planted = readFileSync;\n",
    );
    const errors = await compile();
    expect(errors).toEqual([expect.stringMatching(/planted\.ts\(1,\d+\): error TS2307: Cannot find module 'node:fs'/)]);
  });

  test('leaves out node/ and the tests, and takes in the rest', async () => {
    const { exclude, include } = JSON.parse(
      (await readFile(join(copy, 'tsconfig.json'), 'utf8')).replace(/^\s*\/\/.*$/gm, ''),
    );
    expect({ include, exclude }).toEqual({
      include: ['src/**/*.ts'],
      exclude: ['src/node/**', '**/*.test.ts', '**/*.type-test.ts'],
    });
  });

  function compile() {
    const tsc = join(root, 'node_modules/typescript/bin/tsc');
    const args = [tsc, '-p', copy, '--noEmit', '--composite', 'false', '--incremental', 'false', '--pretty', 'false'];
    return new Promise<string[]>((resolve) => {
      execFile(process.execPath, args, { cwd: copy, maxBuffer: 1 << 24 }, (_error, stdout) => {
        resolve(stdout.split('\n').filter((line) => line.includes('error TS')));
      });
    });
  }
});
