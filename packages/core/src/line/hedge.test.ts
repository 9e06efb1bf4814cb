import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ScopedLimit } from '../config/limit-types.ts';
import type { GatewayConfig } from '../config/types.ts';
import { chunk, completion, failure, LAST_CHUNKS } from '../in-process/support.type-test.ts';
import type { ScriptedCall } from '../testing/index.ts';
import type { GatewayReply } from '../transport/gateway-request.ts';
import { limited, othersTurn, PRICES, reader } from './limited.type-test.ts';

/** Two deployments, asked in that order, the second after 800 ms. */
const TWO = {
  deployments: ['openai-chat/one', 'openai-chat/two'],
  strategy: 'priority',
  hedge: { after: '800ms', extra: 1 },
} as const;
const settled = async (): Promise<void> => {
  for (let turn = 0; turn < 5; turn++) await othersTurn();
};
const bodyOf = ({ request }: ScriptedCall) =>
  JSON.parse(new TextDecoder().decode(request.body as Uint8Array)) as { model: string };

function scene(more: object = {}, config: Partial<GatewayConfig> = {}, limits: readonly ScopedLimit[] = []) {
  const set = limited(limits, { models: { m: { ...TWO, ...more } as never }, breaker: false, ...config });
  const reasons: string[] = [];
  set.gateway.events.on('attempt-start', ({ deployment, reason }) => reasons.push(`${deployment}: ${reason}`));
  const { calls: made } = set.upstream;
  return {
    ...set,
    made,
    reasons,
    went: () => made.map((call) => bodyOf(call).model),
    ledger: () => set.ended.flatMap(({ attempts }) => attempts.map(({ deployment, outcome }) => [deployment, outcome])),
  };
}
const textOf = ({ body }: GatewayReply): string =>
  JSON.parse(body instanceof Uint8Array ? new TextDecoder().decode(body) : String(body)).choices[0].message.content;
/** An answer without tokens from a cache, which PRICES don't know. */
const answer = (text: string) => ({
  ...completion(text),
  usage: { prompt_tokens: 12, completion_tokens: 5, total_tokens: 17 },
});
const speak = (call: ScriptedCall | undefined, word: string) => {
  const body = call?.stream();
  body?.write(chunk({ role: 'assistant', content: word }));
  return body;
};

