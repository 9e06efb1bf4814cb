/** What the tests of reservations share; named so that it is neither built nor run as a test. */
import { setImmediate } from 'node:timers/promises';
import type { WireFormat } from '../adapters/format.ts';
import type { ScopedLimit } from '../config/limit-types.ts';
import type { GatewayConfig } from '../config/types.ts';
import { createGateway } from '../gateway.ts';
import { Cancellation } from '../kit/cancel.ts';
import { ClientGone } from '../kit/errors.ts';
import { memoryStore } from '../store/memory.ts';
import type { Amounts, Granted, LimitState, Limits, Refused, Reservation, Store } from '../store/store.ts';
import { manualClock, scriptedDispatcher } from '../testing/index.ts';
import { bodyOf } from '../transport/body-of.ts';
import type { Chunk } from '../transport/gateway-request.ts';
import type { GatewayEvents } from './events.ts';

/** Lets what is ready run to where it waits. */
export const othersTurn = (): Promise<void> => setImmediate();
/** Waits until it is so: a bounded number of turns, and no time. */
export async function until(isSo: () => boolean): Promise<void> {
  for (let turn = 0; turn < 1_000 && !isSo(); turn++) await othersTurn();
  if (!isSo()) throw new Error('it never came to it');
}

export type StoreCall = readonly ['admit' | 'extend' | 'settle', string, Amounts];

const provider = (format: WireFormat) =>
  ({ format, baseUrl: `https://${format}.test`, auth: 'none', fidelity: 'exact', streamUsage: true }) as const;

/** A provider of each format, by its name. */
export const PROVIDERS = {
  'openai-chat': provider('openai-chat'),
  'openai-completions': provider('openai-completions'),
  'openai-responses': provider('openai-responses'),
  'anthropic-messages': provider('anthropic-messages'),
  gemini: provider('gemini'),
  'bedrock-converse': provider('bedrock-converse'),
  cohere: provider('cohere'),
  ollama: provider('ollama'),
} as const;

/** A dollar for a million tokens of the prompt and ten for those of the answer: 1,000 and 10,000 nano-dollars a token. */
export const PRICES = Object.fromEntries(
  Object.keys(PROVIDERS).map((id) => [`${id}/*`, { perMillionTokens: { input: '1', output: '10' } }]),
);

/** A gateway with these limits over a store that notes what is asked of it. `gate`: what a call of the store waits for before it is answered. */
export function limited(
  limits: readonly ScopedLimit[],
  config: Partial<GatewayConfig> = {},
  gate: (name: StoreCall[0], id: string) => Promise<unknown> | undefined = () => undefined,
) {
  const upstream = scriptedDispatcher();
  const clock = manualClock();
  const memory = memoryStore();
  const calls: StoreCall[] = [];
  const states: LimitState[] = [];
  const asked = async <Answer extends Granted | Refused>(
    call: StoreCall,
    run: () => Promise<Answer>,
  ): Promise<Answer> => {
    calls.push(call);
    await gate(call[0], call[1]);
    const answer = await run();
    if (answer.granted) states.push(...answer.scopes);
    return answer;
  };
  const noted: Limits = {
    admit: (reservation: Reservation, call) =>
      asked(['admit', reservation.id, reservation.amounts], () => memory.limits.admit(reservation, call)),
    extend: (id, by, expires, call) => asked(['extend', id, by], () => memory.limits.extend(id, by, expires, call)),
    settle: (id, used, call) => asked(['settle', id, used], () => memory.limits.settle(id, used, call)),
    open: (cursor, call) => memory.limits.open(cursor, call),
  };
  const store: Store = { ...memory, limits: noted, shared: memory.shared.bind(memory) };
  const ended: GatewayEvents['request-end'][] = [];
  const cuts: GatewayEvents['answer-cut'][] = [];
  const crossed: GatewayEvents['limit-crossed'][] = [];
  const errors: string[] = [];
  let ids = 0;
  const gateway = createGateway<undefined>(
    {
      access: { identify: () => ({ id: 'ann' }) },
      providers: PROVIDERS,
      allowDirect: true,
      models: { m: { deployments: ['openai-chat/one'], retries: 0 } },
      prices: PRICES,
      expose: 'all',
      log: { warn() {}, error: (message) => errors.push(message) },
      limits,
      store,
      ...config,
    } as GatewayConfig<undefined>,
    {
      dispatcher: upstream,
      clock,
      random: () => 0.5,
      randomId: (bytes) => String(++ids).padStart(2 * bytes, '0'),
      environment: {},
    },
  );
  gateway.events.on('request-end', (event) => ended.push(event));
  gateway.events.on('answer-cut', (event) => cuts.push(event));
  gateway.events.on('limit-crossed', (event) => crossed.push(event));

  /** A chat by a mount; `leave` is its client going away. */
  const ask = (more: object = {}, path = '/v1/chat/completions') => {
    const client = new Cancellation();
    const bytes = new TextEncoder().encode(
      JSON.stringify({ model: 'm', messages: [{ role: 'user', content: 'hello' }], ...more }),
    );
    const reply = gateway.handle({
      method: 'POST',
      path,
      query: new URLSearchParams(),
      header: () => undefined,
      body: async (caps) => bodyOf(bytes, caps),
      signal: client,
      host: undefined,
    });
    if (reply === undefined) throw new Error('not taken');
    return { reply, leave: () => client.abort(new ClientGone()) };
  };
  const state = async () => (await memory.limits.open(undefined, { now: clock.now(), deadline: clock.now() })).items;
  return { gateway, upstream, clock, calls, states, ended, cuts, crossed, errors, ask, state };
}

const decoder = new TextDecoder('latin1');
export const textOf = (chunk: Chunk): string => (typeof chunk === 'string' ? chunk : decoder.decode(chunk));

/** Reads a stream as a client that reads at once does. */
export function reader(body: Chunk | AsyncIterable<Chunk> | undefined) {
  if (body === undefined || typeof body === 'string' || body instanceof Uint8Array) throw new Error('not a stream');
  const got = { text: '', over: false };
  const run = async () => {
    for await (const chunk of body) got.text += textOf(chunk);
    got.over = true;
  };
  return { got, done: run() };
}

const HEAD = { id: 'c1', object: 'chat.completion.chunk', created: 1, model: 'one' };
const sse = (data: object): string => `data: ${JSON.stringify(data)}\n\n`;

/** Chunks of an OpenAI chat. Source: https://platform.openai.com/docs/api-reference/chat-streaming */
export const openai = {
  piece: (characters: number): string =>
    sse({ ...HEAD, choices: [{ index: 0, delta: { content: 'x'.repeat(characters) }, finish_reason: null }] }),
  end: (input: number, output: number): string =>
    sse({ ...HEAD, choices: [{ index: 0, delta: {}, finish_reason: 'stop' }] }) +
    sse({
      ...HEAD,
      choices: [],
      usage: { prompt_tokens: input, completion_tokens: output, total_tokens: input + output },
    }) +
    'data: [DONE]\n\n',
  whole: (input: number, output: number) => ({
    id: 'c1',
    object: 'chat.completion',
    created: 1,
    model: 'one',
    choices: [{ index: 0, message: { role: 'assistant', content: 'x', refusal: null }, finish_reason: 'stop' }],
    usage: { prompt_tokens: input, completion_tokens: output, total_tokens: input + output },
  }),
};
