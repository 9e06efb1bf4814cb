/** What a store says of a limit that the configuration makes, of this month in UTC. */

/** Used and reserved of `{ scope, counts, max }`, whose unit has the name `unit` in the configuration; undefined where the store refuses to say. */
export async function look(store, { scope, counts, unit, max }) {
  const now = Date.now();
  const date = new Date(now);
  const [start, end] = [0, 1].map((more) => Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + more));
  const limits = [{ id: `${unit}-per-month`, counts, max, start, window: end - start }];
  const call = { now, deadline: now + 20_000 };
  looks += 1;
  const id = `look-${looks}`;
  const scopes = [{ scope, limits }];
  const answer = await store.limits.admit(
    { id, scopes, amounts: {}, expires: now + 60_000, onExpiry: 'release' },
    call,
  );
  await store.limits.settle(id, {}, call);
  return answer.granted ? answer.scopes[0] : undefined;
}
let looks = 0;
