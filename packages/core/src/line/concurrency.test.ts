import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ConcurrencyConfig } from '../config/routing-load.ts';
import type { GatewayConfig } from '../config/types.ts';
import { chunk, completion, failure, LAST_CHUNKS } from '../in-process/support.type-test.ts';
import { UpstreamError } from '../kit/errors.ts';
import type { ScriptedCall } from '../testing/index.ts';
import type { GatewayReply } from '../transport/gateway-request.ts';
import { limited, othersTurn, PROVIDERS, until } from './limited.type-test.ts';

const at = (model: string, concurrency: ConcurrencyConfig) => ({ model, concurrency });

/** A gateway whose callers are named by the end of the model's name: `m ann`. */
function scene(deployments: NonNullable<GatewayConfig['models']>[string], config: Partial<GatewayConfig> = {}) {
  const set = limited([], { models: { m: deployments }, explain: true, ...config });
  const reasons: string[] = [];
  set.gateway.events.on('attempt-start', ({ deployment, reason }) => reasons.push(`${deployment}: ${reason}`));
  const ask = (caller = 'ann', more: object = {}) => {
    const answer = set.gateway.call(
      'openai-chat',
      { model: 'm', messages: [{ role: 'user', content: 'hello' }], ...more },
      { caller: { id: caller } },
    );
    return answer;
  };
  const { calls } = set.upstream;
  const fine = (index: number) => calls[index]?.respond(200, completion('x'));
  return { ...set, asked: ask, served: calls, fine, reasons };
}
const lone = (concurrency: ConcurrencyConfig) => ({ deployments: [at('openai-chat/one', concurrency)], retries: 0 });
const settled = async (): Promise<void> => {
  for (let turn = 0; turn < 5; turn++) await othersTurn();
};

describe('a deployment with as many calls under way as it may have', () => {
  it('is passed over for the next one with room, and the reason says so', async () => {
    const { asked, fine, gateway, reasons, served } = scene({
      deployments: [
        { ...at('openai-chat/one', { max: 1 }), order: 0 },
        { ...at('openai-chat/two', { max: 1 }), order: 1 },
      ],
      strategy: 'priority',
    });
    const first = asked();
    await settled();
    const second = asked();
    await settled();
    expect(served).toHaveLength(2);
    expect(reasons).toEqual(['m#0: priority', 'm#1: priority']);
    fine(0);
    fine(1);
    expect([(await first).status, (await second).status]).toEqual([200, 200]);
    expect(gateway.stats().open).toBe(0);
  });

  it('is passed over for a fallback, when it filled up behind the plan', async () => {
    const { asked, fine, reasons, served } = scene(lone({ max: 1 }), {
      models: { m: { ...lone({ max: 1 }), fallbacks: ['n'] }, n: 'openai-chat/other' },
      hooks: { onPlan: [() => new Promise<undefined>((resolve) => setImmediate(() => resolve(undefined)))] },
    });
    const both = [asked(), asked()];
    await until(() => served.length === 2);
    expect(reasons).toEqual(['m#0: weighted', 'n#0: fallback n, m#0 is full']);
    fine(0);
    fine(1);
    expect((await Promise.all(both)).map(({ status }) => status)).toEqual([200, 200]);
  });

  it('lets the others wait, and takes them by turns from their callers', async () => {
    const { asked, clock, fine, served, reasons } = scene(lone({ max: 1 }));
    const all = ['ann', 'ann', 'ann', 'bob', 'ann'].map((caller, index) => asked(caller, { max_tokens: index + 1 }));
    await settled();
    expect(served).toHaveLength(1);
    for (let call = 0; call < 5; call++) {
      await clock.advance(10);
      fine(call);
      await settled();
    }
    expect((await Promise.all(all)).every(({ status }) => status === 200)).toBe(true);
    const order = served.map(
      ({ request }) =>
        (JSON.parse(new TextDecoder().decode(request.body as Uint8Array)) as { max_tokens: number }).max_tokens,
    );
    expect(order).toEqual([1, 2, 4, 3, 5]);
    expect(reasons[1]).toBe('m#0: the only one, waited 10 ms for room');
  });

  it('lets so many wait, and others get 503 with the time after which to come back', async () => {
    const { asked, ended, fine, served } = scene(lone({ max: 1, queue: 1 }));
    const first = asked();
    const second = asked();
    await settled();
    const third = await asked();
    expect([third.status, third.headers['retry-after']]).toEqual([503, '1']);
    expect(third.body).toMatchObject({ error: { code: 'upstream_overloaded' } });
    expect(ended[0]).toMatchObject({ outcome: 'fault', attempts: [] });
    fine(0);
    await settled();
    fine(1);
    await Promise.all([first, second]);
    expect(served).toHaveLength(2);
  });

  it('gives the place of one of many to a caller with none', async () => {
    const { asked, fine, served } = scene(lone({ max: 1, queue: 2 }));
    const first = asked('ann');
    const [second, third] = [asked('ann'), asked('ann')];
    await settled();
    const other = asked('bob');
    expect((await third).status).toBe(503);
    for (let call = 0; call < 3; call++) {
      fine(call);
      await settled();
    }
    expect((await Promise.all([first, second, other])).map(({ status }) => status)).toEqual([200, 200, 200]);
    expect(served).toHaveLength(3);
  });

  it('lets nobody wait longer than `wait`, and nobody whose request is over', async () => {
    const { asked, clock, ended, fine, served } = scene({
      ...lone({ max: 1, wait: '2s' }),
      timeouts: { total: '30s' },
    });
    const first = asked();
    await settled();
    const second = asked();
    await settled();
    const before = clock.pending;
    await clock.advance(2_000);
    expect(before - clock.pending).toBe(2);
    expect((await second).status).toBe(503);
    fine(0);
    await first;
    expect(served).toHaveLength(1);
    expect(ended.map(({ outcome }) => outcome)).toEqual(['fault', 'ok']);
  });

  it('is asked by nobody who waited for it when it begins to rest meanwhile', async () => {
    const { asked, served } = scene(
      { deployments: [at('openai-chat/one', { max: 1 })], retries: 1 },
      { breaker: { inARow: 1 } },
    );
    const [first, second, third] = [asked(), asked(), asked()];
    await settled();
    served[0]?.respond(500, failure('boom'));
    const replies = await Promise.all([first, second, third]);
    expect(replies.map(({ status }) => status)).toEqual([500, 503, 503]);
    expect(replies[1]?.headers['retry-after']).toBe('5');
    expect(served).toHaveLength(1);
  });

  it('serves a reload that gives it more at once', async () => {
    const { asked, fine, gateway, served } = scene(lone({ max: 1 }));
    const both = [asked(), asked()];
    await settled();
    expect(served).toHaveLength(1);
    gateway.reload({ models: { m: lone({ max: 2 }) }, providers: PROVIDERS });
    await settled();
    expect(served).toHaveLength(2);
    fine(0);
    fine(1);
    await Promise.all(both);
  });
});

