/**
 * One run of the real line in a world of its own: a clock that stands, providers that fail, a store that is late, clients that leave; all of it follows from
 * a seed. `play` says what was not as it has to be.
 */
import { createGateway } from '@postern/core';
import { replay } from '@postern/simulate';
import { othersTurn, SteppedClock } from './clock.mjs';
import { eventsIn, FORMATS } from './formats.mjs';
import { drawing } from './random.mjs';
import { storeOf } from './store.mjs';
import { upstreamOf } from './upstream.mjs';

const NAMES = ['a', 'b', 'c'];
/** Steps of the clock: more than any run needs. */
const MOST_STEPS = 20_000;

/** @param {number} seed */
export async function play(seed) {
  const draws = drawing(seed);
  const clock = new SteppedClock();
  const formats = Object.fromEntries(NAMES.map((name) => [name, draws.pick(Object.keys(FORMATS))]));
  const upstream = upstreamOf(draws, clock, (origin) => formats[origin.slice('https://'.length, -'.test'.length)]);
  const { own, state, store } = storeOf(draws, clock);
  const routing = routingOf(draws);
  const gateway = gatewayOf({ ...routing, clock, draws, formats, store, upstream });
  const seen = watch(gateway);
  const problems = [];
  const must = (holds, text) => {
    if (!holds) problems.push(text);
  };

  // At any moment of a minute, or all at once.
  const over = draws.pick([60_000, 60_000, 1_000]);
  const clients = Array.from({ length: draws.pick([1, 2, 3, 4, 5, 20]) }, () =>
    client(gateway, clock, draws, seen, over),
  );
  await until(clock, Promise.all(clients), must);
  state.well = true;
  must(await within(clock, () => gateway.stats().open === 0), 'a request is open that nobody waits for');
  await until(clock, gateway.flush(60_000), must);
  // What is read behind the end of an answer, so that its connection can serve another call.
  must(await within(clock, () => clock.pending === 0), 'a timer runs for ever');
  const now = { now: clock.now(), deadline: clock.now() + 1_000 };
  must((await own.limits.open(undefined, now)).items.length === 0, 'a reservation is open behind its request');
  const rows = await ledgerOf(own, now);
  // No rest is longer.
  await until(clock, clock.sleep(120_000), must);
  const body = { model: 'm', messages: [{ role: 'user', content: 'x' }] };
  const asked = await gateway.explain(body, { caller: { id: 'c' } }).catch((error) => must(false, error.message));
  const idle = ({ condition: { open, probing } }) => open === 0 && !probing;
  must(asked?.candidates.every(idle), 'a deployment counts a call that is over');
  await until(clock, gateway.close(), must);

  judgeRequests({ cap: routing.maxAttempts, must, rows, seen });
  judgeDecisions({ must, routing, seen });
  for (const one of await Promise.all(clients)) judgeAnswer(one, upstream.calls, seen, must);
  must(upstream.calls.length === seen.attempts, `${upstream.calls.length} calls for ${seen.attempts} attempts`);
  const open = upstream.calls.filter(({ over }) => !over).map(({ how, status }) => `${how} ${status ?? ''}`);
  must(open.length === 0, `calls of a provider are still open: ${open}`);
  must(clock.pending === 0, `${clock.pending} timers are left`);
  return { problems, told: seen.told.join('\n'), calls: upstream.calls.length, requests: clients.length };
}

const STRATEGIES = [
  'weighted',
  'round-robin',
  'least-busy',
  'fastest',
  'cheapest',
  'headroom',
  'priority',
  { name: 'sticky', by: 'caller' },
  { name: 'sticky', by: 'session', otherwise: 'least-busy' },
  { name: 'weighted', by: 'rpm' },
];

const CONCURRENCY = [{ max: 1 }, { max: 2, queue: 1, wait: '2s' }, { adaptive: true }];

