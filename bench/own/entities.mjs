/**
 * Does it matter how many keys a store holds? Fills a store with 1,000 and with 1,000,000 key documents by SQL of its own, and prints the p95 of `get` and of a page of
 * `list` for both, and their ratio. `node bench/own/entities.mjs sqlite [folder]`, or `… postgres postgres://user@127.0.0.1:5432/db`, or
 * `… redis redis://127.0.0.1:6379`; PostgreSQL's schemas `bench_small` and `bench_large` are made anew.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const SIZES = [1_000, 1_000_000];
const PAGES = 1_000;
const GETS = 5_000;
const call = () => ({ now: Date.now(), deadline: Date.now() + 60_000 });
const requireOf = (room) => createRequire(new URL(`../../packages/${room}/package.json`, import.meta.url));

/** Ids as keys have them: in no order, and known again by their number. */
const idOf = (number) =>
  Math.imul(number + 1, 2_654_435_761)
    .toString(16)
    .padStart(9, '0')
    .slice(-8) + number.toString(36);
const documentOf = (number) => ({
  hash: Buffer.from(`${idOf(number)}`.repeat(4))
    .toString('base64url')
    .slice(0, 43),
  user: `user-${number % 50_000}`,
  team: `team-${number % 2_000}`,
  models: ['fast', 'smart'],
  createdAt: 1_767_225_600_000 + number,
});

const KINDS = {
  async sqlite(size, folder = tmpdir()) {
    const { sqliteStore } = await import('../../packages/sqlite/dist/index.js');
    const home = mkdtempSync(join(folder, 'postern-entities-'));
    const file = join(home, 'store.db');
    await sqliteStore({ file }).close();
    const Database = requireOf('sqlite')('libsql');
    const database = new Database(file);
    const insert = database.prepare('INSERT INTO entities (kind, id, etag, value) VALUES (?, ?, ?, ?)');
    database.exec('BEGIN');
    for (let number = 0; number < size; number++)
      insert.run('key', idOf(number), number, JSON.stringify(documentOf(number)));
    database.exec('COMMIT');
    database.close();
    const store = sqliteStore({ file });
    return { store, remove: () => rmSync(home, { recursive: true }) };
  },

  async postgres(size, connectionString) {
    const { postgresStore } = await import('../../packages/postgres/dist/index.js');
    const { Client } = requireOf('postgres')('pg');
    const client = new Client(connectionString);
    await client.connect();
    const schema = size === SIZES[0] ? 'bench_small' : 'bench_large';
    await client.query(`DROP SCHEMA IF EXISTS ${schema} CASCADE`);
    const store = await postgresStore({ connectionString, schema });
    for (let from = 0; from < size; from += 10_000) {
      const rows = Array.from({ length: Math.min(10_000, size - from) }, (_, index) => from + index);
      await client.query(
        `INSERT INTO ${schema}.entity (kind, id, value, etag) SELECT 'key', id, value::json, nextval('${schema}.etag') FROM unnest($1::text[], $2::text[]) AS r(id, value)`,
        [rows.map(idOf), rows.map((number) => JSON.stringify(documentOf(number)))],
      );
    }
    await client.query(`VACUUM ANALYZE ${schema}.entity`);
    const remove = async () => {
      await client.query(`DROP SCHEMA ${schema} CASCADE`);
      await client.end();
    };
    return { store, remove };
  },

  async redis(size, url) {
    const { redisStore } = await import('../../packages/redis/dist/index.js');
    const { Redis } = requireOf('redis')('ioredis');
    const redis = new Redis(url);
    const prefix = `bench-${size}`;
    const name = JSON.stringify('key');
    const [documents, ids] = ['documents', 'ids'].map((part) => `{${prefix}:entities}:${part}:${name}`);
    for (let from = 0; from < size; from += 5_000) {
      const pipeline = redis.pipeline();
      for (let number = from; number < Math.min(size, from + 5_000); number++) {
        const id = JSON.stringify(idOf(number));
        pipeline.hset(documents, id, `${number}\n${JSON.stringify(documentOf(number))}`);
        pipeline.zadd(ids, 0, id);
      }
      await pipeline.exec();
    }
    const remove = async () => {
      await redis.unlink(documents, ids);
      await redis.quit();
    };
    return { store: redisStore({ url, prefix }), remove };
  },
};

/** Cursors are opaque to callers; a bench that begins anywhere has to know them. */
const cursorOf = (kind, id) => (kind === 'sqlite' ? Buffer.from(`entities of key:${id}`).toString('base64url') : id);

const p95 = (times) => times.sort((a, b) => a - b)[Math.floor(times.length * 0.95)];

async function timed(count, work) {
  const times = [];
  for (let index = 0; index < count; index++) {
    const begin = performance.now();
    await work(index);
    times.push(performance.now() - begin);
  }
  return p95(times.slice(Math.floor(count / 10)));
}

async function measure(kind, size, where) {
  const begin = performance.now();
  const { store, remove } = await KINDS[kind](size, where);
  const filled = ((performance.now() - begin) / 1_000).toFixed(1);
  let turn = 1;
  const random = () => {
    turn = (turn * 48_271) % 2_147_483_647;
    return turn % size;
  };
  const get = await timed(GETS, async () => {
    const id = idOf(random());
    if ((await store.entities.get('key', id, call()))?.id !== id) throw new Error(`${id} is not there`);
  });
  const list = await timed(PAGES, async () => {
    const page = await store.entities.list('key', cursorOf(kind, idOf(random())), call());
    if (page.items.length > 100) throw new Error('a page is too long');
  });
  await store.close();
  await remove();
  const us = (ms) => `${(ms * 1_000).toFixed(0)} µs`;
  console.log(`${kind}, ${size} keys (filled in ${filled} s): get p95 ${us(get)}, page of 100 p95 ${us(list)}`);
  return { get, list };
}

const [kind = 'sqlite', where] = process.argv.slice(2);
if (KINDS[kind] === undefined) throw new Error(`There is no ${kind}: sqlite, postgres or redis.`);
const [small, large] = [await measure(kind, SIZES[0], where), await measure(kind, SIZES[1], where)];
console.log(
  `${kind}: ratio of p95, get ${(large.get / small.get).toFixed(2)}, list ${(large.list / small.list).toFixed(2)}`,
);
