import type { DecisionRecord, GatewayConfig } from '@postern/core';
import { type PolicyOptions, policy } from '@postern/policies';
import { replay } from '@postern/simulate';
import { afterEach, describe, expect, it } from 'vitest';
import { type Stage, stage } from '../kit/stage.ts';

const CODE = 'Write a Python function that parses a CSV file and returns a list of rows.';
const CHAT = 'Hi! How are you today?';
const TIERS = { small: 1, big: 4 };

let scene: Stage | undefined;
afterEach(async () => {
  await scene?.close();
  scene = undefined;
});

const config = (options: Partial<PolicyOptions> = {}, more: Partial<GatewayConfig> = {}): Partial<GatewayConfig> => ({
  models: { small: 'oa/sim-text-5', big: 'oa/sim-text-7' },
  prices: {
    'oa/sim-text-5': { perMillionTokens: { input: '0.1', output: '0.4' } },
    'oa/sim-text-7': { perMillionTokens: { input: '5', output: '25' } },
  },
  policies: { auto: policy({ among: ['small', 'big'], tiers: TIERS, ...options }) },
  expose: 'all',
  explain: true,
  ...more,
});

const start = async (options?: Partial<PolicyOptions>, more?: Partial<GatewayConfig>): Promise<Stage> => {
  scene = await stage('Express', { config: config(options, more) });
  return scene;
};