function routingOf({ between, chance, pick }) {
  const deployment = (_, index) => ({
    model: `${pick(NAMES)}/x`,
    weight: between(1, 5),
    order: chance(0.2) ? 1 : 0,
    rpm: between(1, 50),
    // Somebody is there for requests without tags.
    ...(index > 0 && chance(0.2) ? { tags: ['paid'] } : {}),
    ...(chance(0.5) ? { region: pick(['eu', 'us']) } : {}),
    ...(chance(0.2) ? { apiKeys: ['k', 'l'] } : {}),
    ...(chance(0.3) ? { capabilities: { prefill: true } } : {}),
    ...(chance(0.3) ? { concurrency: pick(CONCURRENCY) } : {}),
  });
  const alias = (more) => hedged(bare(more));
  const hedged = (one) =>
    one.retries > 0 && one.deployments.length > 1 && chance(0.4)
      ? { ...one, hedge: pick([true, { after: '800ms', extra: 0.5 }]) }
      : one;
  const bare = (more) => ({
    deployments: Array.from({ length: between(1, 4) }, deployment),
    strategy: pick(STRATEGIES),
    retries: between(0, 3),
    ...(chance(0.3) ? { continuation: pick([true, { instruct: true }]) } : {}),
    ...more,
  });
  const fallbacks = pick([[], ['n'], { timeout: ['o'], any: ['n'] }, { contentPolicy: ['o'] }]);
  const split = chance(0.3) ? { to: [{ model: 'o', percent: 30 }], by: pick(['caller', 'request']) } : undefined;
  const release = chance(0.2)
    ? { to: 'o', from: 10, until: 100, over: '1m', rollback: { errors: 0.05, latency: 1.5 } }
    : split;
  const m = alias({ fallbacks, ...(release === undefined ? {} : { split: release }) });
  return {
    maxAttempts: between(1, 6),
    models: { m, n: alias({ fallbacks: chance(0.3) ? ['o'] : [] }), o: alias({}) },
    prices: Object.fromEntries(
      NAMES.map((name) => [`${name}/x`, { perMillionTokens: { input: '1', output: `${between(1, 9)}` } }]),
    ),
  };
}

function gatewayOf({ clock, draws, formats, maxAttempts, models, prices, store, upstream }) {
  let ids = 0;
  return createGateway({
    access: 'open',
    providers: Object.fromEntries(
      NAMES.map((name) => [
        name,
        {
          format: formats[name],
          baseUrl: `https://${name}.test/v1`,
          apiKey: 'k',
          fidelity: draws.pick(['exact', 'compatible']),
        },
      ]),
    ),
    models,
    maxAttempts,
    prices,
    timeouts: { firstToken: '5s', idle: '3s', total: '60s' },
    ...(draws.chance(0.5)
      ? {
          limits: [
            { scope: 'model', counts: 'tokens', max: 1_000_000, per: 'day' },
            { scope: 'deployment', counts: 'requests', max: 1_000, per: 'day' },
          ],
        }
      : {}),
    storage: { onFailure: draws.pick(['open', 'closed']) },
    store,
    log: { warn() {}, error() {} },
    platform: {
      clock,
      dispatcher: upstream.dispatcher,
      random: draws.random,
      randomId: (bytes) => String(++ids).padStart(2 * bytes, '0'),
      environment: {},
    },
  });
}

/** What the gateway says of itself. */
function watch(gateway) {
  const seen = {
    attempts: 0,
    decisions: [],
    requests: new Map(),
    replied: new Set(),
    late: [],
    continued: [],
    told: [],
  };
  const of = (id) => {
    const known = seen.requests.get(id) ?? { ends: [], attempts: 0 };
    seen.requests.set(id, known);
    return known;
  };
  gateway.events.on('request-start', ({ id }) => of(id));
  gateway.events.on('attempt-start', ({ deployment, id, reason }) => {
    seen.attempts++;
    if (reason.includes('continues ')) seen.continued.push(id);
    of(id).attempts++;
    if (seen.replied.has(id) && !reason.includes('continues ')) seen.late.push(`${id} (${reason})`);
    seen.told.push(`${id} asks ${deployment}: ${reason}`);
  });
  gateway.events.on('attempt-end', ({ id, record: { outcome, faultKind } }) =>
    seen.told.push(`${id} ${outcome} ${faultKind ?? ''}`),
  );
  gateway.events.on('request-end', (event) => {
    of(event.id).ends.push(event);
    seen.told.push(`${event.id} ends ${event.outcome} ${event.status} ${event.error?.code ?? ''}`);
  });
  gateway.events.on('decision', (record) => seen.decisions.push(JSON.parse(JSON.stringify(record))));
  return seen;
}

