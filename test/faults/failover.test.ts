import type { GatewayConfig } from '@postern/core';
import type { FaultName, SimCall } from '@postern/sim';
import { afterEach, describe, expect, it } from 'vitest';
import { readStream, readWhole } from '../kit/answers.ts';
import { CHATS, post } from '../kit/chat.ts';
import { wireText } from '../kit/event-stream.ts';
import type { ChatFormat } from '../kit/formats.ts';
import { HOST_NAMES } from '../kit/hosts.ts';
import { FORMATS, PROVIDERS, type Stage, stage } from '../kit/stage.ts';
import { STATES, stateOf } from './states.ts';

type Fault = keyof typeof STATES;

let at: Stage;
afterEach(() => at.close());

const told = (format: ChatFormat, body: string, stream: boolean) =>
  stream ? readStream(format, body) : readWhole(format, body);

interface Asked {
  readonly client?: ChatFormat;
  readonly stream?: boolean;
  readonly model?: string;
}

async function ask({ client = 'openai-chat', stream = false, model = 'm' }: Asked) {
  const response = await post(at.url, CHATS[client]({ model, stream }));
  const body = await wireText(response);
  return { response, body, told: told(client, body, stream && response.status === 200) };
}

/** Faults that the same deployment is asked again after, in this mode: whatever is refused at last, and was asked more than once. */
function passing(upstream: ChatFormat, stream: boolean): Fault[] {
  return (Object.keys(STATES) as Fault[]).filter((fault) => {
    const state = stateOf(fault, upstream, stream);
    return typeof state === 'object' && 'refused' in state && state.calls > 1;
  });
}

const first = (fault: FaultName) => (call: SimCall) => (call.number === 1 ? fault : undefined);
const formats = () => at.sim.calls.map((call) => call.format);

describe.each(FORMATS)('case 51: a fault of the first call only, from %s,', (upstream) => {
  describe.each([false, true])('stream: %s', (stream) => {
    it.each(passing(upstream, stream))(
      '%s: the second call answers, and the client sees nothing of the first',
      async (fault) => {
        at = await stage('Express', {
          sim: { fault: first(fault), sizes: { bigLine: 600_000, bomb: 4_000_000 } },
          config: { answer: { maxBytes: 256_000, maxEventBytes: 64_000 } },
        });
        for (const client of FORMATS) {
          const before = at.sim.calls.length;
          const answer = await ask({ client, stream, model: at.model(upstream, 'sim') });
          expect(answer.told).toMatchObject({ error: undefined, finished: true });
          expect(at.sim.calls.length - before).toBe(before === 0 ? 2 : 1);
          expect(answer.response.headers.get('x-postern-attempts')).toBe(before === 0 ? '2' : '1');
        }
      },
    );
  });
});

/** Three vendors and an order among them. */
const ORDERED: GatewayConfig['models'] = {
  m: {
    deployments: [
      { model: 'oa/sim', order: 0 },
      { model: 'an/sim', order: 1 },
    ],
    retries: 1,
    fallbacks: ['spare'],
  },
  spare: { deployments: ['ge/sim'], retries: 0 },
  lone: { deployments: ['oa/sim'] },
};

const failing =
  (fault: FaultName, ...upstreams: ChatFormat[]) =>
  (call: SimCall) =>
    call.format !== undefined && upstreams.includes(call.format) ? fault : undefined;

