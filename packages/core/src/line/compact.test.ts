import { describe, expect, it } from 'vitest';
import type { Chunk } from '../transport/gateway-request.ts';
import { drained, errorOf, mediaScene, textOf } from './media/media.type-test.ts';

const PATH = '/v1/responses/compact';
const sent = (body: unknown) => JSON.parse(textOf(body as Chunk)) as Record<string, unknown>;

/** Source: https://platform.openai.com/docs/api-reference/responses/compacted-object */
const COMPACTED = {
  id: 'resp_1',
  object: 'response.compaction',
  created_at: 1,
  output: [{ type: 'compaction', id: 'cmp_1', encrypted_content: 'gAAA' }],
  usage: {
    input_tokens: 100,
    input_tokens_details: { cached_tokens: 40 },
    output_tokens: 20,
    output_tokens_details: { reasoning_tokens: 5 },
    total_tokens: 120,
  },
};

describe('compaction of a conversation', () => {
  it('goes to the model that was asked for, comes back as it is, and is metered', async () => {
    const { ask, upstream, ended } = mediaScene();
    const pending = ask(PATH, { model: 'm', input: 'Hello', instructions: 'Be short' });
    const call = await upstream.next();
    expect(call.request.path).toBe('/v1/responses/compact');
    expect(sent(call.request.body)).toEqual({ model: 'one', input: 'Hello', instructions: 'Be short' });
    call.respond(200, COMPACTED);
    expect(JSON.parse(await drained(await pending))).toEqual(COMPACTED);
    expect(ended[0]).toMatchObject({
      outcome: 'ok',
      operation: 'compact',
      usage: { input: 60, cacheRead: 40, output: 15, reasoning: 5 },
    });
  });

  it('names the response to compact as the client does', async () => {
    const { ask, upstream } = mediaScene();
    void ask(PATH, { model: 'm', previous_response_id: 'resp_0' });
    expect(sent((await upstream.next()).request.body)).toEqual({ model: 'one', previous_response_id: 'resp_0' });
  });

  it('leaves out what other providers sealed, and tells of it', async () => {
    const { ask, upstream } = mediaScene();
    const foreign = { type: 'reasoning', summary: [], encrypted_content: 'postern.eyJ9' };
    const own = { type: 'reasoning', summary: [], encrypted_content: 'gAAA' };
    const pending = ask(PATH, { model: 'm', input: [foreign, own] });
    const call = await upstream.next();
    expect(sent(call.request.body)['input']).toEqual([own]);
    call.respond(200, COMPACTED);
    expect((await pending).headers['x-postern-dropped']).toBe('reasoning');
  });

  it.each([[{ error: { message: 'No.', code: 'server_error' } }], [{ object: 'response.compaction' }]])(
    'that failed is no answer: %j',
    async (answer) => {
      const { ask, upstream } = mediaScene({ models: { m: { deployments: ['a/one'], retries: 0 } } });
      const pending = ask(PATH, { model: 'm', input: 'Hello' });
      (await upstream.next()).respond(200, answer);
      expect((await pending).status).toBeGreaterThanOrEqual(500);
    },
  );

  it('is refused where the provider has no such thing, with what it serves', async () => {
    const providers = { a: { extends: 'anthropic', baseUrl: 'https://a.test', apiKey: 'key' } } as const;
    const { ask, upstream } = mediaScene({ providers, models: { m: 'a/one' } });
    const reply = await ask(PATH, { model: 'm', input: 'Hello' });
    expect(reply.status).toBe(400);
    expect(await errorOf(reply)).toMatchObject({
      code: 'operation_unsupported',
      message: expect.stringMatching(/chat/),
    });
    expect(upstream.calls).toHaveLength(0);
  });

  it('has nothing fetched where that is not enabled', async () => {
    const { ask } = mediaScene({ features: { remoteMedia: false } });
    const part = { type: 'input_image', image_url: 'https://elsewhere.test/a.png' };
    const reply = await ask(PATH, { model: 'm', input: [{ role: 'user', content: [part] }] });
    expect(reply.status).toBe(403);
  });
});
