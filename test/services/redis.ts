import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from './free-port.ts';

/** A Redis or Valkey server of this test's own, on a port of the loopback, with nothing written to disk. */
export interface RedisServer {
  readonly url: string;
  readonly port: number;
  /** Halts it as if the machine hung, and lets it go on. */
  signal(signal: 'SIGSTOP' | 'SIGCONT'): void;
  stop(): Promise<void>;
}

/** The command that is found on this machine, if any. */
const redisCommand: string | undefined = ['redis-server', 'valkey-server'].find(isThere);

/** Where there is no server the tests are skipped, and say so; in CI that is a failure. */
export const hasRedis = redisCommand !== undefined;
if (!hasRedis) {
  if (process.env['POSTERN_CI'] !== undefined) throw new Error('There is neither redis-server nor valkey-server here.');
  console.warn('SKIPPED: neither redis-server nor valkey-server is on this machine (apt-get install redis-server)');
}

/** Starts a server and waits until it answers. */
export async function startRedis(settings: readonly string[] = [], given?: number): Promise<RedisServer> {
  const port = given ?? (await freePort());
  const folder = mkdtempSync(join(tmpdir(), 'postern-redis-'));
  chmodSync(folder, 0o777);
  const fixed = ['--port', `${port}`, '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no', '--dir', folder];
  const child = spawn(redisCommand ?? 'redis-server', [...fixed, ...settings], { stdio: 'ignore', ...unprivileged() });
  await answering(port, child);
  return {
    url: `redis://127.0.0.1:${port}`,
    port,
    signal: (signal) => child.kill(signal),
    async stop() {
      if (child.exitCode === null && child.signalCode === null) {
        const gone = once(child, 'exit');
        child.kill('SIGCONT');
        child.kill('SIGKILL');
        await gone;
      }
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Three nodes without replicas, which share the slots. */
export async function startRedisCluster(): Promise<{
  readonly servers: readonly RedisServer[];
  stop(): Promise<void>;
}> {
  const servers: RedisServer[] = [];
  const stop = async () => {
    for (const server of servers) await server.stop();
  };
  try {
    for (let index = 0; index < 3; index++) {
      const bus = await freePort();
      const settings = ['--cluster-enabled', 'yes', '--cluster-port', `${bus}`, '--cluster-node-timeout', '5000'];
      servers.push(await startRedis(settings));
    }
    const addresses = servers.map(({ port }) => `127.0.0.1:${port}`);
    const create = ['--cluster', 'create', ...addresses, '--cluster-replicas', '0', '--cluster-yes'];
    execFileSync((redisCommand ?? '').replace('-server', '-cli'), create, { stdio: 'pipe', timeout: 60_000 });
    return { servers, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

function isThere(command: string): boolean {
  try {
    execFileSync(command, ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

/** No server of a test runs as root. */
function unprivileged(): { readonly uid?: number; readonly gid?: number } {
  return process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : {};
}

/** Asks until it answers, or ends. */
async function answering(port: number, child: ChildProcess): Promise<void> {
  while (child.exitCode === null && child.signalCode === null) {
    if (await answers(port)) return;
  }
  throw new Error(`The Redis server ended with ${child.exitCode ?? child.signalCode} before it answered.`);
}

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.setTimeout(1_000, () => socket.destroy());
    socket.on('connect', () => socket.write('PING\r\n'));
    socket.on('data', (bytes) => {
      socket.end();
      resolve(bytes.toString().startsWith('+PONG'));
    });
    socket.on('error', () => resolve(false));
    socket.on('close', () => resolve(false));
  });
}