describe('a hedge', () => {
  it('asks the next deployment when the first says nothing for so long, and gives the answer of who speaks first', async () => {
    const { ask, clock, ended, made, reasons, went } = scene();
    const { reply } = ask({ stream: true });
    await settled();
    await clock.advance(799);
    expect(went()).toEqual(['one']);
    await clock.advance(1);
    await settled();
    expect(went()).toEqual(['one', 'two']);
    expect(reasons).toEqual(['m#0: priority', 'm#1: retry 1, since m#0 said nothing for long']);
    const body = speak(made[1], 'two');
    const { got, done } = reader((await reply).body);
    expect(made[0]?.signal.aborted).toBe(true);
    body?.write(LAST_CHUNKS);
    body?.end();
    await done;
    expect(got.text).toContain('two');
    expect(ended[0]?.attempts).toMatchObject([
      { attempt: expect.stringMatching(/\.1$/), deployment: 'm#0', outcome: 'cancelled', estimated: true },
      { attempt: expect.stringMatching(/\.2$/), deployment: 'm#1', outcome: 'ok', usage: { output: 2 } },
    ]);
    await settled();
    expect(clock.pending).toBe(0);
  });

  it('adds the money of both to what the request cost', async () => {
    const { ask, clock, ended, made } = scene();
    const { reply } = ask();
    await settled();
    await clock.advance(800);
    await settled();
    made[1]?.respond(200, answer('x'));
    await reply;
    const [loser, winner] = ended[0]?.attempts ?? [];
    // The prompt of the first is billed, by its bytes; the second told what it used.
    expect(Number(loser?.cost)).toBeGreaterThan(0);
    expect(Number(winner?.cost)).toBeGreaterThan(0);
    expect(ended[0]?.cost).toBe(String(Number(loser?.cost) + Number(winner?.cost)));
  });

  it('is not made when the first speaks before', async () => {
    const { ask, clock, ledger, made, went } = scene();
    const { reply } = ask();
    await settled();
    await clock.advance(700);
    made[0]?.respond(200, answer('one'));
    expect(textOf(await reply)).toBe('one');
    await clock.advance(10_000);
    expect(went()).toEqual(['one']);
    expect(ledger()).toEqual([['m#0', 'ok']]);
    expect(clock.pending).toBe(0);
  });

  it('loses when the first speaks after all', async () => {
    const { ask, clock, ledger, made } = scene();
    const { reply } = ask();
    await settled();
    await clock.advance(900);
    await settled();
    made[0]?.respond(200, answer('one'));
    expect(textOf(await reply)).toBe('one');
    expect(made[1]?.signal.aborted).toBe(true);
    expect(ledger()).toEqual([
      ['m#1', 'cancelled'],
      ['m#0', 'ok'],
    ]);
  });

  it('saves a request whose first attempt then fails, and the plan goes on when both do', async () => {
    const three = { deployments: [...TWO.deployments, 'openai-chat/three'], retry: { budget: 1 } };
    const { ask, clock, ledger, made, went } = scene(three);
    const { reply } = ask();
    await settled();
    await clock.advance(800);
    await settled();
    made[0]?.respond(500, failure('boom'));
    await settled();
    expect(went()).toEqual(['one', 'two']);
    made[1]?.respond(500, failure('boom'));
    await settled();
    expect(went()).toEqual(['one', 'two', 'three']);
    made[2]?.respond(200, answer('three'));
    expect(textOf(await reply)).toBe('three');
    expect(ledger()).toEqual([
      ['m#0', 'fault'],
      ['m#1', 'fault'],
      ['m#2', 'ok'],
    ]);
  });

  it('is closed, as the first is, when the client leaves, and both are in the ledger', async () => {
    const { ask, clock, ended, ledger, made } = scene();
    const { leave, reply } = ask();
    await settled();
    await clock.advance(800);
    await settled();
    leave();
    await reply;
    await settled();
    expect(made.map(({ signal }) => signal.aborted)).toEqual([true, true]);
    expect(ledger()).toEqual([
      ['m#0', 'cancelled'],
      ['m#1', 'cancelled'],
    ]);
    expect(ended).toHaveLength(1);
    expect(clock.pending).toBe(0);
  });

  it('ends with the time limit of the request, as the first does', async () => {
    const { ask, clock, ledger } = scene({ timeouts: { total: '5s' } });
    const { reply } = ask();
    await settled();
    await clock.advance(5_000);
    expect((await reply).status).toBe(504);
    expect(ledger()).toEqual([
      ['m#0', 'fault'],
      ['m#1', 'fault'],
    ]);
    expect(clock.pending).toBe(0);
  });

  it.each([
    ['a provider keeps the answer', { store: true }],
    ['a provider calls servers for it', { tools: [{ type: 'mcp', server_label: 's', server_url: 'https://s.test' }] }],
  ])('is never made where %s', async (_, more) => {
    const { ask, clock, made, went } = scene({}, { features: { remoteTools: true } });
    const { reply } = ask(more);
    await settled();
    await clock.advance(5_000);
    await settled();
    expect(went()).toEqual(['one']);
    made[0]?.respond(200, answer('one'));
    await reply;
  });

  it('is not made beyond its share: of the requests where a price is missing', async () => {
    const { ask, clock, made, went } = scene({ hedge: { after: '800ms', extra: 0.25 } }, { prices: {} });
    for (let request = 0; request < 8; request++) {
      const { reply } = ask();
      await settled();
      await clock.advance(800);
      await settled();
      made.at(-1)?.respond(200, answer('x'));
      await reply;
    }
    expect(went().filter((one) => one === 'two')).toHaveLength(2);
  });

  it('is not made beyond its share: of the money where all has a price', async () => {
    const prices = { ...PRICES, 'openai-chat/two': { perMillionTokens: { input: '4', output: '40' } } };
    const { ask, clock, made, went } = scene({ hedge: { after: '800ms', extra: 1 } }, { prices });
    for (let request = 0; request < 8; request++) {
      const { reply } = ask();
      await settled();
      await clock.advance(800);
      await settled();
      made.at(-1)?.respond(200, answer('x'));
      await reply;
    }
    // A call to the second costs what four to the first do.
    expect(went().filter((one) => one === 'two')).toHaveLength(2);
  });

  it('is not made where a budget of the caller has room for one attempt only, and none is ever overspent', async () => {
    // 3 tokens of the prompt and 10 of the answer: about 0.0001 dollars an attempt, by PRICES.
    const budget = (usd: string): ScopedLimit[] => [{ scope: 'caller', counts: 'usd', max: usd, per: 'day' } as never];
    for (const [usd, expected] of [
      ['0.00018', ['one']],
      ['0.0004', ['one', 'two']],
    ] as const) {
      const { ask, clock, made, states, went } = scene({}, {}, budget(usd));
      const { reply } = ask({ max_tokens: 10 });
      await settled();
      await clock.advance(800);
      await settled();
      expect(went()).toEqual(expected);
      made.at(-1)?.respond(200, answer('x'));
      await reply;
      await settled();
      for (const { used, reserved, max } of states) expect(used + reserved).toBeLessThanOrEqual(max);
      expect(states.at(-1)?.reserved).toBe(0);
    }
  });

  it('is not made at a deployment whose own limits or room are used up, and the first is waited for', async () => {
    const full: ScopedLimit[] = [{ scope: 'deployment:m#1', counts: 'requests', max: 1, per: 'day' } as never];
    const busy = { deployments: ['openai-chat/one', { model: 'openai-chat/two', concurrency: { max: 1 } }] };
    for (const [more, limits] of [
      [{}, full],
      [busy, []],
    ] as const) {
      const { ask, clock, ended, made, state, went } = scene(
        { ...more, hedge: { after: '800ms', extra: 1 } },
        {},
        limits,
      );
      const all = [ask(), ask()];
      await settled();
      await clock.advance(800);
      await settled();
      expect(went()).toEqual(['one', 'one', 'two']);
      for (const call of made) call.respond(200, answer('x'));
      for (const { reply } of all) expect((await reply).status).toBe(200);
      await settled();
      expect(ended.flatMap(({ attempts }) => attempts)).toHaveLength(3);
      expect(await state()).toEqual([]);
      expect(clock.pending).toBe(0);
    }
  });

  it('goes by what 95 of 100 calls to a deployment took lately', async () => {
    const { ask, clock, made, went } = scene({ hedge: { extra: 1 } });
    for (let request = 0; request < 20; request++) {
      const { reply } = ask();
      await settled();
      await clock.advance(1_000);
      await settled();
      expect(went()).toHaveLength(request + 1);
      made.at(-1)?.respond(200, answer('x'));
      await reply;
    }
    const { reply } = ask();
    await settled();
    await clock.advance(700);
    await settled();
    expect(went()).toHaveLength(21);
    await clock.advance(600);
    await settled();
    expect(went().at(-1)).toBe('two');
    made.at(-1)?.respond(200, answer('x'));
    await reply;
  });

  it('is told by explain', async () => {
    const { ask, clock, ended, gateway, made } = scene({}, { explain: true, access: 'open' });
    const { reply } = ask();
    await settled();
    await clock.advance(800);
    await settled();
    made[1]?.respond(200, answer('x'));
    await reply;
    const told = await gateway.handle({
      method: 'GET',
      path: `/explain/${ended[0]?.id}`,
      query: new URLSearchParams(),
      header: () => undefined,
      body: () => Promise.reject(new Error('none')),
      signal: { aborted: false, reason: undefined, addEventListener() {}, removeEventListener() {} },
      host: undefined,
    } as never);
    const { attempts, plan } = JSON.parse(String(told?.body));
    expect(plan[1].reason).toBe('retry 1, since m#0 said nothing for long');
    expect(attempts.map(({ deployment, outcome }: Record<string, string>) => [deployment, outcome])).toEqual([
      ['m#0', 'cancelled'],
      ['m#1', 'ok'],
    ]);
  });
});