/** How an attempt ends. */
const ENDS: Readonly<Record<string, (call: ScriptedCall, leave: () => void) => void>> = {
  answer: (call) => call.respond(200, completion('x')),
  refusal: (call) => call.respond(400, failure('no')),
  fault: (call) => call.respond(503, failure('busy')),
  reset: (call) => call.fail(new UpstreamError('upstream_unavailable', 'reset')),
  stream(call) {
    const body = call.stream();
    body.write(chunk({ role: 'assistant', content: 'Hi' }) + LAST_CHUNKS);
    body.end();
  },
  cut(call) {
    const body = call.stream();
    body.write(chunk({ role: 'assistant', content: 'Hi' }));
    body.end();
  },
  leaves: (_, leave) => leave(),
};

it('gives back the room of a call exactly once however it ends, in whatever order things happen, and lets nobody starve', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.scheduler(),
      fc.integer({ min: 1, max: 3 }),
      fc.array(fc.tuple(fc.constantFrom(...Object.keys(ENDS)), fc.boolean()), { minLength: 1, maxLength: 14 }),
      async (scheduler, max, requests) => {
        const { ask, clock, gateway, upstream } = limited([], {
          models: { m: { ...lone({ max, queue: 50, wait: '1h' }), timeouts: { total: '2h' } } },
          breaker: false,
        });
        let open = 0;
        gateway.events.on('attempt-start', () => {
          open++;
          expect(open).toBeLessThanOrEqual(max);
        });
        gateway.events.on('attempt-end', () => open--);
        const replies: Promise<GatewayReply>[] = [];
        const leaves: (() => void)[] = [];
        const read = async ({ body }: GatewayReply): Promise<void> => {
          if (typeof body === 'string' || body instanceof Uint8Array) return;
          for await (const _ of body);
        };
        for (const [, [end, leavesEarly]] of requests.entries())
          void scheduler.schedule(Promise.resolve(), 'come').then(() => {
            const { leave, reply } = ask({ stream: end === 'stream' || end === 'cut' });
            leaves.push(leave);
            replies.push(reply);
            void reply.then(read);
            if (leavesEarly && end === 'leaves') leave();
          });
        await scheduler.waitAll();
        await settled();
        for (let call = 0; call < upstream.calls.length; call++) {
          const [end] = requests[call % requests.length] ?? ['answer'];
          const made = upstream.calls[call];
          if (made === undefined || made.signal.aborted) continue;
          // A client is not told which of the calls is its own: all that are left leave.
          void scheduler
            .schedule(Promise.resolve(), `${end}`)
            .then(() => ENDS[end]?.(made, () => leaves[call % leaves.length]?.()));
          await scheduler.waitAll();
          await settled();
          if (call === upstream.calls.length - 1) for (const leave of end === 'leaves' ? leaves : []) leave();
          await settled();
        }
        for (const leave of leaves) leave();
        await Promise.all(replies);
        await settled();
        expect(open).toBe(0);
        expect(gateway.stats().open).toBe(0);
        expect(clock.pending).toBe(0);
        // All the room is there again.
        const before = upstream.calls.length;
        const last = Array.from({ length: max }, () => ask());
        await settled();
        expect(upstream.calls).toHaveLength(before + max);
        for (const call of upstream.calls.slice(before)) call.respond(200, completion('x'));
        for (const { reply } of last) expect((await reply).status).toBe(200);
      },
    ),
    { numRuns: 60 },
  );
});
