/** Real servers for the proofs: those of the tests, which are TypeScript, and Node 20 runs none. */
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { rolldown } from 'rolldown';
import { root } from '../../../scripts/lib.mjs';

async function services(name) {
  const build = await rolldown({ input: join(root, 'test/services', `${name}.ts`), platform: 'node', tsconfig: false });
  const file = join(root, 'node_modules/.cache/proofs', `${name}.mjs`);
  await build.write({ file });
  await build.close();
  return import(pathToFileURL(file).href);
}

const redis = await services('redis');
const postgres = await services('postgres');

/** Without its servers a proof proves nothing. */
export function mustHaveServers() {
  if (!redis.hasRedis)
    throw new Error('There is neither redis-server nor valkey-server here (apt-get install redis-server).');
  if (postgres.postgresFolder === undefined)
    throw new Error('There is no PostgreSQL here (apt-get install postgresql).');
}

/** What is acknowledged is on disk, as far as each server can say so. */
const DURABLE = ['--appendonly', 'yes', '--appendfsync', 'always'];

export const startRedis = (durable = false) => redis.startRedis(durable ? DURABLE : []);
export const startPostgres = (durable = false) => postgres.startPostgres(durable);
