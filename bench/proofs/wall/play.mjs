/** Plays a scenario on a mount, and tells all that was seen: `judge.mjs` says what it comes to. */
import { questionOf } from './ask.mjs';
import { open } from './client.mjs';
import { knownAnswer } from './known.mjs';
import { stageOf } from './stage.mjs';

/** Longest time in ms that anything of a scenario may take. */
const PATIENCE = 60_000;

/**
 * `{ phases, ended, rows, open, known }`. A phase has its `requests`, each with what its client got and with the calls that came upstream meanwhile.
 */
export async function play(scenario, mount, short = true) {
  const stage = await stageOf(scenario, mount, short);
  try {
    const phases = [];
    for (const phase of scenario.phases ?? [scenario]) phases.push(await playPhase(scenario, phase, stage));
    const open = await atRest(stage);
    return {
      phases,
      ended: stage.ended,
      rows: await ledgerOf(stage.store),
      open,
      known: await knownAnswer(scenario),
      address: stage.sim.url.slice('http://'.length),
    };
  } finally {
    await stage.close();
  }
}

async function playPhase(scenario, { declared, heals = false, passes = 0, requests = 1 }, stage) {
  stage.clock.pass(passes);
  if (heals) stage.heal();
  const seen = [];
  for (let request = 0; request < requests; request++) seen.push(await playRequest(scenario, stage));
  return { declared, requests: seen };
}

async function playRequest({ ask, leaves }, stage) {
  const { host, labelOf, sim } = stage;
  const before = sim.calls.length;
  const client = open(host.url, questionOf({ client: 'openai-chat', model: 'm', ...ask }));
  const left = leaves === undefined ? undefined : await leave(leaves, client, sim, before);
  const answer = await within(client.answer, 'the answer');
  const calls = sim.calls.slice(before);
  // A client is answered before the provider has heard that its stream was taken to the end.
  await within(Promise.all(calls.map(({ ended }) => ended)), 'the end of the calls');
  return { answer, left, calls: calls.map((call) => ({ ...call, label: labelOf(call) })) };
}

/** When the client leaves: `begun` behind its first bytes, `asked` when the provider has the call. Milliseconds until the provider knew, and ticks of 5 ms that this loop had. */
async function leave(when, client, sim, before) {
  const call = await within(sim.arrived(before + 1), 'a call');
  if (when === 'begun') await within(client.begun, 'the first bytes');
  const early = when !== 'begun' || call.end === undefined;
  await new Promise((resolve) => setTimeout(resolve, 5));
  const at = performance.now();
  let ticks = 0;
  const ticking = setInterval(() => {
    ticks += 1;
  }, 5);
  client.leave();
  await within(call.ended, 'the end of the call').finally(() => clearInterval(ticking));
  return { early, ms: call.endedAt - at, ticks };
}

/** What is still open when everything should be over. */
async function atRest({ host, sim, store }) {
  const { gateway } = host;
  const until = performance.now() + 5_000;
  const now = () => ({ now: Date.now(), deadline: Date.now() + 1_000 });
  for (;;) {
    await gateway.flush(1_000);
    const reserved = (await store.limits.open(undefined, now())).items.length;
    const left = { requests: gateway.stats().open, calls: sim.openCalls(), reserved };
    if (Object.values(left).every((count) => count === 0) || performance.now() > until) return left;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

async function ledgerOf({ ledger }) {
  const rows = [];
  let cursor;
  do {
    const page = await ledger.list({}, cursor, { now: Date.now(), deadline: Date.now() + 1_000 });
    rows.push(...page.items);
    cursor = page.next;
  } while (cursor !== undefined);
  return rows;
}

function within(promise, what) {
  let timer;
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`${what} did not come within ${PATIENCE / 1_000} s`)), PATIENCE);
  });
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}