/** A client that asks at some moment, reads as fast as it likes, and may leave. */
async function client(gateway, clock, { between, chance, pick }, seen, over) {
  const format = pick(Object.keys(FORMATS));
  const stream = chance(0.6);
  const leaves = chance(0.2) ? between(0, 8_000) : undefined;
  const slow = chance(0.3) ? between(1, 1_000) : 0;
  await clock.sleep(between(0, over));
  const controller = new AbortController();
  const stay = leaves === undefined ? () => {} : clock.timer(leaves, () => controller.abort(new Error('left')));
  const body = {
    model: pick(['m', 'm', 'm', 'n', 'o']),
    stream,
    max_tokens: 100,
    messages: [{ role: 'user', content: 'hello' }],
    ...(chance(0.2) ? pick([{ fallbacks: ['n', 'o'] }, { fallbacks: ['o'] }, { disable_fallbacks: true }]) : {}),
  };
  const tags = chance(0.3) ? ['paid'] : [];
  const answer = await gateway.call(format, body, {
    caller: { id: pick(['c', 'd', 'e']), tags, ...(chance(0.2) ? { regions: [pick(['eu', 'us'])] } : {}) },
    signal: controller.signal,
  });
  const id = answer.headers['x-postern-request-id'];
  seen.replied.add(id);
  let text = '';
  let broken = false;
  if (answer.stream !== undefined) {
    try {
      const decoder = new TextDecoder();
      for await (const piece of answer.stream) {
        text += typeof piece === 'string' ? piece : decoder.decode(piece, { stream: true });
        if (slow > 0) await clock.sleep(slow);
      }
    } catch {
      broken = true;
    }
  }
  stay();
  return { answer, broken, format, id, left: controller.signal.aborted, stream, text };
}

/** Lets the world go on until this is over. */
async function until(clock, over, must) {
  let done = false;
  const noted = over.finally(() => {
    done = true;
  });
  noted.catch(() => {});
  for (let step = 0; ; step++) {
    await othersTurn();
    if (done) return noted;
    if (step < MOST_STEPS && clock.step()) continue;
    must(false, `it hangs after ${step} steps`);
    throw new Error(`It hangs after ${step} steps.`);
  }
}

async function within(clock, holds) {
  for (let step = 0; step < MOST_STEPS; step++) {
    await othersTurn();
    if (holds()) return true;
    if (!clock.step()) return holds();
  }
  return false;
}

async function ledgerOf({ ledger }, call) {
  const rows = [];
  let cursor;
  do {
    const page = await ledger.list({}, cursor, call);
    rows.push(...page.items);
    cursor = page.next;
  } while (cursor !== undefined);
  return rows;
}

function judgeRequests({ cap, must, rows, seen }) {
  const written = new Map();
  for (const { attempt, request } of rows) written.set(request, (written.get(request) ?? new Set()).add(attempt));
  for (const [id, { attempts, ends }] of seen.requests) {
    must(ends.length === 1, `${id} ended ${ends.length} times`);
    must(
      ends.every(({ error }) => error?.code !== 'internal'),
      `${id} met a fault of the gateway's own`,
    );
    must(attempts <= cap, `${id} made ${attempts} calls, and ${cap} are allowed`);
    must(
      ends[0]?.attempts.length === attempts,
      `${id} began ${attempts} attempts and closed ${ends[0]?.attempts.length}`,
    );
    must(
      (written.get(id)?.size ?? 0) === attempts,
      `${id} has ${written.get(id)?.size ?? 0} rows for ${attempts} attempts`,
    );
  }
  must(seen.late.length === 0, `another attempt after the answer had begun: ${seen.late}`);
}

