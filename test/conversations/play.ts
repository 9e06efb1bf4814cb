import type { Dispatcher, Gateway, WireResponse } from '@postern/core';
import { type SimCall, type SimOptions, simDispatcher } from '@postern/sim';
import { EVENT_STREAM, wireText } from '../kit/event-stream.ts';
import type { ChatFormat } from '../kit/formats.ts';
import { aliasOf, chatRequest, type GatewaySettings, gatewayOver } from './gateway.ts';
import type { AnswerView } from './neutral.ts';
import { MODELS, type Pair } from './pairs.ts';
import { READERS } from './read/index.ts';
import type { Json } from './read/json.ts';

/** One request, played through a gateway against a simulated provider of its own. */
export interface Playing extends Pair {
  /** As the client writes it, without model and stream. */
  readonly body: object;
  readonly stream: boolean;
  /** What the provider is told to do: words of the sim. */
  readonly script?: string | undefined;
  readonly models?: Partial<GatewaySettings['models']> | undefined;
  readonly strict?: boolean;
  readonly sim?: SimOptions | undefined;
  /** A hook looks at every request, so that nothing passes. */
  readonly inspected?: true;
  /** How a Gemini client wants its stream framed. Default `events`. */
  readonly framing?: 'events' | 'array';
}

/** What came of it. */
export interface Played {
  readonly status: number;
  readonly headers: Headers;
  /** The client's bytes. */
  readonly text: string;
  /** Names in `x-postern-dropped` and `x-postern-inserted`. */
  readonly dropped: readonly string[];
  readonly inserted: readonly string[];
  /** What the provider saw; undefined when it was not called. */
  readonly call: SimCall | undefined;
  /** The provider's own bytes. */
  readonly upstream: string;
}

export async function play(playing: Playing): Promise<Played> {
  const { client, provider, script, stream } = playing;
  const sim = simDispatcher({ ...playing.sim, script: () => script });
  const recorder = recording(sim);
  const { strict = false, inspected = false } = playing;
  const gateway = gatewayBefore(recorder, { models: { ...MODELS, ...playing.models }, strict, inspected });
  const response = await gateway.fetch(chatRequest(client, playing.body, aliasOf(provider), stream, playing.framing));
  const text = await wireText(response);
  return { ...told(response), text, call: sim.calls[0], upstream: recorder.text() };
}

/** Gateways by their settings, each before whatever dispatcher is the latest: one request is played at a time. */
const gateways = new Map<string, { readonly gateway: Gateway<Request>; use(dispatcher: Dispatcher): void }>();

function gatewayBefore(dispatcher: Dispatcher, settings: GatewaySettings): Gateway<Request> {
  const key = JSON.stringify(settings);
  const known = gateways.get(key) ?? before(settings);
  gateways.set(key, known);
  known.use(dispatcher);
  return known.gateway;
}

function before(settings: GatewaySettings) {
  let current: Dispatcher | undefined;
  let callers = 0;
  const dispatcher: Dispatcher = {
    dispatch: (request, signal) => current?.dispatch(request, signal) ?? Promise.reject(new Error('nobody is there')),
    close: () => Promise.resolve(),
  };
  // Nothing that was kept for one request is there for another.
  const gateway = gatewayOver(dispatcher, { ...settings, caller: () => `caller-${++callers}` });
  return {
    gateway,
    use(latest: Dispatcher) {
      current = latest;
    },
  };
}

/** What the reply's head says. */
export function told(response: Response): Pick<Played, 'status' | 'headers' | 'dropped' | 'inserted'> {
  const { status, headers } = response;
  return {
    status,
    headers,
    dropped: listed(headers.get('x-postern-dropped')),
    inserted: listed(headers.get('x-postern-inserted')),
  };
}

const listed = (header: string | null): string[] => (header === null ? [] : header.split(', ').sort());

/** A dispatcher that keeps what providers answered. */
export interface Recorder extends Dispatcher {
  /** The bytes of the latest answer, as `wireText` has them. */
  text(): string;
}

export function recording(inner: Dispatcher): Recorder {
  let pieces: Uint8Array[] = [];
  let encoding: 'utf8' | 'latin1' = 'utf8';
  return {
    text: () => Buffer.concat(pieces).toString(encoding),
    close: () => inner.close(),
    async dispatch(request, signal) {
      pieces = [];
      const response = await inner.dispatch(request, signal);
      encoding = response.header('content-type') === EVENT_STREAM ? 'latin1' : 'utf8';
      return { ...response, header: (name) => response.header(name), body: kept(response, pieces) };
    },
  };
}

async function* kept(response: WireResponse, pieces: Uint8Array[]): AsyncGenerator<Uint8Array> {
  for await (const piece of response.body) {
    pieces.push(piece);
    yield piece;
  }
}

/** The whole answer that a client of a format makes of these bytes. */
export function wholeOf(format: ChatFormat, bytes: string, stream: boolean, usage = true): Json {
  return stream ? READERS[format].stream(bytes, { usage }) : (JSON.parse(bytes) as Json);
}

/** The same as a view. */
export function answerOf(format: ChatFormat, bytes: string, stream: boolean, usage = true): AnswerView {
  return READERS[format].answer(wholeOf(format, bytes, stream, usage));
}
