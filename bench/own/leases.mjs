/**
 * Leases at scale, on a clock of its own: 100 instances, 1,000,000 requests a simulated minute, over one store. Prints what was overspent (0), how much of
 * the budget could be used, calls of the store per 1,000 requests and what admit + settle cost.
 * `node bench/own/leases.mjs [minutes] [redis://…]`: with an address there is one run on that Redis as well, in real time.
 */
import { memoryStore } from '@postern/core';
import { leasedStore } from '@postern/leases';

const minutes = Number(process.argv[2] ?? 1);
const address = process.argv[3];
const MINUTE = 60_000;
const START = Date.UTC(2026, 0, 1);
const INSTANCES = 100;
const PER_MINUTE = 1_000_000;
/** What an answer costs on the average, in nano-dollars; reserved is four times as much. */
const COST = 5_000_000;
const RESERVED = 4;
const LATENCY = 1;

console.log(
  `${INSTANCES} instances, ${PER_MINUTE.toLocaleString('en')} requests a minute, ${minutes} min, a store ${LATENCY} ms away`,
);
await simulate('one budget, ends at two thirds', { budget: Math.floor((PER_MINUTE * minutes * COST * 2) / 3) });
await simulate('one budget, and 600,000 requests a minute', {
  budget: Math.floor((PER_MINUTE * minutes * COST * 2) / 3),
  rpm: 600_000,
});
await simulate('one budget, 1,000 users with one each', {
  budget: Math.floor((PER_MINUTE * minutes * COST * 2) / 3),
  users: 1_000,
});
await simulate('one budget of 10,000 calls', { budget: 10_000 * COST, requests: 400_000 });
await simulate('the same, strict', { budget: 10_000 * COST, requests: 400_000, isStrict: true });
await inOneProcess();
if (address !== undefined) await onRedis(address);

async function simulate(title, setting) {
  const requests = setting.requests ?? PER_MINUTE * minutes;
  const clock = wheel();
  const inner = memoryStore({ counters: 1_000_000 });
  const counted = { calls: 0 };
  const reach = away(inner, clock, counted);
  const stores = Array.from({ length: INSTANCES }, (_, index) =>
    setting.isStrict === true ? reach : leasedStore(reach, { clock, instance: `${index}` }),
  );
  const random = lottery(7);
  const team = [{ id: 'budget', counts: 'nanoUsd', max: setting.budget, window: 0 }];
  if (setting.rpm !== undefined) team.push({ id: 'rpm', counts: 'requests', max: setting.rpm, window: MINUTE });
  const mine = [
    { id: 'month', counts: 'nanoUsd', max: 4_000 * COST * RESERVED * minutes, window: 30 * 24 * 60 * MINUTE },
  ];
  const users = Array.from({ length: setting.users ?? 0 }, (_, index) => ({ scope: `user:${index}`, limits: mine }));
  const shared = { scope: 'team:one', limits: team };
  let [admitted, refused, waited, spent, number] = [0, 0, 0, 0, 0];
  let before = { calls: 0, number: 1 };
  const perWindow = new Map();

  function arrive(instance) {
    const { limits } = stores[instance];
    const now = clock.now();
    const call = { now, deadline: now + 1_000 };
    const id = `r${number++}`;
    const scopes = users.length === 0 ? [shared] : [users[number % users.length], shared];
    const amounts = { requests: 1, nanoUsd: COST * RESERVED };
    const cost = Math.round(COST * (0.5 + random()));
    limits.admit({ id, scopes, amounts, expires: now + 600_000, onExpiry: 'spend' }, call).then((answer) => {
      if (clock.now() > now) waited += 1;
      if (!answer.granted) {
        if (refused === 0) before = { calls: counted.calls, number };
        refused += 1;
        return;
      }
      admitted += 1;
      const window = Math.floor(clock.now() / MINUTE);
      perWindow.set(window, (perWindow.get(window) ?? 0) + 1);
      clock.timer(200 + Math.floor(random() * 1_600), () => {
        spent += cost;
        const then = clock.now();
        void limits.settle(id, { requests: 1, nanoUsd: cost }, { now: then, deadline: then + 1_000 });
      });
    });
  }

  const began = performance.now();
  let due = 0;
  while (number < requests) {
    due += PER_MINUTE / MINUTE;
    while (number < requests && number < due) arrive(Math.floor(random() * INSTANCES));
    await clock.tick();
  }
  // Until what is under way is over and what idles was given back.
  for (let ms = 0; ms < 15_000; ms++) await clock.tick();
  const seconds = (performance.now() - began) / 1_000;
  const { used, reserved } = await look(inner, shared.scope, team[0], clock.now());
  const over = Math.max(0, spent - setting.budget, used + reserved - setting.budget);
  const overRpm =
    setting.rpm === undefined ? 0 : Math.max(0, ...[...perWindow.values()].map((count) => count - setting.rpm));
  const usable =
    setting.rpm === undefined ? spent / setting.budget : (perWindow.get(START / MINUTE) ?? 0) / setting.rpm;
  console.log(
    `${title}: overspend ${over + overRpm}, usable ${(100 * usable).toFixed(2)} % of the ${setting.rpm === undefined ? 'budget' : 'first minute'}, store ${
      used === spent ? 'counts the same' : `counts ${used - spent} more`
    }, reserved still ${reserved}; ${((1_000 * before.calls) / before.number).toFixed(1)} calls of the store per 1,000 requests before the first refusal (of ${before.number}), ${((1_000 * counted.calls) / number).toFixed(1)} over all, ${(
      (100 * waited) / number
    ).toFixed(
      2,
    )} % of requests waited for one; ${admitted} admitted, ${refused} refused; ${((seconds * 1e6) / number).toFixed(1)} µs a request, simulation included`,
  );
}

