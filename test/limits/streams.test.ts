import OpenAI from 'openai';
import { afterEach, expect, it } from 'vitest';
import { CHATS, post } from '../kit/chat.ts';
import { eventually } from '../kit/eventually.ts';
import { HOST_NAMES } from '../kit/hosts.ts';
import { reading } from '../kit/reading.ts';
import { type Stage, stage } from '../kit/stage.ts';

let at: Stage;
afterEach(() => at.close());

const access = { identify: () => ({ id: 'ann' }) };
const limits = [{ scope: 'caller', counts: 'outputTokens', max: 1_500, per: 'day' }] as const;

it('case 5: a stream ten times its limit ends with `length` for a stock client, which asks once', async () => {
  at = await stage('Express', { config: { access, limits, reserve: 'estimate' } });
  const openai = new OpenAI({ baseURL: `${at.url}/v1`, apiKey: 'none' });
  const stream = await openai.chat.completions.create({
    model: 'oa/sim-text-15000',
    stream: true,
    messages: [{ role: 'user', content: 'hi' }],
  });
  let last: string | null | undefined;
  let characters = 0;
  for await (const { choices } of stream) {
    characters += choices[0]?.delta.content?.length ?? 0;
    last = choices[0]?.finish_reason ?? last;
  }
  expect(last).toBe('length');
  expect(characters / 4).toBeGreaterThan(1_000);
  await eventually(() => at.ended.length === 1);
  expect(at.ended[0]).toMatchObject({ outcome: 'cancelled', error: { code: 'rate_limited' } });
  expect(at.sim.calls).toHaveLength(1);
  expect(await at.sim.calls[0]?.ended).toBe('cancelled');
});

it.each(HOST_NAMES)(
  'case 20: a client of %s that leaves is settled by what the provider told, where that is to be drained',
  async (host) => {
    at = await stage(host, {
      config: { access, limits: [{ ...limits[0], max: 100_000 }] },
      provider: { onAbort: 'drain' },
    });
    const leave = new AbortController();
    const call = CHATS['openai-chat']({ model: 'oa/sim-text-400+gap-1', stream: true });
    const answer = await reading(await post(at.url, call, { signal: leave.signal }));
    await answer.until((text) => text !== '');
    leave.abort();
    await eventually(() => at.ended.length === 1);
    expect(at.ended).toMatchObject([{ outcome: 'cancelled', attempts: [{ outcome: 'ok', usage: { output: 400 } }] }]);
    expect(await at.sim.calls[0]?.ended).toBe('finished');
  },
);