const ask = (at: Stage, content: string, headers: Record<string, string> = {}, more: object = {}): Promise<Response> =>
  fetch(`${at.url}/v1/chat/completions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify({ model: 'auto', messages: [{ role: 'user', content }], ...more }),
  });

const servedBy = async (response: Response): Promise<string | null> => {
  await response.text();
  expect(response.status).toBe(200);
  return response.headers.get('x-postern-deployment');
};

describe('a policy on sockets', () => {
  it('sends code to the big model and small talk to the small one, as whole answers and as streams', async () => {
    const at = await start();
    for (const stream of [false, true]) {
      expect(await servedBy(await ask(at, CODE, {}, { stream }))).toBe('big#0');
      expect(await servedBy(await ask(at, CHAT, {}, { stream }))).toBe('small#0');
    }
  });

  it('stands in the list of models', async () => {
    const at = await start();
    const { data } = (await (await fetch(`${at.url}/v1/models`)).json()) as { data: { id: string }[] };
    expect(data.map(({ id }) => id).sort()).toEqual(['auto', 'big', 'small']);
  });

  it('refuses what nothing meets with 400, in the words of both formats, and calls nobody', async () => {
    const at = await start();
    const { calls } = await at.during(async () => {
      const plain = await ask(at, CHAT, { 'x-postern-max-cost': '0.000000001' });
      expect(plain.status).toBe(400);
      expect(await plain.json()).toMatchObject({
        error: { param: 'maxCost', message: expect.stringMatching(/No model of 'auto' meets maxCost/) },
      });
      const other = await fetch(`${at.url}/v1/messages`, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          'anthropic-version': '2023-06-01',
          'x-postern-max-latency': '1ms',
          'x-postern-min-tier': '4',
          'x-postern-max-cost': '0.000001',
        },
        body: JSON.stringify({ model: 'auto', max_tokens: 10, messages: [{ role: 'user', content: CHAT }] }),
      });
      expect(other.status).toBe(400);
      expect(await other.json()).toMatchObject({
        type: 'error',
        error: { type: 'invalid_request_error', message: expect.stringMatching(/minTier|maxCost/) },
      });
    });
    expect(calls).toEqual([]);
  });

  it.each([
    ['x-postern-max-cost', 'cheap'],
    ['x-postern-max-cost', '-1'],
    ['x-postern-max-latency', 'soon'],
    ['x-postern-min-tier', '5'],
  ])('refuses %s: %s with 400', async (header, value) => {
    const at = await start();
    const response = await ask(at, CHAT, { [header]: value });
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ error: { param: header } });
  });

  it('a request can ask for more by a header', async () => {
    const at = await start();
    expect(await servedBy(await ask(at, CHAT, { 'x-postern-min-tier': '3' }))).toBe('big#0');
  });

  it('the others of its choice are fallbacks of the first', async () => {
    const at = await start(
      {},
      { models: { small: { deployments: ['oa/sim-text-5-e503'], retries: 0 }, big: 'oa/sim-text-7' } },
    );
    expect(await servedBy(await ask(at, CHAT))).toBe('big#0');
  });

  it('leaves out what the caller may not use, and refuses one who may use none of it', async () => {
    const of = (name: string) => ({ team: ['auto', 'small'], lone: ['auto'] })[name] ?? [];
    const at = await start(
      {},
      { access: { identify: (request) => ({ id: 'x', models: of(request.header('x-caller') ?? '') }) } },
    );
    expect(await servedBy(await ask(at, CODE, { 'x-caller': 'team' }))).toBe('small#0');
    for (const caller of ['lone', 'nobody']) {
      const refused = await ask(at, CODE, { 'x-caller': caller });
      await refused.text();
      expect(refused.status).toBe(403);
    }
  });

  it('is asked through by a dry run, which tells the features, the reason and why others are out', async () => {
    const at = await start({ minTier: 2, rules: [] });
    const dry = await (await ask(at, CHAT, {}, { dry_run: true })).json();
    expect(dry).toMatchObject({
      question: { policy: { among: ['small', 'big'], view: { task: 'chat', language: 'en' } } },
      candidates: [{ deployment: 'small#0', out: 'minTier: is of tier 1, below 2' }, { deployment: 'big#0' }],
      plan: [{ deployment: 'big#0', reason: expect.stringContaining('cheapest for chat, tier 4') }, {}, {}],
    });
    expect(JSON.stringify(dry)).not.toContain('How are you');
  });

  it('learns from feedback which of them is the better one for a task', async () => {
    const learning = policy({ among: ['small', 'big'], bandit: true });
    const at = await start(undefined, { feedback: true, policies: { auto: learning } });
    for (let request = 0; request < 60; request++) {
      const response = await ask(at, CHAT);
      const deployment = await servedBy(response);
      const body = { request_id: response.headers.get('x-postern-request-id'), score: deployment === 'big#0' ? 1 : 0 };
      const told = await fetch(`${at.url}/v1/feedback`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      });
      await told.text();
      expect(told.status).toBe(200);
    }
    const { big, small } = learning.save()['chat'] ?? {};
    expect((big?.[0] ?? 0) + (small?.[1] ?? 0)).toBe(60);
    expect(big?.[0]).toBeGreaterThan(30);
  });

  it('decides the same again from what is written down, which holds no content and is short', async () => {
    const around = { retry: { budget: 10 }, breaker: false } as const;
    const made = config({ rules: [{ when: { task: 'code' }, objective: 'best' }] }, around);
    scene = await stage('Express', { config: made });
    const records: DecisionRecord[] = [];
    (scene.host.gateway.events.on as (name: 'decision', listener: (record: DecisionRecord) => void) => void)(
      'decision',
      (record) => records.push(JSON.parse(JSON.stringify(record))),
    );
    for (const content of [CODE, CHAT, CODE, CHAT]) await servedBy(await ask(scene, content));
    const refused = await ask(scene, CHAT, { 'x-postern-max-cost': '0.000000001' });
    await refused.text();
    expect(records).toHaveLength(5);
    for (const record of records) {
      expect(JSON.stringify(record).length).toBeLessThan(4_096);
      expect(JSON.stringify(record)).not.toMatch(/Python|How are you/);
    }
    expect(replay(records, made)).toMatchObject({ same: 5, different: [], otherPolicy: 0 });
    // Without the rule the two for code go elsewhere.
    expect(replay(records, config({ rules: [] }, around))).toMatchObject({ otherPolicy: 5, same: 3 });
  });
});