/** No plan is empty while somebody could be asked, and each is made again from its record. */
function judgeDecisions({ must, routing, seen }) {
  for (const { conditions, fields, id, plan, question, refused } of seen.decisions) {
    const of = (row, field) => row[fields.indexOf(field)] ?? 0;
    const isUsable = (row) => !of(row, 'tripped') || (question.now >= of(row, 'restsUntil') && !of(row, 'probing'));
    const usable = Object.entries(conditions).filter(
      ([place, row]) => isUsable(row) && isFor(routing, place, question),
    );
    must(plan.length > 0 || usable.length === 0, `${id} has no plan, and ${usable.length} deployments could be asked`);
    must((plan.length === 0) === (refused !== undefined), `${id} has no plan and no reason`);
    const names = plan.length > 0 ? [] : (question.fallbacks ?? standIns(routing, question.model, conditions, of));
    const unseen = names.filter((name) => !Object.keys(conditions).some((place) => place.startsWith(`${name}#`)));
    must(unseen.length === 0, `${id} has no plan, and nobody looked at ${unseen}`);
  }
  const providers = Object.fromEntries(
    NAMES.map((name) => [name, { format: 'openai-chat', baseUrl: 'https://x.test' }]),
  );
  const again = replay(seen.decisions, { ...routing, providers });
  must(again.same === seen.decisions.length, `decided otherwise again: ${JSON.stringify(again.different[0])}`);
}

/** Aliases that stand for one whose deployments all rest: its fallbacks for whatever happens, and those for what they rest after. */
function standIns({ models }, name, conditions, of) {
  const { fallbacks } = models[name];
  const { any = [], timeout = [] } = Array.isArray(fallbacks) ? { any: fallbacks } : (fallbacks ?? {});
  const late = Object.entries(conditions).some(
    ([place, row]) => place.startsWith(`${name}#`) && of(row, 'tripped') && of(row, 'fault') === 'timeout',
  );
  return late ? [...any, ...timeout] : any;
}

/**
 * Deployments with a tag are for requests with it, the others for those without; a tag that no deployment of an alias carries is none there. Callers with
 * regions are served in those.
 */
function isFor({ models }, place, { regions, tags }) {
  const [alias, index] = place.split(/[#.]/);
  const { deployments } = models[alias];
  if (regions?.includes(deployments[index].region) === false) return false;
  const asked = tags.length > 0 && deployments.some((one) => one.tags !== undefined);
  return asked === (deployments[index].tags !== undefined);
}

/** Is a text made of the beginnings of answers, at most so many, and of one that ends it as `last` says? */
function isMade(said, texts, parts, last) {
  if (texts.some((words) => last(words, said))) return true;
  if (parts === 1) return false;
  return texts.some((words) =>
    words.some((_, index) => {
      const before = words.slice(0, index + 1).join('');
      return said.startsWith(before) && isMade(said.slice(before.length), texts, parts - 1, last);
    }),
  );
}

function judgeAnswer({ answer, broken, format, id, left, stream, text }, calls, { continued, requests }, must) {
  const [end] = requests.get(id)?.ends ?? [];
  const texts = calls.map(({ words }) => words);
  const parts = 1 + continued.filter((one) => one === id).length;
  const whole = (said) => isMade(said, texts, parts, (words, rest) => words.join('') === rest);
  const begun = (said) => said === '' || isMade(said, texts, parts, (words, rest) => words.join('').startsWith(rest));
  if (answer.stream === undefined) {
    const said = FORMATS[format].textOf(answer.body);
    if (answer.status === 200) must(whole(said), `${id} was given an answer that nobody made: ${said}`);
    must(
      (answer.status === 200) === (end?.outcome === 'ok'),
      `${id} was told ${answer.status} and ended ${end?.outcome}`,
    );
    return;
  }
  if (broken || (left && end?.outcome === 'cancelled')) return;
  must(stream, `${id} was given a stream that it did not ask for`);
  const { ends, errors, text: said } = FORMATS[format].read(eventsIn(text));
  must(begun(said), `${id} was given text of two answers, or of none: ${said}`);
  must(ends + errors === 1, `${id} saw ${ends} ends and ${errors} errors`);
  must((ends === 1) === (end?.outcome === 'ok'), `${id} saw ${ends} ends and is told to be ${end?.outcome}`);
  if (ends === 1) must(whole(said), `${id} was given a part of an answer as a whole one: ${said}`);
}
