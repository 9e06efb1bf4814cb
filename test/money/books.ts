import {
  type AttemptRecord,
  type Caller,
  createGateway,
  type Dispatcher,
  type Gateway,
  type GatewayConfig,
  type GatewayEvents,
  memoryStore,
  type Store,
} from '@postern/core';
import { type ManualClock, manualClock } from '@postern/core/testing';
import { onTestFinished } from 'vitest';
import { eventually } from '../kit/eventually.ts';

/** What a provider of {@link answering} says. */
export interface Answer {
  readonly status?: number;
  /** An object goes as JSON, a text as an event stream. */
  readonly body: object | string;
}

/** A provider in this process, and how often it was called. */
export interface Provider extends Dispatcher {
  readonly bodies: readonly Record<string, unknown>[];
}

/** A provider that answers at once with what `script` gives for the call of this number, from 0 on. */
export function answering(script: (number: number) => Answer): Provider {
  const bodies: Record<string, unknown>[] = [];
  return {
    bodies,
    close: () => Promise.resolve(),
    async dispatch({ body: sent }) {
      const number = bodies.length;
      bodies.push(JSON.parse(sent instanceof Uint8Array ? new TextDecoder().decode(sent) : String(sent ?? '{}')));
      const { status = 200, body } = script(number);
      const [text, type] =
        typeof body === 'string' ? [body, 'text/event-stream'] : [JSON.stringify(body), 'application/json'];
      return {
        status,
        header: (name) => (name === 'content-type' ? type : undefined),
        body: (async function* () {
          yield new TextEncoder().encode(text);
        })(),
        cancel() {},
      };
    },
  };
}

/** A whole answer of OpenAI's chats with this usage. Source: https://platform.openai.com/docs/api-reference/chat/object */
export const chatAnswer = (usage: object, more: object = {}): object => ({
  id: 'c1',
  object: 'chat.completion',
  created: 1,
  model: 'one',
  choices: [{ index: 0, message: { role: 'assistant', content: 'Hello.' }, finish_reason: 'stop' }],
  usage,
  ...more,
});

/** Tokens of the prompt and of the answer, as OpenAI's chats tell them. */
export const tokens = (input: number, output: number): object => ({
  prompt_tokens: input,
  completion_tokens: output,
  total_tokens: input + output,
});

/** A gateway in this process, and what its books say. */
export interface Books {
  readonly gateway: Gateway<Request>;
  readonly store: Store;
  readonly clock: ManualClock;
  /** The requests that are settled. */
  readonly ended: readonly GatewayEvents['request-end'][];
  /** A chat of OpenAI's format to the model `m`, by default of the caller `ann`. */
  ask(more?: object, caller?: Caller, path?: string, headers?: Readonly<Record<string, string>>): Promise<Response>;
  /** The ledger, once so many requests are settled. */
  ledger(requests: number): Promise<readonly AttemptRecord[]>;
}

/** Two providers, a dollar for a million tokens of the prompt and ten for those of the answer at the one, five and fifty at the other. */
export const PROVIDERS = {
  a: { format: 'openai-chat', baseUrl: 'https://a.test/v1', apiKey: 'k', fidelity: 'exact' },
  b: { format: 'openai-chat', baseUrl: 'https://b.test/v1', apiKey: 'k', fidelity: 'exact' },
} as const;
const PRICES = {
  'a/*': { perMillionTokens: { input: '1', output: '10' } },
  'b/*': { perMillionTokens: { input: '5', output: '50' } },
} as const;

/** Opens the books over this provider; nothing is retried unless `config` says so. */
export function booksOver(dispatcher: Dispatcher, config: Partial<GatewayConfig<Request>> = {}): Books {
  const ended: GatewayEvents['request-end'][] = [];
  const clock = manualClock();
  const store = config.store ?? memoryStore();
  const gateway = createGateway<Request>({
    access: { identify: (request) => JSON.parse(request.header('x-caller') ?? '{"id":"ann"}') as Caller },
    providers: PROVIDERS,
    models: { m: { deployments: ['a/one'], retries: 0 } },
    prices: PRICES,
    platform: { dispatcher, clock },
    log: { warn() {}, error() {} },
    store,
    ...config,
  } as GatewayConfig<Request>);
  gateway.events.on('request-end', (event) => ended.push(event));
  onTestFinished(() => gateway.close());
  return {
    gateway,
    store,
    clock,
    ended,
    async ask(more = {}, caller = { id: 'ann' }, path = '/v1/chat/completions', own = {}) {
      const body = { model: 'm', messages: [{ role: 'user', content: 'hello' }], ...more };
      const headers = { 'content-type': 'application/json', 'x-caller': JSON.stringify(caller), ...own };
      const request = new Request(`https://gateway.test${path}`, {
        method: 'POST',
        headers,
        body: JSON.stringify(body),
      });
      return (await gateway.fetch(request)) ?? new Response(null, { status: 404 });
    },
    async ledger(requests) {
      await eventually(() => ended.length >= requests && gateway.stats().open === 0);
      // The store is told behind the event.
      await gateway.flush(20_000);
      const call = { now: clock.now(), deadline: clock.now() + 20_000 };
      return (await store.ledger.list({}, undefined, call)).items;
    },
  };
}

/** How many answers have which status. */
export function counts(answers: readonly Response[]): Readonly<Record<number, number>> {
  const counted: Record<number, number> = {};
  for (const { status } of answers) counted[status] = (counted[status] ?? 0) + 1;
  return counted;
}

/** So many at once. */
export const atOnce = <Result>(count: number, ask: (index: number) => Promise<Result>): Promise<Result[]> =>
  Promise.all(Array.from({ length: count }, (_, index) => ask(index)));
