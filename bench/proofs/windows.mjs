/**
 * Requests and tokens a minute, of the calendar and rolling, under bursts at moments of a clock that is set: no window sees more than the limit, and
 * one that was asked for more sees no less than the limit but for one request.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { createGateway } from '@postern/core';
import { manualClock } from '@postern/core/testing';
import { PROMPT } from './kit/prices.mjs';
import { randomFrom } from './kit/random.mjs';
import { ALL, openStore, storage } from './kit/stores.mjs';

const MINUTE = 60_000;
const RPM = 100;
const TPM = 4_000;
const PATIENCE = 20_000;
/** A rolling window is counted in so many parts, and holds each until its end is as old as the window. */
const SLICE = MINUTE / 60;

const LIMITS = [
  { unit: 'requests', max: RPM, per: 'minute' },
  { unit: 'requests', max: RPM, per: { rolling: '60s' } },
  { unit: 'tokens', max: TPM, per: 'minute' },
  { unit: 'tokens', max: TPM, per: { rolling: '60s' } },
];

export async function windows({ short, seed, say }) {
  const servers = await storage(ALL);
  try {
    for (const kind of ALL) {
      const told = [];
      let exact = true;
      for (const [index, limit] of LIMITS.entries()) {
        const random = randomFrom(seed + index);
        const { holds, text } = await one(servers.fresh(kind, PATIENCE), limit, short ? 3 : 60, random);
        exact &&= holds;
        told.push(text);
      }
      say(exact, `exact windows, ${kind}: ${told.join('; ')}`);
    }
  } finally {
    await servers.close();
  }
}

async function one(address, { unit, max, per }, bursts, random) {
  const store = await openStore(address);
  const clock = manualClock();
  const passed = [];
  const gateway = createGateway({
    access: 'open',
    providers: { up: { format: 'openai-chat', baseUrl: 'https://up.test/v1', apiKey: 'k', fidelity: 'exact' } },
    models: { m: { deployments: ['up/one'], retries: 0 } },
    limits: [{ scope: 'model', counts: unit, max, per }],
    log: { warn() {}, error: console.error },
    platform: { clock, dispatcher: answering(clock, passed) },
    storage: { timeout: PATIENCE },
    store,
  });
  // 38 or 39 tokens of the prompt are reserved for 10; with 2 of the answer a call is 12 tokens, and less than 45 reserved.
  const most = unit === 'requests' ? 1 : 45;
  const amount = unit === 'requests' ? 1 : PROMPT + OUTPUT;
  const demand = unit === 'requests' ? 2 * RPM : Math.ceil((1.2 * TPM) / amount);
  const asked = [];
  for (let burst = 0; burst < bursts; burst++) {
    // What is refused for what others hold is asked again, until a whole round is refused.
    for (;;) {
      const statuses = await Promise.all(Array.from({ length: demand }, () => ask(gateway)));
      if (statuses.some((status) => status !== 200 && status !== 429)) throw new Error(`Answers: ${statuses}`);
      await settled(store, clock);
      if (!statuses.includes(200)) break;
    }
    asked.push(clock.now());
    await clock.advance(Math.floor(random() * 45_000));
  }
  await gateway.close();
  await store.close();
  return judge({ unit, max, amount, most, isRolling: per !== 'minute', passed, asked });
}

/** An answer is there before its settlement is: only then does a refusal say that the limit is full, and the clock may go on. */
async function settled(store, clock) {
  const call = () => ({ now: clock.now(), deadline: clock.now() + PATIENCE });
  while ((await store.limits.open(undefined, call())).items.length > 0) await sleep(2);
}

/** After each burst its window must be full; in no window is more than the limit. */
function judge({ unit, max, amount, most, isRolling, passed, asked }) {
  const within = (from, to) => amount * passed.filter((time) => time >= from && time < to).length;
  const begin = (time) => Math.floor(time / MINUTE) * MINUTE;
  const highest = Math.max(
    ...passed.map((time) => (isRolling ? within(time, time + MINUTE) : within(begin(time), begin(time) + MINUTE))),
  );
  const lowest = Math.min(
    ...asked.map((time) =>
      isRolling
        ? within(Math.floor(time / SLICE) * SLICE - MINUTE, time + 1)
        : within(begin(time), begin(time) + MINUTE),
    ),
  );
  const holds = highest <= max && lowest > max - most - 1;
  return {
    holds,
    text: `${unit} ${isRolling ? 'rolling' : 'calendar'} ${lowest} to ${highest} of ${max} in ${asked.length} bursts${holds ? '' : ' (WRONG)'}`,
  };
}

const OUTPUT = 2;

async function ask(gateway) {
  const body = {
    model: 'm',
    max_tokens: OUTPUT,
    messages: [{ role: 'user', content: 'A prompt of about the length that others have here.' }],
  };
  const request = new Request('https://gateway.test/v1/chat/completions', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  const response = await gateway.fetch(request);
  await response.text();
  return response.status;
}

/** A provider in this process that answers at once, and notes when. */
function answering(clock, passed) {
  const usage = { prompt_tokens: PROMPT, completion_tokens: OUTPUT, total_tokens: PROMPT + OUTPUT };
  const choices = [{ index: 0, message: { role: 'assistant', content: 'yes' }, finish_reason: 'stop' }];
  const body = { id: 'c', object: 'chat.completion', created: 1, model: 'one', choices, usage };
  const bytes = new TextEncoder().encode(JSON.stringify(body));
  return {
    close: () => Promise.resolve(),
    async dispatch() {
      passed.push(clock.now());
      return {
        status: 200,
        header: (name) => (name === 'content-type' ? 'application/json' : undefined),
        body: (async function* () {
          yield bytes;
        })(),
        cancel() {},
      };
    },
  };
}
