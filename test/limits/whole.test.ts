import { afterEach, expect, it } from 'vitest';
import { post } from '../kit/chat.ts';
import { eventually } from '../kit/eventually.ts';
import { FORMATS, PROVIDERS, type Stage, stage } from '../kit/stage.ts';

let at: Stage;
afterEach(() => at.close());

const BUDGET = 150_000_000n; // nano-dollars, and 10,000 of them a token of the answer

it.each(FORMATS)('whole answers of 6,000 tokens never spend more than a budget, from %s', async (format) => {
  const price = { perMillionTokens: { input: '1', output: '10' } };
  at = await stage('Express', {
    config: {
      access: { identify: () => ({ id: 'ann' }) },
      limits: [{ scope: 'caller', counts: 'usd', max: '0.15' }],
      prices: Object.fromEntries(Object.values(PROVIDERS).map((id) => [`${id}/*`, price])),
      expose: 'all',
    },
  });
  const ask = () =>
    post(at.url, {
      path: '/v1/chat/completions',
      headers: { 'content-type': 'application/json' },
      body: { model: at.model(format, 'sim-text-6000'), messages: [{ role: 'user', content: 'hi' }] },
    });
  const statuses: number[] = [];
  for (let round = 0; round < 4; round++) {
    const answers = await Promise.all(Array.from({ length: 8 }, ask));
    for (const { status, headers } of answers) {
      statuses.push(status);
      if (status === 200) expect(headers.get('x-postern-inserted')).toMatch(/=4096/);
    }
    await eventually(() => at.ended.length === statuses.length);
  }
  const served = statuses.filter((status) => status === 200).length;
  const spent = at.ended.reduce((sum, { cost }) => sum + BigInt(cost ?? 0), 0n);
  expect(served).toBe(3);
  expect(spent).toBeLessThanOrEqual(BUDGET);
  expect(spent).toBeGreaterThan((BUDGET * 8n) / 10n);
});
