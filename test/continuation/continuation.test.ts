import type { ContinuationConfig } from '@postern/core';
import { manualClock } from '@postern/core/testing';
import type { FaultName, SimCall, SimOptions } from '@postern/sim';
import { afterEach, describe, expect, it } from 'vitest';
import { readStream } from '../kit/answers.ts';
import { CHATS, post } from '../kit/chat.ts';
import { wireText } from '../kit/event-stream.ts';
import { eventually } from '../kit/eventually.ts';
import type { ChatFormat } from '../kit/formats.ts';
import { HOST_NAMES, type HostName } from '../kit/hosts.ts';
import { reading } from '../kit/reading.ts';
import { FORMATS, PROVIDERS, type Stage, type StageOptions, stage } from '../kit/stage.ts';

let at: Stage;
afterEach(() => at.close());

const GOES_ON = { prefill: true };

/** An alias whose first deployment breaks off, and others behind it. */
async function broken(
  others: readonly string[],
  given: {
    readonly host?: HostName;
    readonly from?: ChatFormat;
    readonly fault?: FaultName;
    readonly continuation?: ContinuationConfig;
    readonly sim?: SimOptions;
    readonly config?: object;
    readonly words?: string;
    readonly provider?: StageOptions['provider'];
  } = {},
) {
  const {
    host = 'Express',
    from = 'openai-chat',
    fault = 'cut',
    continuation = true,
    words = 'text-40',
    ...more
  } = given;
  const deployments = [
    { model: `${PROVIDERS[from]}/sim@first-${words}`, order: 0, capabilities: { prefill: false } },
    ...others.map((model, index) => ({ model, order: index + 1, capabilities: GOES_ON })),
  ];
  at = await stage(host, {
    sim: { fault: (call: SimCall) => (call.model.includes('@first') ? fault : undefined), ...more.sim },
    config: { models: { m: { deployments, retries: others.length, continuation } }, ...more.config },
    ...(more.provider === undefined ? {} : { provider: more.provider }),
  });
}

async function ask(client: ChatFormat, more: object = {}) {
  const response = await post(at.url, CHATS[client]({ model: 'm', stream: true, ...more }));
  const body = await wireText(response);
  return { response, body, told: readStream(client, body) };
}

/** What the simulated model says when nothing breaks: the same for the same prompt in every format. */
async function whole(words = 'text-40') {
  const script = `sim-${words}`;
  const response = await post(at.url, CHATS['openai-chat']({ model: `oa/${script}`, stream: true }));
  return readStream('openai-chat', await wireText(response)).text;
}

const outcomes = () => at.ended[0]?.attempts.map(({ outcome }) => outcome);

describe.each(FORMATS)('a client of %s', (client) => {
  it('gets one whole answer where a stream broke and another deployment went on', async () => {
    await broken(['oa/sim-prefill-text-40'], { config: { allowDirect: true } });
    const { told } = await ask(client);
    expect(told).toMatchObject({ text: await whole(), finished: true, error: undefined });
    expect(outcomes()).toEqual(['fault', 'ok']);
  });

  it('gets one typed error where the one that could go on refuses to', async () => {
    await broken(['oa/sim-noprefill-text-40']);
    const { told } = await ask(client);
    expect(told).toMatchObject({ finished: false, afterError: false });
    expect(told.error).toBeDefined();
    expect(at.sim.calls).toHaveLength(2);
  });
});

describe.each(FORMATS)('from %s', (upstream) => {
  it('a stream that broke is gone on with', async () => {
    await broken(['oa/sim-prefill-text-40'], { from: upstream, config: { allowDirect: true } });
    const { told } = await ask('openai-chat');
    expect(told).toMatchObject({ text: await whole(), finished: true });
  });

  it('a model goes on with what another one began', async () => {
    await broken([`${PROVIDERS[upstream]}/sim-prefill-text-40`], { config: { allowDirect: true } });
    const { told } = await ask('openai-chat');
    expect(told).toMatchObject({ text: await whole(), finished: true });
  });
});

it.each(HOST_NAMES)(
  '%s: whatever breaks a stream behind its first content, another deployment goes on',
  async (host) => {
    for (const fault of ['cut', 'cleancut', 'midfault'] as const) {
      await broken(['an/sim-prefill-text-40'], { host, fault, config: { allowDirect: true } });
      const { told } = await ask('anthropic-messages');
      expect(told).toMatchObject({ text: await whole(), finished: true });
      await at.close();
    }
    at = await stage(host);
  },
);

it('one that goes on may break as well, and a third one goes on', async () => {
  await broken(['oa/sim@first-prefill-text-40', 'an/sim-prefill-text-40'], { config: { allowDirect: true } });
  const { told } = await ask('openai-chat');
  expect(told).toMatchObject({ text: await whole(), finished: true });
  expect(outcomes()).toEqual(['fault', 'fault', 'ok']);
  // Each was given what the client had by then.
  const given = at.sim.calls.slice(0, 3).map(({ body }) => (body as { messages: unknown[] }).messages.length);
  expect(given).toEqual([1, 2, 2]);
});

