import type { GatewayConfig } from '@postern/core';
import { type ManualClock, manualClock } from '@postern/core/testing';
import type { SimOptions } from '@postern/sim';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readStream, readWhole } from '../kit/answers.ts';
import { CHATS, type ChatTopic, post } from '../kit/chat.ts';
import { wireText } from '../kit/event-stream.ts';
import { eventually } from '../kit/eventually.ts';
import type { ChatFormat } from '../kit/formats.ts';
import { HOST_NAMES } from '../kit/hosts.ts';
import { reading } from '../kit/reading.ts';
import { FORMATS, PROVIDERS, type Stage, stage } from '../kit/stage.ts';
import { TIMED } from './states.ts';

/** An upstream that is silent until it is told to go on. */
interface Silence {
  readonly sleep: NonNullable<SimOptions['sleep']>;
  /** How long the simulated provider wanted to wait, in milliseconds, oldest first. */
  readonly waits: number[];
  /** Ends the waits that are under way. */
  end(): void;
}

function silence(): Silence {
  const waiting = new Set<() => void>();
  const waits: number[] = [];
  return {
    waits,
    sleep: (ms, signal) =>
      new Promise((resolve, reject) => {
        waits.push(ms);
        waiting.add(resolve);
        signal.addEventListener('abort', () => reject(signal.reason), { once: true });
      }),
    end() {
      for (const resolve of waiting) resolve();
      waiting.clear();
    },
  };
}

/** Moves the time on until something has happened; between two steps everybody gets a turn. */
async function until<Result>(happening: Promise<Result>, clock: ManualClock, step: number): Promise<Result> {
  let over = false;
  const done = happening.finally(() => {
    over = true;
  });
  while (!over) {
    await clock.advance(step);
    await new Promise((resolve) => setImmediate(resolve));
  }
  return done;
}

const LATE: GatewayConfig['models'] = Object.fromEntries(
  FORMATS.map((format) => [
    `patient ${format}`,
    { deployments: [`${PROVIDERS[format]}/sim+late-headers`], timeouts: { firstToken: '6m' } },
  ]),
);

it('every fault of time is played here', () => {
  expect(Object.keys({ stall, trickle, slow, 'late-headers': lateHeaders, 'stays-open': staysOpen }).sort()).toEqual(
    [...TIMED].sort(),
  );
});

let at: Stage;
let clock: ManualClock;
let upstreams: Silence;

describe.each(HOST_NAMES)('time, on %s', (host) => {
  beforeEach(async () => {
    clock = manualClock();
    upstreams = silence();
    const config: Partial<GatewayConfig> = { platform: { clock }, models: LATE, allowDirect: true };
    at = await stage(host, { sim: { sleep: upstreams.sleep }, config });
  });
  afterEach(() => at.close());

  describe.each(FORMATS)('in front of %s', (upstream) => {
    // One meeting each of pass-through and translation.
    const client: ChatFormat =
      host === 'Express' || host === 'Koa' ? upstream : (FORMATS.find((format) => format !== upstream) ?? upstream);
    describe('stall', () => stall(upstream, client));
    describe('trickle', () => trickle(upstream, client));
    describe('slow', () => slow(upstream, client));
    describe('late-headers', () => lateHeaders(upstream, client));
    describe('stays-open', () => staysOpen(upstream, client));
  });
});

const ask = (client: ChatFormat, topic: ChatTopic) => post(at.url, CHATS[client](topic));
const told = (client: ChatFormat, body: string, stream: boolean) =>
  stream ? readStream(client, body) : readWhole(client, body);
const outcome = () => [at.ended[0]?.outcome, at.ended[0]?.error?.code];

/** The provider has been asked, and waits. */
async function waiting(count = 1): Promise<void> {
  await eventually(() => upstreams.waits.length >= count);
}

function stall(upstream: ChatFormat, client: ChatFormat): void {
  it.each([false, true])('of 12 s is waited for (stream: %s)', async (stream) => {
    const asking = ask(client, { model: at.model(upstream, 'sim+stall'), stream });
    await waiting();
    await clock.advance(12_000);
    upstreams.end();
    const body = await wireText(await asking);
    expect(told(client, body, stream)).toMatchObject({ error: undefined, finished: true });
    expect(upstreams.waits).toEqual([12_000]);
  });

  it('that does not end breaks the stream after the idle time, and closes the upstream', async () => {
    const response = await ask(client, { model: at.model(upstream, 'sim+stall'), stream: true });
    await waiting();
    const body = await until(reading(response).rest(), clock, 10_000);
    const { text, error, finished } = told(client, body, true);
    expect([text !== '', error !== undefined, finished]).toEqual([true, true, false]);
    expect(await at.sim.calls[0]?.ended).toBe('cancelled');
    expect([...outcome(), at.sim.calls.length]).toEqual(['fault', 'upstream_timeout', 1]);
  });

  it('that does not end is a 504 for a whole answer after the total time', async () => {
    const asking = ask(client, { model: at.model(upstream, 'sim+stall') });
    await waiting();
    const response = await until(asking, clock, 60_000);
    expect(response.status).toBe(504);
    expect(told(client, await wireText(response), false).error).toBeDefined();
    expect(await at.sim.calls[0]?.ended).toBe('cancelled');
    expect(at.sim.calls).toHaveLength(1);
  });
}

