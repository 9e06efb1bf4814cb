import { describe, expect, it } from 'vitest';
import type { GatewayConfig } from '../config/types.ts';
import { createGateway } from '../gateway.ts';
import { Cancellation } from '../kit/cancel.ts';
import { manualClock, type ScriptedDispatcher, scriptedDispatcher } from '../testing/index.ts';
import { bodyOf } from '../transport/body-of.ts';
import type { GatewayReply } from '../transport/gateway-request.ts';

const up = (id: string) =>
  ({ format: 'openai-chat', baseUrl: `https://${id}.test/v1`, auth: 'none', fidelity: 'exact' }) as const;

/** Asks a gateway whose models are these, and answers what it asks upstream. */
async function ask(
  models: GatewayConfig['models'],
  body: object,
): Promise<{ reply: GatewayReply; upstream: ScriptedDispatcher }> {
  const upstream = scriptedDispatcher();
  const gateway = createGateway(
    {
      access: 'open',
      providers: { blind: up('blind'), seeing: up('seeing'), deepseek: { apiKey: 'k' } },
      ...(models === undefined ? {} : { models }),
      log: { warn() {}, error() {} },
    },
    {
      dispatcher: upstream,
      clock: manualClock(),
      random: () => 0.5,
      randomId: (bytes) => '0'.repeat(2 * bytes),
      environment: {},
    },
  );
  const bytes = new TextEncoder().encode(JSON.stringify(body));
  const pending = gateway.handle({
    method: 'POST',
    path: '/v1/chat/completions',
    query: new URLSearchParams(),
    header: () => undefined,
    body: async (limits) => bodyOf(bytes, limits),
    signal: new Cancellation(),
    host: undefined,
  });
  if (pending === undefined) throw new Error('not taken');
  const reply = await Promise.race([pending, upstream.next().then(answer)]);
  return { reply: reply ?? (await pending), upstream };

  function answer(call: Awaited<ReturnType<ScriptedDispatcher['next']>>): undefined {
    call.respond(
      200,
      JSON.stringify({ id: 'c', object: 'chat.completion', choices: [{ index: 0, message: { content: 'x' } }] }),
      { 'content-type': 'application/json' },
    );
  }
}

const errorOf = (reply: GatewayReply): unknown => (JSON.parse(String(reply.body)) as { error: unknown }).error;
const BLIND = { model: 'blind/one', capabilities: { vision: false } };
const image = { type: 'image_url', image_url: { url: 'data:image/png;base64,AAAA' } };
const looking = { model: 'm', messages: [{ role: 'user', content: [{ type: 'text', text: 'what is it?' }, image] }] };
const text = { model: 'm', messages: [{ role: 'user', content: 'hello' }] };

describe('a model that is known not to be capable', () => {
  it('is passed over for one that may be', async () => {
    const { upstream } = await ask({ m: { deployments: [BLIND, { model: 'seeing/two', order: 1 }] } }, looking);
    expect(upstream.calls.map(({ request }) => request.origin)).toEqual(['https://seeing.test']);
  });

  it('is passed over for a fallback', async () => {
    const models = { m: { deployments: [BLIND], fallbacks: ['other'] }, other: 'seeing/two' };
    const { upstream } = await ask(models, looking);
    expect(upstream.calls.map(({ request }) => request.origin)).toEqual(['https://seeing.test']);
  });

  it('is a refusal that names what is missing when there is no other', async () => {
    const { reply, upstream } = await ask({ m: { deployments: [BLIND] } }, looking);
    expect([reply.status, errorOf(reply)]).toEqual([
      400,
      expect.objectContaining({
        message: "The model 'm' does not take images.",
        code: 'unsupported_by_target',
        param: 'messages.0',
      }),
    ]);
    expect(upstream.calls).toEqual([]);
  });

  it('serves what it is capable of, byte for byte', async () => {
    const { upstream } = await ask({ m: { deployments: [{ ...BLIND, model: 'blind/m' }] } }, text);
    const [call] = upstream.calls;
    expect(new TextDecoder().decode(call?.request.body as Uint8Array)).toBe(JSON.stringify(text));
  });

  it('is one that the data knows, under a direct name as well', async () => {
    // Source: https://api-docs.deepseek.com/quick_start/pricing: this model takes text only.
    const { reply } = await ask(undefined, { ...looking, model: 'deepseek/deepseek-v4-pro' });
    expect(errorOf(reply)).toMatchObject({ message: "The model 'deepseek/deepseek-v4-pro' does not take images." });
    const { upstream } = await ask(undefined, { ...looking, model: 'deepseek/deepseek-of-tomorrow' });
    expect(upstream.calls).toHaveLength(1);
  });
});

describe('a request far beyond the context window', () => {
  const small = { deployments: [{ model: 'blind/one', contextWindow: 100 }] };
  const long = (length: number): object => ({
    model: 'm',
    messages: [{ role: 'user', content: 'word '.repeat(length / 5) }],
  });

  it('is refused with both sizes', async () => {
    const { reply } = await ask({ m: small }, long(1000));
    expect(reply.status).toBe(400);
    expect(errorOf(reply)).toMatchObject({
      message: "The model 'm' takes 100 tokens, and this request has about 250.",
      param: 'messages',
    });
  });

  it('is sent when the estimate leaves doubt', async () => {
    const { upstream } = await ask({ m: small }, long(600));
    expect(upstream.calls).toHaveLength(1);
  });

  it('is not one that is large by its media', async () => {
    const large = { type: 'image_url', image_url: { url: `data:image/png;base64,${'A'.repeat(4000)}` } };
    const { upstream } = await ask({ m: small }, { model: 'm', messages: [{ role: 'user', content: [large] }] });
    expect(upstream.calls).toHaveLength(1);
  });
});