/** What it costs one instance, without a simulation around it. */
async function inOneProcess() {
  const day = 86_400_000;
  const limits = [
    { id: 'rpm', counts: 'requests', max: 1e9, window: MINUTE },
    { id: 'budget', counts: 'nanoUsd', max: 1e15, window: day },
  ];
  const scopesOf = (number) => [
    { scope: `key:${number % 500}`, limits },
    { scope: `user:${number % 100}`, limits },
    { scope: `team:${number % 10}`, limits },
  ];
  for (const [name, wrap] of [
    ['memory', (store) => store],
    ['memory, leased', (store, clock) => leasedStore(store, { clock })],
  ]) {
    const clock = wheel();
    const store = wrap(memoryStore({ counters: 1_000_000 }), clock);
    const one = async (number) => {
      const call = { now: clock.now(), deadline: clock.now() + 1_000 };
      const id = `${number}`;
      const amounts = { requests: 1, nanoUsd: 9_000_000 };
      await store.limits.admit(
        { id, scopes: scopesOf(number), amounts, expires: call.now + day, onExpiry: 'spend' },
        call,
      );
      await store.limits.settle(id, { requests: 1, nanoUsd: 4_250_000 }, call);
    };
    for (let number = 0; number < 40_000; number++) {
      await one(-1 - number);
      if (number % 20 === 0) await clock.tick();
    }
    const used = process.cpuUsage();
    for (let number = 0; number < 200_000; number++) {
      await one(number);
      if (number % 20 === 0) await clock.tick();
    }
    const { user, system } = process.cpuUsage(used);
    console.log(`admit + settle, ${name}: ${((user + system) / 200_000).toFixed(1)} µs CPU (3 scopes, 6 limits)`);
    await store.close();
  }
}

