import { describe, expect, it } from 'vitest';
import { errorOf, Scene } from '../routing-scene.type-test.ts';

const UP = { format: 'openai-chat', baseUrl: 'https://a.test/v1', auth: 'bearer', apiKey: 'k' } as const;
const MODELS = { m: { deployments: { discover: 'srv:_llm._tcp.example.test', model: 'a/one' } } };

describe('look-ups', () => {
  it('of SRV records are refused at mount where the runtime knows none', () => {
    expect(() => new Scene({ models: MODELS })).toThrow(
      /^models\.m\.deployments\.discover: .*`discover`.*`platform\.srv`/,
    );
  });

  it('by a reload that the runtime can not do change nothing', async () => {
    const scene = new Scene({ models: { m: 'a/one' } });
    expect(() => scene.gateway.reload({ models: MODELS, providers: { a: UP } })).toThrow('SRV');
    expect((await scene.ask()).status).toBe(200);
  });

  it('of a thousand deployments are made known by a few checks, though one of them is wrong', async () => {
    const list: object[] = Array.from({ length: 1_000 }, (_, at) => ({
      model: 'a/one',
      baseUrl: `https://a.test:${at + 1}/v1`,
    }));
    list[700] = { model: 'a/one', baseUrl: 'https://a.test:701/v1', weight: 0 };
    const warnings: unknown[] = [];
    const scene = new Scene({
      models: { m: { deployments: { discover: 'mine' }, strategy: 'round-robin' } },
      discover: { mine: () => list as never },
      log: { warn: (_, fields) => warnings.push(fields), error() {} },
    });
    const joined: number[] = [];
    scene.gateway.events.on('deployments-changed', (event) => joined.push(event.joined.length));
    expect((await scene.ask()).status).toBe(200);
    expect(joined).toEqual([999]);
    expect(warnings.filter((fields) => fields !== undefined)).toMatchObject([{ alias: 'm', entry: 700 }]);
  });

  it('that name one deployment twice make one of it', async () => {
    const one = { model: 'a/one', baseUrl: 'https://a.test/v1' };
    const scene = new Scene({
      models: { m: { deployments: { discover: 'mine' }, retries: 0 } },
      discover: { mine: () => [one, { ...one }, { ...one, model: 'a/two' }] },
    });
    const joined: unknown[] = [];
    scene.gateway.events.on('deployments-changed', (event) => joined.push(...event.joined));
    await scene.ask();
    expect(joined).toMatchObject([{ model: 'a/one' }, { model: 'a/two' }]);
  });

  it('that find nothing are an outage of the providers, and no unknown model', async () => {
    const scene = new Scene({
      models: { m: { deployments: { discover: 'mine' }, defaultTag: 'eu' } },
      discover: { mine: async () => [] },
    });
    const reply = await scene.ask();
    expect([reply.status, errorOf(reply).code]).toEqual([503, 'upstream_unavailable']);
    expect(reply.headers['retry-after']).toBe('1');
  });
});