it('one that refuses the beginning of its answer is passed over, and none is called that is not known to take it', async () => {
  at = await stage('Express', {
    sim: { fault: (call) => (call.model.includes('@first') ? 'cut' : undefined) },
    config: {
      allowDirect: true,
      models: {
        m: {
          deployments: [
            { model: 'oa/sim@first-text-40', order: 0 },
            { model: 'oa/sim@unknown-text-40', order: 1 },
            { model: 'an/sim-noprefill-text-40', order: 2, capabilities: GOES_ON },
            { model: 'ge/sim-prefill-text-40', order: 3, capabilities: GOES_ON },
          ],
          retries: 3,
          continuation: true,
        },
      },
    },
  });
  const { told } = await ask('openai-chat');
  expect(at.sim.calls.map(({ model }) => model)).toEqual([
    'sim@first-text-40',
    'sim-noprefill-text-40',
    'sim-prefill-text-40',
  ]);
  expect(told).toMatchObject({ text: await whole(), finished: true });
});

const SCHEMA = {
  type: 'json_schema',
  json_schema: {
    name: 'long',
    schema: {
      type: 'object',
      properties: { words: { type: 'array', minItems: 9, items: { type: 'string' } } },
      required: ['words'],
    },
  },
};

describe('nobody goes on', () => {
  const refusing = async (more: object, given: Parameters<typeof broken>[1] = {}) => {
    await broken(['oa/sim-prefill-text-40'], given);
    const { told } = await ask('openai-chat', more);
    expect(told).toMatchObject({ finished: false, afterError: false });
    expect(told.error).toBeDefined();
    expect(at.sim.calls).toHaveLength(1);
  };

  it('where it is not asked for', () => refusing({}, { continuation: false }));
  it('where tools are offered', () => refusing({ tools: true }));
  it('where JSON is asked for', () => refusing({ prompt: 'JSON, please', more: { response_format: SCHEMA } }));
  it('where thinking is asked for', () => refusing({ more: { reasoning_effort: 'low' } }));
  it('where several answers are asked for', () => refusing({ more: { n: 2 } }));
  it('where thinking was begun', () => refusing({}, { from: 'gemini', words: 'reasoning-20-text-40' }));
});

it('by an instruction, where the alias says so, a model goes on that takes no beginning', async () => {
  at = await stage('Express', {
    sim: { fault: (call) => (call.model.includes('@first') ? 'cut' : undefined) },
    config: {
      models: {
        m: {
          deployments: [
            { model: 'oa/sim@first-text-40', order: 0 },
            { model: 'oa/sim-echo', order: 1 },
          ],
          continuation: { instruct: ' Go on.' },
        },
      },
    },
  });
  const { told } = await ask('openai-chat');
  expect(told.finished).toBe(true);
  const [, second] = at.sim.calls;
  const { messages } = (second?.body ?? {}) as Record<'messages', { role: string; content: string }[]>;
  expect(messages.map(({ role }) => role)).toEqual(['user', 'assistant', 'user']);
  expect(told.text).toBe(`${messages[1]?.content} Go on.`);
});

describe('what it costs', () => {
  const price = { perMillionTokens: { input: '1', output: '10' } };
  const prices = Object.fromEntries(Object.values(PROVIDERS).map((id) => [`${id}/*`, price]));
  const access = { identify: () => ({ id: 'ann' }) };

  it('is in the ledger by attempt, and the client is told the sum', async () => {
    await broken(['an/sim-prefill-text-40'], { config: { prices } });
    const { body } = await ask('openai-chat', { more: { stream_options: { include_usage: true } } });
    await eventually(() => at.ended.length === 1);
    const [first, second] = at.ended[0]?.attempts ?? [];
    expect(first).toMatchObject({ outcome: 'fault', faultKind: 'unavailable', estimated: true });
    expect(second).toMatchObject({ outcome: 'ok', usage: { output: at.sim.calls[1]?.usage?.output } });
    const sum = (name: 'input' | 'output') => Number(first?.usage?.[name] ?? 0) + Number(second?.usage?.[name] ?? 0);
    expect(at.ended[0]?.usage).toMatchObject({ input: sum('input'), output: sum('output') });
    expect(body).toContain(`"prompt_tokens":${sum('input')},"completion_tokens":${sum('output')}`);
    expect(BigInt(at.ended[0]?.cost ?? 0)).toBe(BigInt(first?.cost ?? 0) + BigInt(second?.cost ?? 0));
  });

  it('is reserved before another one is called: without room for it the client gets the error', async () => {
    const limits = [{ scope: 'caller', counts: 'outputTokens', max: 105, per: 'day' }] as const;
    await broken(['oa/sim-prefill-text-40'], { config: { access, limits } });
    const { told } = await ask('openai-chat', { more: { max_tokens: 100 } });
    expect(told).toMatchObject({ finished: false, afterError: false });
    expect(at.sim.calls).toHaveLength(1);
  });

  it('never passes a budget, by the count of the provider', async () => {
    const limits = [{ scope: 'caller', counts: 'usd', max: '0.02' }] as const;
    await broken(['oa/sim-prefill-text-200'], { words: 'text-200', config: { access, limits, prices } });
    let refused = 0;
    for (let round = 0; round < 12; round++) {
      const answers = await Promise.all(
        Array.from({ length: 4 }, () =>
          post(at.url, CHATS['openai-chat']({ model: 'm', stream: true, more: { max_tokens: 300 } })),
        ),
      );
      for (const answer of answers) {
        await wireText(answer);
        if (answer.status === 429) refused++;
      }
    }
    await eventually(() => at.host.gateway.stats().requests === 0 || at.ended.length === 48);
    const spent = at.sim.calls.reduce(
      (all, { usage, emitted }) => all + (usage?.input ?? 0) * 1_000 + emitted * 10_000,
      0,
    );
    expect(refused).toBeGreaterThan(0);
    expect(spent).toBeLessThanOrEqual(20_000_000);
    expect(spent).toBeGreaterThan(10_000_000);
  });

  it('keeps the bound of the client over all of it', async () => {
    await broken(['oa/sim-prefill-text-400'], { words: 'text-400' });
    await ask('openai-chat', { more: { max_tokens: 100 } });
    const [first, second] = at.sim.calls;
    const { max_tokens: bound } = (second?.body ?? {}) as Record<'max_tokens', number | undefined>;
    expect(bound).toBeLessThan(100);
    expect((first?.emitted ?? 0) + (bound ?? 0)).toBeLessThanOrEqual(100);
  });
});