/** Ten instances of one process, in real time. */
async function onRedis(url) {
  const { redisStore } = await import('@postern/redis');
  for (const isLeased of [false, true]) {
    const counted = { calls: 0 };
    const inner = redisStore({ url, prefix: `bench-${process.pid}-${isLeased}` });
    const reach = countedStore(inner, counted);
    const stores = Array.from({ length: 10 }, () => (isLeased ? leasedStore(reach) : reach));
    const limits = [{ id: 'budget', counts: 'nanoUsd', max: 40_000 * COST, window: 0 }];
    const scopes = [{ scope: 'team:one', limits }];
    let [spent, number, refused] = [0, 0, 0];
    const latencies = [];
    const used = process.cpuUsage();
    const began = performance.now();
    await Promise.all(
      Array.from({ length: 200 }, async (_, worker) => {
        const store = stores[worker % stores.length];
        while (number < 60_000) {
          const id = `r${number++}`;
          const call = { now: Date.now(), deadline: Date.now() + 10_000 };
          const sent = performance.now();
          const amounts = { nanoUsd: COST * RESERVED };
          const answer = await store.limits.admit(
            { id, scopes, amounts, expires: call.now + 600_000, onExpiry: 'spend' },
            call,
          );
          latencies.push(performance.now() - sent);
          await new Promise((resolve) => setTimeout(resolve, 5));
          if (!answer.granted) {
            refused += 1;
            continue;
          }
          spent += COST;
          await store.limits.settle(id, { nanoUsd: COST }, { now: Date.now(), deadline: Date.now() + 10_000 });
        }
      }),
    );
    const seconds = (performance.now() - began) / 1_000;
    const { user, system } = process.cpuUsage(used);
    for (const store of stores) if (isLeased) await store.flush();
    const state = await look(inner, 'team:one', limits[0], Date.now());
    latencies.sort((a, b) => a - b);
    const at = (share) => latencies[Math.floor(latencies.length * share)].toFixed(2);
    console.log(
      `redis, ${isLeased ? 'leased' : 'strict'}: overspend ${Math.max(0, spent - limits[0].max, state.used + state.reserved - limits[0].max)}, usable ${((100 * spent) / limits[0].max).toFixed(2)} %, ` +
        `${((1_000 * counted.calls) / number).toFixed(1)} calls per 1,000 requests, admit p50 ${at(0.5)} ms, p99 ${at(0.99)} ms, ${Math.round(number / seconds)} requests/s, ` +
        `${((user + system) / number).toFixed(0)} µs CPU a request; ${refused} refused`,
    );
    await inner.close();
  }
}

async function look(store, scope, limit, now) {
  const call = { now, deadline: now + 1_000 };
  const answer = await store.limits.admit(
    { id: 'look', scopes: [{ scope, limits: [limit] }], amounts: {}, expires: now + 1, onExpiry: 'release' },
    call,
  );
  await store.limits.settle('look', {}, call);
  return answer.scopes[0];
}

function countedStore(store, counted) {
  const { limits } = store;
  const count = (work) => {
    counted.calls += 1;
    return work;
  };
  return {
    ...store,
    flush: async () => {},
    limits: {
      admit: (...given) => count(limits.admit(...given)),
      extend: (...given) => count(limits.extend(...given)),
      settle: (...given) => count(limits.settle(...given)),
      open: (...given) => limits.open(...given),
    },
  };
}

/** The store over a network: half the latency there, half back. */
function away(store, clock, counted) {
  const { limits } = store;
  const far = async (work) => {
    counted.calls += 1;
    await clock.sleep(LATENCY);
    return work();
  };
  return {
    ...store,
    flush: async () => {},
    limits: {
      admit: (reservation, call) => far(() => limits.admit(reservation, { ...call, now: clock.now() })),
      extend: (id, by, expires, call) => far(() => limits.extend(id, by, expires, { ...call, now: clock.now() })),
      settle: (id, used, call) => far(() => limits.settle(id, used, { ...call, now: clock.now() })),
      open: (cursor, call) => limits.open(cursor, call),
    },
  };
}

/** A clock that goes on by one millisecond at each tick. */
function wheel() {
  const due = new Map();
  let now = START;
  const timer = (ms, run) => {
    const at = now + Math.max(1, Math.round(ms));
    const entry = { run };
    const list = due.get(at);
    if (list === undefined) due.set(at, [entry]);
    else list.push(entry);
    return () => {
      entry.run = undefined;
    };
  };
  return {
    now: () => now,
    timer,
    sleep: (ms) => new Promise((resolve) => timer(ms, resolve)),
    async tick() {
      // What is under way goes on as far as it can before the time does.
      await new Promise(setImmediate);
      now += 1;
      const list = due.get(now);
      due.delete(now);
      if (list !== undefined) for (const { run } of list) run?.();
    },
  };
}

/** Numbers from 0 to 1 that are the same each time: https://en.wikipedia.org/wiki/Linear_congruential_generator (Numerical Recipes). */
function lottery(seed) {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}