function trickle(upstream: ChatFormat, client: ChatFormat): void {
  // Case 50: no pause is as long as the idle time, so that only the time limit of the request ends it.
  it('of a token every 29 s ends at the time limit of the request', async () => {
    const asking = ask(client, { model: at.model(upstream, 'sim-text-100+trickle'), stream: true });
    await waiting();
    upstreams.end();
    const answer = reading(await asking);
    let ended = false;
    const whole = answer.rest().finally(() => {
      ended = true;
    });
    for (let tokens = 2; !ended; tokens++) {
      const known = answer.text.length;
      await eventually(() => upstreams.waits.length >= tokens || ended);
      await clock.advance(29_000);
      upstreams.end();
      await eventually(() => answer.text.length > known || ended);
    }
    const { error, finished } = told(client, await whole, true);
    expect([error !== undefined, finished]).toEqual([true, false]);
    expect(await at.sim.calls[0]?.ended).toBe('cancelled');
    expect(at.ended[0]?.duration).toBeLessThanOrEqual(600_000);
    expect(outcome()).toEqual(['fault', 'upstream_timeout']);
  });
}

function slow(upstream: ChatFormat, client: ChatFormat): void {
  it.each([false, true])('of 8 s is waited for (stream: %s)', async (stream) => {
    const asking = ask(client, { model: at.model(upstream, 'sim+slow'), stream });
    await waiting();
    await clock.advance(8_000);
    upstreams.end();
    const body = await wireText(await asking);
    expect(told(client, body, stream)).toMatchObject({ error: undefined, finished: true });
  });

  it('without an end is a 504 for a stream after the first-token time of each attempt', async () => {
    const asking = ask(client, { model: at.model(upstream, 'sim+slow'), stream: true });
    const response = await until(asking, clock, 10_000);
    expect(response.status).toBe(504);
    expect(told(client, await wireText(response), false).error).toBeDefined();
    expect(await Promise.all(at.sim.calls.map((call) => call.ended))).toEqual(['cancelled', 'cancelled', 'cancelled']);
    expect(at.ended[0]?.error?.code).toBe('upstream_timeout');
  });

  it('without an end is a 504 for a whole answer after the total time', async () => {
    const asking = ask(client, { model: at.model(upstream, 'sim+slow') });
    await waiting();
    const response = await until(asking, clock, 60_000);
    expect([response.status, at.sim.calls.length]).toEqual([504, 1]);
    expect(await at.sim.calls[0]?.ended).toBe('cancelled');
  });
}

/** The real 301 seconds are waited in test/soak/late-headers.mjs. */
function lateHeaders(upstream: ChatFormat, client: ChatFormat): void {
  it('after 301 s are in time for a whole answer', async () => {
    const asking = ask(client, { model: at.model(upstream, 'sim+late-headers') });
    await waiting();
    expect(upstreams.waits).toEqual([301_000]);
    await clock.advance(301_000);
    upstreams.end();
    const response = await asking;
    expect([response.status, at.sim.calls.length]).toEqual([200, 1]);
    expect(told(client, await wireText(response), false)).toMatchObject({ error: undefined, finished: true });
  });

  it('after 301 s are in time for a stream whose alias allows it', async () => {
    const asking = ask(client, { model: `patient ${upstream}`, stream: true });
    await waiting();
    await clock.advance(301_000);
    upstreams.end();
    const response = await asking;
    expect(told(client, await wireText(response), true)).toMatchObject({ error: undefined, finished: true });
    expect(at.sim.calls).toHaveLength(1);
  });
}

function staysOpen(upstream: ChatFormat, client: ChatFormat): void {
  // Gemini has no last event, nor has a stream of Responses that passes as it came: only a silence behind the end tells that nothing follows.
  const silent = upstream === 'gemini' || (upstream === 'openai-responses' && client === upstream);

  it(`ends the stream ${silent ? 'after a silence' : 'at once'}, and closes the upstream`, async () => {
    const answer = reading(await ask(client, { model: at.model(upstream, 'sim-text-20+stays-open'), stream: true }));
    const whole = silent ? until(answer.rest(), clock, 500) : answer.rest();
    expect(told(client, await whole, true)).toMatchObject({ error: undefined, finished: true });
    await clock.advance(1_000);
    expect(await at.sim.calls[0]?.ended).toBe('cancelled');
    expect(outcome()).toEqual(['ok', undefined]);
  });
}
