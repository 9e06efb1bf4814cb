/** Starts a gateway in a process of its own, and ends it in the ways that processes end. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { Pool } from 'undici';

const program = fileURLToPath(new URL('gateway.mjs', import.meta.url));

/** @param setting `{ store, upstream, limits }` and further `config`, all of it plain data */
export async function startGateway(setting) {
  const child = spawn(process.execPath, [program, JSON.stringify(setting)], { stdio: ['ignore', 'pipe', 'inherit'] });
  const gone = once(child, 'exit');
  const port = await Promise.race([
    once(child.stdout, 'data').then(([text]) => Number(text)),
    gone.then(([code, signal]) => Promise.reject(new Error(`The gateway ended with ${code ?? signal} at its start.`))),
  ]);
  const pool = new Pool(`http://127.0.0.1:${port}`, { connections: 1_024, headersTimeout: 0, bodyTimeout: 0 });
  async function end(signal) {
    child.kill(signal);
    const [code] = await gone;
    await pool.destroy();
    return code;
  }
  return {
    pool,
    kill: () => end('SIGKILL'),
    /** Its exit code, once it has ended by itself. */
    terminate: () => end('SIGTERM'),
  };
}