describe.each(HOST_NAMES)('failover, on %s', (host) => {
  const start = async (fault: (call: SimCall) => FaultName | undefined, sizes: object = {}) => {
    at = await stage(host, { sim: { fault, sizes }, config: { models: ORDERED } });
  };

  it.each([false, true])('asks the deployments by their order, then the fallbacks (stream: %s)', async (stream) => {
    await start(failing('e500', 'openai-chat', 'anthropic-messages'));
    expect((await ask({ stream })).told).toMatchObject({ error: undefined, finished: true });
    expect(formats()).toEqual(['openai-chat', 'anthropic-messages', 'gemini']);
    expect(at.ended[0]?.attempts.map(({ outcome, deployment }) => [outcome, deployment])).toEqual([
      ['fault', 'm#0'],
      ['fault', 'm#1'],
      ['ok', 'spare#0'],
    ]);
  });

  it('gives the error of the last when nobody is left', async () => {
    await start(failing('e503', 'openai-chat', 'anthropic-messages', 'gemini'));
    expect((await ask({})).response.status).toBe(503);
    expect(formats()).toEqual(['openai-chat', 'anthropic-messages', 'gemini']);
  });

  it('goes to another deployment when a key is refused, and tells the operator', async () => {
    await start(failing('e401', 'openai-chat'));
    expect((await ask({})).response.status).toBe(200);
    expect(formats()).toEqual(['openai-chat', 'anthropic-messages']);
    expect(at.logged.join('\n')).toContain('Incorrect API key');
  });

  it.each(FORMATS)(
    'goes to another deployment when %s does not know the model, and never asks it again',
    async (first) => {
      const { [first]: id } = PROVIDERS;
      const others = FORMATS.filter((format) => format !== first);
      at = await stage(host, {
        sim: { fault: failing('e404', first) },
        config: {
          models: {
            m: { deployments: [`${id}/sim`], retries: 3, fallbacks: ['spare'] },
            spare: { deployments: others.map((format) => `${PROVIDERS[format]}/sim`) },
          },
        },
      });
      expect((await ask({})).told).toMatchObject({ error: undefined, finished: true });
      expect(formats().filter((format) => format === first)).toHaveLength(1);
      expect(at.ended[0]?.attempts[0]?.faultKind).toBe('model-not-found');
    },
  );

  it.each(FORMATS)('gives the 404 of %s to the client in its words, once nobody is left', async (upstream) => {
    at = await stage(host, { sim: { fault: () => 'e404' } });
    for (const client of FORMATS) {
      const before = at.sim.calls.length;
      const { response, told: refused } = await ask({ client, model: at.model(upstream, 'sim') });
      expect([response.status, at.sim.calls.length - before]).toEqual([404, 1]);
      expect(refused.error?.message).toMatch(/\bmodels?\b.*\bsim\b/);
    }
    expect(at.logged.join('\n')).not.toContain('credentials');
  });

  it('asks nobody else about a request that is at fault itself', async () => {
    await start(failing('e400', 'openai-chat'));
    expect((await ask({})).response.status).toBe(400);
    expect(formats()).toEqual(['openai-chat']);
  });

  it.each([false, true])(
    'waits as Retry-After says before it asks a lone deployment again (stream: %s)',
    async (stream) => {
      await start(first('r429'), { retryAfter: 7 });
      expect((await ask({ model: 'lone', stream })).response.status).toBe(200);
      // And up to a fifth longer, so that those who were told the same don't come at the same moment.
      const [waited, ...more] = at.clock.slept;
      expect(more).toEqual([]);
      expect(waited).toBeGreaterThanOrEqual(7_000);
      expect(waited).toBeLessThanOrEqual(8_400);
      expect(formats()).toHaveLength(2);
    },
  );

  it('waits for nobody when another deployment can answer', async () => {
    await start(failing('r429', 'openai-chat'), { retryAfter: 7 });
    expect((await ask({})).response.status).toBe(200);
    expect([at.clock.slept, formats()]).toEqual([[], ['openai-chat', 'anthropic-messages']]);
  });

  it('gives a long Retry-After to the client', async () => {
    await start(first('r429'), { retryAfter: 60 });
    const { response } = await ask({ model: 'lone' });
    expect([response.status, response.headers.get('retry-after'), formats().length]).toEqual([429, '60', 1]);
  });

  it('case 53: nothing of the first attempt is in the second one', async () => {
    at = await stage(host, {
      sim: { fault: failing('e529', 'anthropic-messages') },
      config: {
        models: {
          m: {
            deployments: [
              { model: 'an/sim', order: 0 },
              { model: 'oa/sim', order: 1 },
            ],
          },
        },
      },
    });
    const { response } = await ask({ client: 'anthropic-messages' });
    const second = at.sim.calls[1];
    expect([response.status, second?.format, second?.refusal]).toEqual([200, 'openai-chat', undefined]);
    expect(Object.keys(second?.headers ?? {}).filter((name) => /anthropic|x-api-key/.test(name))).toEqual([]);
    expect(second?.body).toEqual({
      model: 'sim',
      messages: [{ role: 'user', content: 'Hello there' }],
      max_completion_tokens: 1000,
    });
    expect(response.headers.get('x-postern-inserted')).toBeNull();
  });

  it('case 33: never begins another answer behind a piece of the first one', async () => {
    await start(failing('cut', 'openai-chat'));
    for (const client of FORMATS) {
      const before = at.sim.calls.length;
      const { told: broken } = await ask({ client, stream: true });
      expect(at.sim.calls.length - before).toBe(1);
      const whole = await ask({ client, model: 'spare' });
      expect(whole.told.text.startsWith(broken.text)).toBe(true);
      expect([broken.text === '', broken.finished, broken.error === undefined]).toEqual([false, false, false]);
    }
  });

  it('case 41: when the fallback fails too, nothing of an answer has been sent', async () => {
    await start(failing('html-stream', 'openai-chat', 'anthropic-messages', 'gemini'));
    for (const client of FORMATS) {
      const { response, told: refused } = await ask({ client, stream: true });
      expect([response.status, refused.error === undefined]).toEqual([502, false]);
    }
  });

  it('case 56: a 503 that passes is asked again, once', async () => {
    await start(first('e503'));
    expect((await ask({ model: 'lone' })).response.status).toBe(200);
    expect([formats().length, at.clock.slept.length]).toEqual([2, 1]);
  });

  it('case 25: the calls of one request are capped, whatever the retries and fallbacks are', async () => {
    at = await stage(host, {
      sim: { fault: () => 'e500' },
      config: {
        maxAttempts: 4,
        models: {
          m: { deployments: ['oa/sim', 'an/sim'], retries: 9, fallbacks: ['n'] },
          n: { deployments: ['ge/sim'], retries: 9 },
        },
      },
    });
    expect((await ask({})).response.status).toBe(500);
    expect(at.sim.calls).toHaveLength(4);
  });
});
