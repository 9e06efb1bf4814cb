import { postgresStore } from '../../packages/postgres/dist/index.js';
import pg from '../../packages/postgres/node_modules/pg/lib/index.js';

const url = 'postgres://postern@127.0.0.1:55777/postgres';
const c = new pg.Client(url);
await c.connect();
const time = async (t, n, f) => {
  const b = performance.now();
  for (let i = 0; i < n; i++) await f(i);
  console.log(t, (((performance.now() - b) / n) * 1000).toFixed(0), 'µs');
};
await time('select 1 prepared', 1000, () => c.query({ name: 's', text: 'select 1' }));
await c.query('create temp table if not exists x(a int)');
await c.query('drop table if exists wal_t; create table wal_t(a int)');
await time('insert sync', 300, () => c.query({ name: 'i', text: 'insert into wal_t values(1)' }));
await c.query('set synchronous_commit=off');
await time('insert async', 1000, () => c.query({ name: 'i', text: 'insert into wal_t values(1)' }));
for (const sc of ['on', 'off']) {
  const store = await postgresStore({
    connectionString: url + `?options=-c%20synchronous_commit%3D${sc}`,
    schema: 'x1',
    pool: { max: 1 },
  });
  const call = () => ({ now: Date.now(), deadline: Date.now() + 10000 });
  const limit = (id, counts, window) => ({ id, counts, max: 10 ** 15, window });
  const rules = [
    limit('rpm', 'requests', 60000),
    limit('tpm', 'tokens', 60000),
    limit('budget', 'nanoUsd', 2592000000),
  ];
  const scopes = [
    { scope: 'key:1', limits: [...rules, limit('at-once', 'concurrency', 0)] },
    { scope: 'user:1', limits: rules },
  ];
  const amounts = { requests: 1, tokens: 1000, nanoUsd: 5000000, concurrency: 1 };
  let a = 0,
    s = 0;
  const n = 400;
  for (let i = -100; i < n; i++) {
    const id = `${sc}${process.pid}-${i}`;
    let b = performance.now();
    await store.limits.admit({ id, scopes, amounts, expires: Date.now() + 600000, onExpiry: 'doubt' }, call());
    if (i >= 0) a += performance.now() - b;
    b = performance.now();
    await store.limits.settle(id, { requests: 1, tokens: 300, nanoUsd: 1000000 }, call());
    if (i >= 0) s += performance.now() - b;
  }
  console.log('sync', sc, 'admit', ((a / n) * 1000).toFixed(0), 'settle', ((s / n) * 1000).toFixed(0));
  const r = await c.query(
    "select funcname, calls, round((total_time/calls*1000)::numeric) us, round((self_time/calls*1000)::numeric) self from pg_stat_user_functions where schemaname='x1' order by total_time desc",
  );
  for (const x of r.rows) console.log(x.funcname, x.calls, x.us, x.self);
  await store.close();
}
await c.end();
