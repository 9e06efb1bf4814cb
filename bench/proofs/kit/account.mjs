/** What the upstream says held against what the store says. */

/** A whole list, page by page. */
export async function* pages(list) {
  let cursor;
  do {
    const page = await list(cursor);
    yield* page.items;
    cursor = page.next;
  } while (cursor !== undefined);
}

const soon = () => ({ now: Date.now(), deadline: Date.now() + 30_000 });

/**
 * `lost`: calls that came upstream and are neither in the ledger nor held by a reservation. `double`: records too many. `held`: those that only a
 * reservation knows. `wrong`: answered calls whose record has another cost. `spent`: nano-dollars of the ledger.
 */
export async function account(store, upstream) {
  const records = new Map();
  let [rows, spent] = [0, 0];
  for await (const record of pages((cursor) => store.ledger.list({}, cursor, soon()))) {
    rows += 1;
    spent += Number(record.cost ?? 0);
    records.set(record.caller, [...(records.get(record.caller) ?? []), record]);
  }
  const open = new Set();
  for await (const { scopes } of pages((cursor) => store.limits.open(cursor, soon())))
    for (const { scope } of scopes) if (scope.startsWith('caller:')) open.add(scope.slice('caller:'.length));
  const result = { rows, spent, lost: 0, double: 0, held: 0, wrong: 0, open: open.size, names: [] };
  for (const [call, { state, cost, times }] of upstream.calls) {
    const found = records.get(call) ?? [];
    if (found.length === 0 && !open.has(call)) {
      result.lost += 1;
      result.names.push(`${call} (${state})`);
    }
    if (found.length === 0 && open.has(call)) result.held += 1;
    result.double += Math.max(0, found.length - times);
    if (state === 'answered' && found.some((record) => record.cost !== String(cost))) result.wrong += 1;
  }
  return result;
}

/** Opens a store, looks, and closes it. */
export async function accountOf(open, upstream) {
  const store = await open();
  try {
    return await account(store, upstream);
  } finally {
    await store.close();
  }
}
