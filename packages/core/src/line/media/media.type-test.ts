/** What the tests of media share; named so that it is neither built nor run as a test. */
import type { GatewayConfig } from '../../config/types.ts';
import { createGateway } from '../../gateway.ts';
import { Cancellation } from '../../kit/cancel.ts';
import { manualClock, scriptedDispatcher } from '../../testing/index.ts';
import { bodyOf } from '../../transport/body-of.ts';
import type { Chunk, GatewayReply, GatewayRequest } from '../../transport/gateway-request.ts';
import type { GatewayEvents } from '../events.ts';

const decoder = new TextDecoder();
const encoder = new TextEncoder();

/** A gateway before a provider `a` and, as its fallback, `b`; both answer by hand. The alias `m` stands for both, in this order. */
export function mediaScene(config: Partial<GatewayConfig> = {}) {
  const upstream = scriptedDispatcher();
  const clock = manualClock();
  const ended: GatewayEvents['request-end'][] = [];
  let ids = 0;
  const provider = (id: string) =>
    ({
      extends: 'openai',
      baseUrl: `https://${id}.test/v1`,
      apiKey: `key-of-${id}`,
    }) as const;
  const gateway = createGateway(
    {
      access: 'open',
      providers: { a: provider('a'), b: provider('b') },
      models: {
        m: {
          deployments: [
            { model: 'a/one', order: 0 },
            { model: 'b/two', order: 1 },
          ],
        },
      },
      log: { warn() {}, error() {} },
      ...config,
    },
    {
      dispatcher: upstream,
      clock,
      random: () => 0.5,
      randomId: (bytes: number) => String(++ids).padStart(2 * bytes, '0'),
      environment: {},
    },
  );
  gateway.events.on('request-end', (event) => ended.push(event));
  const signal = new Cancellation();
  const send = (path: string, more: Partial<GatewayRequest>): Promise<GatewayReply> => {
    const reply = gateway.handle({
      method: 'POST',
      path,
      query: new URLSearchParams(),
      header: () => undefined,
      body: () => Promise.reject(new Error('this request has no JSON body')),
      signal,
      host: undefined,
      ...more,
    });
    if (reply === undefined) throw new Error(`${path} was not taken`);
    return reply;
  };
  return {
    gateway,
    upstream,
    clock,
    ended,
    signal,
    send,
    ask: (path: string, body: unknown) =>
      send(path, { body: async (limits) => bodyOf(encoder.encode(JSON.stringify(body)), limits) }),
  };
}

export const textOf = (chunk: Chunk): string => (typeof chunk === 'string' ? chunk : decoder.decode(chunk));

/** All of a reply's body, as text. */
export async function drained({ body }: GatewayReply): Promise<string> {
  if (typeof body === 'string' || body instanceof Uint8Array) return textOf(body);
  let whole = '';
  for await (const chunk of body) whole += textOf(chunk);
  return whole;
}

/** The error that a reply holds. */
export const errorOf = async (reply: GatewayReply) =>
  (JSON.parse(await drained(reply)) as { error: { message: string; type: string; code: string; param: string | null } })
    .error;

/** An OpenAI API's answer for two texts. Source: https://platform.openai.com/docs/api-reference/embeddings/create */
export const TWO_EMBEDDINGS = {
  object: 'list',
  data: [
    { object: 'embedding', index: 0, embedding: [0.5] },
    { object: 'embedding', index: 1, embedding: [1] },
  ],
  model: 'embedder',
  usage: { prompt_tokens: 4, total_tokens: 4 },
};

/** A client of any format before a model `m` of one provider that embeds, and whose answer is given by hand. */
export function embedderScene(provider: string) {
  const inner = mediaScene({
    providers: { p: { extends: provider, apiKey: 'key-of-p', baseUrl: 'https://p.test' } },
    models: { m: { deployments: ['p/embedder'], retries: 0 } },
  });
  return {
    ...inner,
    async embedded(path: string, request: object, answer: object) {
      const pending = inner.ask(path, request);
      const call = await inner.upstream.next();
      call.respond(200, answer);
      const reply = await pending;
      return {
        path: call.request.path,
        sent: JSON.parse(textOf(call.request.body as Chunk)) as unknown,
        told: JSON.parse(await drained(reply)) as unknown,
        dropped: reply.headers['x-postern-dropped'],
      };
    },
  };
}