it('whoever asks how a request was decided is told what went on with what', async () => {
  await broken(['oa/sim-prefill-text-40'], { config: { explain: true, access: { identify: () => ({ id: 'ann' }) } } });
  const { response } = await ask('openai-chat');
  await eventually(() => at.ended.length === 1);
  const told = await fetch(`${at.url}/explain/${response.headers.get('x-postern-request-id')}`);
  expect(await told.json()).toMatchObject({
    outcome: 'ok',
    plan: [{ deployment: 'm#0' }, { deployment: 'm#1', reason: 'continues m#0' }],
    attempts: [{ fault: 'unavailable' }, { outcome: 'ok' }],
  });
});

const first = (stream: Awaited<ReturnType<typeof reading>>) => stream.until((text) => text !== '');

it.each(HOST_NAMES)('%s: a client that leaves while another one begins to go on has its call closed', async (host) => {
  await broken(['oa/sim-prefill-text-40+first-5000'], { host });
  const leave = new AbortController();
  const answer = await post(at.url, CHATS['openai-chat']({ model: 'm', stream: true }), { signal: leave.signal });
  await first(await reading(answer));
  const second = await at.sim.arrived(2);
  leave.abort();
  expect(await second.ended).toBe('cancelled');
  await eventually(() => at.ended.length === 1);
  expect(at.ended).toMatchObject([
    { outcome: 'cancelled', attempts: [{ outcome: 'fault' }, { outcome: 'cancelled' }] },
  ]);
});

it('a call that goes on is drained behind a client that left, where that is asked for', async () => {
  await broken(['oa/sim-prefill-text-40+gap-1+first-20'], { provider: { onAbort: 'drain' } });
  const leave = new AbortController();
  const answer = await post(at.url, CHATS['openai-chat']({ model: 'm', stream: true }), { signal: leave.signal });
  await first(await reading(answer));
  await at.sim.arrived(2);
  leave.abort();
  await eventually(() => at.ended.length === 1);
  expect(await at.sim.calls[1]?.ended).toBe('finished');
  expect(at.ended).toMatchObject([{ outcome: 'cancelled', attempts: [{ outcome: 'fault' }, { outcome: 'ok' }] }]);
});

it('a request that takes too long while another one goes on ends with its time limit', async () => {
  const clock = manualClock();
  const never: NonNullable<SimOptions['sleep']> = (_, signal) =>
    new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason), { once: true }));
  await broken(['oa/sim-prefill-text-40+first-60000'], {
    sim: { sleep: never },
    config: { platform: { clock }, timeouts: { firstToken: '20m', total: '10m' } },
  });
  const response = await post(at.url, CHATS['openai-chat']({ model: 'm', stream: true }));
  const text = wireText(response);
  const second = await at.sim.arrived(2);
  await clock.advance(600_000);
  const told = readStream('openai-chat', await text);
  expect(told).toMatchObject({ finished: false, afterError: false });
  expect(told.error?.message).toMatch(/longer than the gateway allows/);
  expect(await second.ended).toBe('cancelled');
  expect(outcomes()).toEqual(['fault', 'fault']);
  expect(at.ended).toMatchObject([{ outcome: 'fault', error: { code: 'upstream_timeout' } }]);
});

it('a hook sees the events of both as one answer', async () => {
  const seen: string[] = [];
  await broken(['an/sim-prefill-text-40'], {
    config: { hooks: { onEvent: [({ type }: { type: string }) => void (type.endsWith('-delta') || seen.push(type))] } },
  });
  const { told } = await ask('openai-chat');
  expect(told.finished).toBe(true);
  expect(seen.filter((type) => type !== 'usage')).toEqual([
    'reply-start',
    'part-start',
    'part-end',
    'choice-end',
    'reply-end',
  ]);
});
