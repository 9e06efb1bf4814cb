import {
  createGateway,
  type Dispatcher,
  type Gateway,
  type GatewayConfig,
  type GatewayEvents,
  type WireRequest,
} from '@postern/core';
import { requestOf } from '@postern/core/fetch';
import { type SimDispatcher, type SimOptions, simDispatcher } from '@postern/sim';
import type { ChatCall } from './chat.ts';
import { EVENT_STREAM } from './event-stream.ts';
import { CHAT_ONLY, OPERATORS_KEY } from './stage.ts';

/** The hosts that the gateway is configured with: nothing else may ever be dialled. */
export const ORIGINS = [
  'https://oa.test',
  'https://an.test',
  'https://ge.test',
  'https://co.test',
  'https://ollama.test',
  'https://be.test',
  'https://rs.test',
];

/** An answer without a socket. */
export interface Answered {
  readonly status: number;
  readonly headers: Headers;
  readonly body: string;
}

/** A gateway without a server or a network, and everything that it said or dialled. */
export interface Bench {
  readonly gateway: Gateway;
  readonly sim: SimDispatcher;
  /** Every call that the gateway wanted to make. */
  readonly dialled: readonly WireRequest[];
  readonly logged: readonly string[];
  /** Every event, as JSON. */
  readonly told: readonly string[];
  readonly ended: readonly GatewayEvents['request-end'][];
  /** Sends a request, the body as JSON unless it is text or bytes. */
  ask(call: Asked): Promise<Answered>;
}

/** A request as the bench takes it. */
export type Asked = Omit<ChatCall, 'body'> & { readonly body?: unknown; readonly method?: string };

/** Settings of {@link bench}. */
export interface BenchOptions {
  readonly config?: Partial<GatewayConfig>;
  readonly sim?: SimOptions;
  /** In the place of the simulated provider. */
  readonly dispatcher?: Dispatcher;
}

/** Makes a gateway whose providers are simulated, each at a host of its own. */
export function bench({ config = {}, sim: simOptions = {}, dispatcher }: BenchOptions = {}): Bench {
  const sim = simDispatcher(simOptions);
  const dialled: WireRequest[] = [];
  const logged: string[] = [];
  const told: string[] = [];
  const ended: GatewayEvents['request-end'][] = [];
  const note = (message: string, fields?: object): void => void logged.push(`${message} ${JSON.stringify(fields)}`);
  const upstream = dispatcher ?? sim;
  const watched: Dispatcher = {
    close: () => upstream.close(),
    dispatch(request, signal) {
      dialled.push(request);
      return upstream.dispatch(request, signal);
    },
  };
  const clock = { now: () => Date.now(), sleep: async () => {}, timer: () => () => {} };
  const gateway = createGateway({
    access: 'open',
    providers: {
      oa: { ...CHAT_ONLY, baseUrl: `${ORIGINS[0]}/v1`, apiKey: OPERATORS_KEY },
      an: { extends: 'anthropic', baseUrl: `${ORIGINS[1]}`, apiKey: OPERATORS_KEY },
      ge: { extends: 'gemini', baseUrl: `${ORIGINS[2]}/v1beta`, apiKey: OPERATORS_KEY },
      co: { extends: 'cohere', baseUrl: `${ORIGINS[3]}`, apiKey: OPERATORS_KEY },
      ol: { extends: 'ollama', baseUrl: `${ORIGINS[4]}`, apiKey: OPERATORS_KEY },
      be: { extends: 'bedrock', baseUrl: `${ORIGINS[5]}`, apiKey: OPERATORS_KEY },
      rs: { extends: 'openai-responses', baseUrl: `${ORIGINS[6]}/v1`, apiKey: OPERATORS_KEY },
    },
    log: { warn: note, error: note },
    expose: 'all',
    platform: { dispatcher: watched, clock },
    ...config,
  });
  gateway.events.on('request-end', (event) => ended.push(event));
  for (const name of ['request-start', 'attempt-start', 'attempt-end', 'frames-withheld', 'request-end'] as const)
    gateway.events.on(name, (event) => told.push(JSON.stringify(event)));
  return { gateway, sim, dialled, logged, told, ended, ask: (call) => ask(gateway, call) };
}

async function ask(gateway: Gateway, { path, headers, body, method = 'POST' }: Asked): Promise<Answered> {
  const bytes =
    body === undefined ? null : typeof body === 'string' || body instanceof Uint8Array ? body : JSON.stringify(body);
  const request = new Request(`http://gateway.test${path}`, {
    method,
    headers: { ...headers },
    body: bytes as string | null,
  });
  const url = new URL(request.url);
  const reply = gateway.handle(requestOf(request, undefined, url.pathname));
  if (reply === undefined) return { status: 404, headers: new Headers({ 'x-host': 'went on' }), body: '' };
  const { status, headers: given, body: sent } = await reply;
  return { status, headers: new Headers(given), body: await textOf(sent, given['content-type'] === EVENT_STREAM) };
}

/** `binary`: one character for each byte, as `wireText` has it. */
async function textOf(
  body: string | Uint8Array | AsyncIterable<string | Uint8Array>,
  binary: boolean,
): Promise<string> {
  const decoder = new TextDecoder();
  if (typeof body === 'string') return body;
  if (body instanceof Uint8Array) return binary ? Buffer.from(body).toString('latin1') : decoder.decode(body);
  let text = '';
  for await (const chunk of body) {
    if (typeof chunk === 'string') text += chunk;
    else text += binary ? Buffer.from(chunk).toString('latin1') : decoder.decode(chunk, { stream: true });
  }
  return text;
}
