/** Installs peers by the ordinary clients of their registries, once, into node_modules/.cache; nothing of them is in the repository. */
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { run } from '../../scripts/lib.mjs';
import { cache } from '../tools.mjs';

/** Portkey's gateway; with later versions of hono its streams fail. Gives the script to start; rejects when it can't be had. */
export async function installPortkey() {
  const folder = join(cache, 'portkey');
  const script = join(folder, 'node_modules/@portkey-ai/gateway/build/start-server.js');
  if (existsSync(script)) return script;
  mkdirSync(folder, { recursive: true });
  const manifest = {
    private: true,
    dependencies: { '@portkey-ai/gateway': '1.15.2' },
    overrides: { hono: '4.9.7', '@hono/node-server': '1.13.5' },
  };
  writeFileSync(join(folder, 'package.json'), JSON.stringify(manifest));
  await done(
    run('npm', ['install', '--no-audit', '--no-fund', '--loglevel=error'], { cwd: folder, capture: true }),
    'npm install',
  );
  return script;
}

/** LiteLLM's proxy in an environment of its own. Gives the folder of its commands; rejects when it can't be had. */
export async function installLitellm() {
  const folder = join(cache, 'litellm');
  const bin = join(folder, process.platform === 'win32' ? 'Scripts' : 'bin');
  if (existsSync(join(folder, 'installed'))) return bin;
  await done(run('python3', ['-m', 'venv', folder], { capture: true }), 'python3 -m venv');
  await done(run(join(bin, 'pip'), ['install', '--quiet', 'litellm[proxy]'], { capture: true }), 'pip install');
  writeFileSync(join(folder, 'installed'), '');
  return bin;
}

async function done(running, what) {
  const { code, output } = await running;
  if (code !== 0) throw new Error(`${what} failed: ${output.trim().split('\n').at(-1)}`);
}