/** What can come of a call. */
const DEEDS: Readonly<Record<string, (call: ScriptedCall) => void>> = {
  answers: (call) => call.respond(200, answer('x')),
  speaks(call) {
    const body = speak(call, 'x');
    body?.write(LAST_CHUNKS);
    body?.end();
  },
  fails: (call) => call.respond(503, failure('busy')),
  refuses: (call) => call.respond(400, failure('no')),
};

it('lets exactly one speak, closes each attempt once, and gives back all that was reserved, in whatever order things happen', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.scheduler(),
      fc.constantFrom(...Object.keys(DEEDS)),
      fc.constantFrom(...Object.keys(DEEDS)),
      fc.boolean(),
      fc.boolean(),
      async (scheduler, first, second, leaves, stream) => {
        const set = scene({ retries: 1 }, {}, [
          { scope: 'caller', counts: 'tokens', max: 1_000_000, per: 'day' } as never,
          { scope: 'deployment', counts: 'tokens', max: 1_000_000, per: 'day' } as never,
        ]);
        const ends = new Map<string, number>();
        set.gateway.events.on('attempt-end', ({ record }) =>
          ends.set(record.attempt, (ends.get(record.attempt) ?? 0) + 1),
        );
        const { leave, reply } = set.ask({ stream, max_tokens: 20 });
        await settled();
        await set.clock.advance(800);
        await settled();
        const [one, two] = set.made;
        const task = (name: string, run: () => void) => void scheduler.schedule(Promise.resolve(), name).then(run);
        if (one !== undefined) task(first, () => DEEDS[first]?.(one));
        if (two !== undefined) task(second, () => DEEDS[second]?.(two));
        if (leaves) task('leaves', leave);
        await scheduler.waitAll();
        await settled();
        if (leaves) leave();
        const { body, status } = await reply;
        if (!leaves && typeof body !== 'string' && !(body instanceof Uint8Array)) await reader(body).done;
        await settled();
        expect(set.made).toHaveLength(2);
        const attempts = set.ended[0]?.attempts ?? [];
        expect(set.ended).toHaveLength(1);
        expect(attempts).toHaveLength(2);
        expect([...ends.values()]).toEqual([1, 1]);
        expect(attempts.filter(({ outcome }) => outcome === 'ok').length).toBe(
          status === 200 && set.ended[0]?.outcome === 'ok' ? 1 : 0,
        );
        expect(await set.state()).toEqual([]);
        expect(set.clock.pending).toBe(0);
        expect(set.gateway.stats().open).toBe(0);
      },
    ),
    { numRuns: 150 },
  );
});
