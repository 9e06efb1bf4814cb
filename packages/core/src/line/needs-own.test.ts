import { describe, expect, it } from 'vitest';
import type { Chunk } from '../transport/gateway-request.ts';
import { drained, errorOf, mediaScene, textOf } from './media/media.type-test.ts';

const sent = (body: unknown) => JSON.parse(textOf(body as Chunk)) as Record<string, unknown>;

const own = { extends: 'openai', baseUrl: 'https://own.test/v1', apiKey: 'key' } as const;
const chat = { format: 'openai-chat', baseUrl: 'https://chat.test/v1', auth: 'bearer', apiKey: 'key' } as const;
const messages = { extends: 'anthropic', baseUrl: 'https://messages.test', apiKey: 'key' } as const;
const gemini = { extends: 'gemini', baseUrl: 'https://gemini.test', apiKey: 'key' } as const;
const providers = { own, chat, messages, gemini };

/** Source: https://platform.openai.com/docs/api-reference/responses/create (previous_response_id) */
const GOES_ON = { model: 'm', input: 'And then?', previous_response_id: 'resp_1' };

const FOREIGN = ['chat', 'messages', 'gemini'].flatMap((provider) => [
  { provider, stream: false },
  { provider, stream: true },
]);

describe('a response that goes on from an earlier one', () => {
  it.each(FOREIGN)(
    'is refused by $provider (stream: $stream), with what to send instead',
    async ({ provider, stream }) => {
      const { ask, upstream, ended } = mediaScene({ providers, models: { m: `${provider}/one` } });
      const reply = await ask('/v1/responses', { ...GOES_ON, stream });
      expect(reply.status).toBe(400);
      expect(reply.headers['content-type']).toContain('application/json');
      expect(await errorOf(reply)).toMatchObject({
        type: 'invalid_request_error',
        code: 'operation_unsupported',
        param: 'previous_response_id',
        message: expect.stringContaining('send the conversation so far as `input` items instead'),
      });
      expect(upstream.calls).toHaveLength(0);
      expect(ended).toHaveLength(1);
    },
  );

  it.each([false, true])('passes to a provider of the format as it is (stream: %s)', async (stream) => {
    const { ask, upstream } = mediaScene({ providers, models: { m: 'own/one' } });
    void ask('/v1/responses', { ...GOES_ON, stream });
    const call = await upstream.next();
    expect(call.request.path).toBe('/v1/responses');
    expect(sent(call.request.body)).toEqual({ ...GOES_ON, stream, model: 'one' });
  });

  it('passes where hooks look into it, too', async () => {
    const hooks = { onRequest: [() => undefined] };
    const { ask, upstream } = mediaScene({ providers, hooks, models: { m: 'own/one' } });
    void ask('/v1/responses', GOES_ON);
    expect(sent((await upstream.next()).request.body)).toMatchObject({ previous_response_id: 'resp_1' });
  });

  it('goes to the deployment that can, past those that can not', async () => {
    const deployments = [
      { model: 'messages/one', order: 0 },
      { model: 'own/two', order: 1 },
    ];
    const { ask, upstream } = mediaScene({ providers, models: { m: { deployments } } });
    void ask('/v1/responses', GOES_ON);
    expect(sent((await upstream.next()).request.body)).toEqual({ ...GOES_ON, model: 'two' });
  });

  it('is not counted by a provider that does not have it', async () => {
    const { ask } = mediaScene({ providers, models: { m: 'messages/one' } });
    const reply = await ask('/v1/responses/input_tokens', GOES_ON);
    expect(reply.status).toBe(400);
    expect(await errorOf(reply)).toMatchObject({ param: 'previous_response_id' });
  });

  it('is not asked for by null', async () => {
    const { ask, upstream } = mediaScene({ providers, models: { m: 'chat/one' } });
    const pending = ask('/v1/responses', { ...GOES_ON, previous_response_id: null });
    const call = await upstream.next();
    expect(call.request.path).toBe('/v1/chat/completions');
    // Source: https://platform.openai.com/docs/api-reference/chat/object
    const message = { role: 'assistant', content: 'The end.' };
    call.respond(200, { id: 'c', object: 'chat.completion', choices: [{ index: 0, message, finish_reason: 'stop' }] });
    expect(await drained(await pending)).toContain('The end.');
  });
});
