import { afterAll, beforeAll, expect, it } from 'vitest';
import { CHATS, post } from '../kit/chat.ts';
import { OPERATORS_KEY, type Stage, stage } from '../kit/stage.ts';

let at: Stage;
beforeAll(async () => {
  at = await stage('Express');
});
afterAll(() => at.close());

/** A gateway whose provider is the catalog's own, which serves both. */
async function calledBy(client: 'openai-chat' | 'openai-responses' | 'anthropic-messages', stream: boolean, more = {}) {
  const own = await stage('Express', {
    config: { providers: { openai: { baseUrl: `${at.sim.url}/v1`, apiKey: OPERATORS_KEY } } },
  });
  const { result, calls } = await at.during(async () =>
    (await post(own.url, CHATS[client]({ model: 'openai/sim-text-3', stream, more }))).text(),
  );
  await own.close();
  return { text: result, paths: calls.map(({ path }) => path), refusals: calls.map(({ refusal }) => refusal) };
}

it.each([false, true])(
  'a provider of two formats is called in the one that its client speaks (stream: %s)',
  async (stream) => {
    expect((await calledBy('openai-responses', stream)).paths).toEqual(['/v1/responses']);
    expect((await calledBy('openai-chat', stream)).paths).toEqual(['/v1/chat/completions']);
    const third = await calledBy('anthropic-messages', stream);
    expect([third.paths, third.refusals]).toEqual([['/v1/chat/completions'], [undefined]]);
  },
);

it('what rests on the state of the provider passes to it, and is refused for one of another format', async () => {
  expect((await calledBy('openai-responses', false, { previous_response_id: 'resp_1' })).paths).toEqual([
    '/v1/responses',
  ]);
  const more = { previous_response_id: 'resp_1' };
  const call = CHATS['openai-responses']({ model: at.model('anthropic-messages', 'sim'), more });
  const { result, calls } = await at.during(async () => post(at.url, call));
  expect([result.status, calls]).toEqual([400, []]);
  expect(await result.json()).toMatchObject({
    error: { type: 'invalid_request_error', code: 'operation_unsupported', param: 'previous_response_id' },
  });
});
