import { afterEach, expect, it } from 'vitest';
import { CHATS, post } from '../kit/chat.ts';
import { eventually } from '../kit/eventually.ts';
import { PROVIDERS, type Stage, stage } from '../kit/stage.ts';

let at: Stage;
afterEach(() => at.close());

const BUDGET = 150_000_000; // nano-dollars: 1,000 a token of the prompt, 10,000 one of the answer
const FORMATS = ['openai-chat', 'anthropic-messages'] as const;
const PAIRS = FORMATS.flatMap((client) => FORMATS.map((provider) => ({ client, provider })));

/** What nobody can count on its way: thinking that is sealed, known by the last usage, and an answer that is one frame. */
const SCRIPTS = ['sim-reasoning-6000-redacted-text-20', 'sim-text-6000-per-6000'];

it.each(SCRIPTS.flatMap((script) => PAIRS.map((pair) => ({ ...pair, script }))))(
  'streams without a bound never spend more than a budget: $script for $client from $provider',
  async ({ client, provider, script }) => {
    const price = { perMillionTokens: { input: '1', output: '10' } };
    at = await stage('Express', {
      config: {
        access: { identify: () => ({ id: 'ann' }) },
        limits: [{ scope: 'caller', counts: 'usd', max: '0.15' }],
        prices: Object.fromEntries(Object.values(PROVIDERS).map((id) => [`${id}/*`, price])),
        expose: 'all',
      },
    });
    const call = CHATS[client]({ model: at.model(provider, script), stream: true });
    const { max_tokens: _, ...body } = call.body;
    const ask = async () => {
      const answer = await post(at.url, { ...call, body });
      await answer.text();
      return answer;
    };
    let asked = 0;
    let served = 0;
    const told: (string | null)[] = [];
    for (let round = 0; round < 4; round++) {
      for (const { headers, status } of await Promise.all(Array.from({ length: 8 }, ask))) {
        asked += 1;
        if (status !== 200) continue;
        served += 1;
        told.push(headers.get('x-postern-inserted'));
      }
      await eventually(() => at.ended.length === asked);
    }
    const counted = at.sim.calls.map(({ usage }) => usage ?? { input: 0, output: 0 });
    const spent = counted.reduce((sum, { input, output }) => sum + 1_000 * input + 10_000 * output, 0);
    expect(spent).toBeLessThanOrEqual(BUDGET);
    expect(spent).toBeGreaterThan((BUDGET * 8) / 10);
    expect(served).toBe(3);
    for (const inserted of told) expect(inserted).toMatch(/^max(_completion)?_tokens=4096/);
  },
);
