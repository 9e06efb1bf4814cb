/** What the scripts share. No dependencies: `npm start` and `npm test` run this before anything is installed. */
import { spawn } from 'node:child_process';
import { existsSync, readdirSync, rmSync } from 'node:fs';
import { isAbsolute, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('..', import.meta.url));

/** Runs a command from the repository root. Resolves to its exit code; with `capture`, also to what it printed. */
export function run(command, args, { capture = false, env = {}, cwd = root } = {}) {
  return new Promise((resolve) => {
    const windows = process.platform === 'win32';
    const child = spawn(command, args, {
      cwd,
      env: { ...process.env, ...env },
      shell: windows && command !== process.execPath,
      stdio: capture ? ['ignore', 'pipe', 'pipe'] : ['ignore', 'inherit', 'inherit'],
    });
    let output = '';
    child.stdout?.on('data', (chunk) => {
      output += chunk;
    });
    child.stderr?.on('data', (chunk) => {
      output += chunk;
    });
    child.on('error', (error) => resolve({ code: 127, output: `${output}${error.message}\n` }));
    child.on('close', (code, signal) => resolve({ code: code ?? (signal ? 1 : 0), output }));
  });
}

/** Runs an installed tool by the name of its command. */
export function tool(name, args, options) {
  return run(join(root, 'node_modules', '.bin', name), args, options);
}

export function node(args, options) {
  return run(process.execPath, args, options);
}

export function pnpm(args, options) {
  return run('npx', ['-y', 'pnpm@12', ...args], options);
}

/** Installs exactly what the lockfile says. */
export function install() {
  return pnpm(['install', '--frozen-lockfile', '--reporter=append-only']);
}

/** Rolldown's arguments for core, the one package whose JavaScript is not tsc's: its many sources become few files. */
export const bundle = ['--config', 'packages/core/rolldown.config.mjs'];

/** Types and JavaScript of every package, each into its dist. */
export async function build() {
  prune();
  const types = await tool('tsc', ['--build', '--pretty']);
  if (types.code !== 0) return types;
  const { code, output } = await tool('rolldown', bundle, { capture: true });
  if (code !== 0) process.stderr.write(output);
  return { code };
}

/** Ends the process with this step's exit code unless it went well. */
export async function must(step, what) {
  const { code, output } = await step;
  if (code === 0) return;
  if (output) process.stderr.write(output);
  console.error(`${what} failed`);
  process.exit(code);
}

export function has(path) {
  return existsSync(join(root, path));
}

/** Packs one package of the workspace into `folder`, as tightly as gzip can, as it is published; resolves to the tarball's path. */
export async function pack(room, folder) {
  const { code, output } = await pnpm(['pack', '--pack-gzip-level', '9', '--pack-destination', folder, '--json'], {
    capture: true,
    cwd: join(root, 'packages', room),
  });
  if (code !== 0) throw new Error(`pnpm pack of ${room} failed:\n${output}`);
  const { filename } = JSON.parse(output.slice(output.indexOf('{'), output.lastIndexOf('}') + 1));
  return isAbsolute(filename) ? filename : join(folder, filename);
}

/** tsc leaves the output of sources that are gone; what stays in dist would be packed. (Rolldown's files bear names of sources too.) */
function prune() {
  for (const room of readdirSync(join(root, 'packages'))) {
    const dist = join(root, 'packages', room, 'dist');
    if (!existsSync(dist)) continue;
    for (const file of readdirSync(dist, { recursive: true })) {
      const source = join(root, 'packages', room, 'src', file.replace(/(\.d\.ts|\.js)$/, '.ts'));
      if (/(\.d\.ts|\.js)$/.test(file) && !existsSync(source)) rmSync(join(dist, file));
    }
  }
}
