/** What the tests of this folder share. Not a test, and not part of the build. */
import type { ChatEvent } from '../../chat/events.ts';
import { bodyOf } from '../../transport/body-of.ts';
import type { Frame } from '../../transport/frame.ts';
import { createSseReader } from '../../transport/sse.ts';
import type { Exchange, Inbound, Peek, Target, UpstreamCall } from '../adapter.ts';
import type { Json } from '../shared/read.ts';
import { openaiResponses } from './index.ts';

/** A provider that speaks this format. */
export const target: Target = {
  provider: 'acme',
  model: 'gpt-5.4',
  row: {
    format: 'openai-responses',
    auth: 'bearer',
    apiKeyEnv: [],
    serves: ['chat', 'count-tokens'],
    source: 'https://platform.openai.com/docs',
    fidelity: 'exact',
  },
};

export const inbound: Inbound = { path: {}, query: new URLSearchParams(), header: () => undefined };

export function exchange(peek: Partial<Peek> = {}, echo?: unknown): Exchange {
  let ids = 0;
  return {
    id: 'req_1',
    created: 1_780_000_000,
    model: 'smart',
    peek: { model: 'smart', stream: false, ...peek },
    echo,
    newId: (prefix) => `${prefix}${++ids}`,
  };
}

const utf8 = new TextEncoder();
export const textOf = (chunk: string | Uint8Array | undefined): string =>
  typeof chunk === 'string' ? chunk : new TextDecoder().decode(chunk);
export const body = (value: unknown) =>
  bodyOf(utf8.encode(typeof value === 'string' ? value : JSON.stringify(value)), { maxBytes: 1 << 25, maxDepth: 64 });
export const peekOf = (value: unknown): Peek => openaiResponses.server.peek(body(value).fields(), inbound);
export const parse = (value: object) =>
  openaiResponses.server.parse({ model: 'smart', input: 'Hi', ...value }, inbound);

/** What a request of a client of this format becomes at a provider of it, through the canonical model. */
export function translate(request: object): { body: Json; call: UpstreamCall } {
  const whole = { model: 'smart', input: 'Hi', ...request };
  const call = openaiResponses.client.render(
    openaiResponses.server.parse(whole, inbound),
    target,
    exchange(peekOf(whole)),
  );
  return { body: JSON.parse(String(call.body)) as Json, call };
}

export const callFor = (): UpstreamCall =>
  openaiResponses.client.render({ messages: [] }, target, exchange({ stream: true }));

/** Events as the bytes of a stream, named like their types. */
export const sse = (events: readonly Json[]): string =>
  events.map((event) => `event: ${String(event['type'])}\ndata: ${JSON.stringify(event)}\n\n`).join('');

export function frames(text: string | Uint8Array): Frame[] {
  const reader = createSseReader({ maxEventBytes: 1 << 24 });
  return [...reader.push(typeof text === 'string' ? utf8.encode(text) : text), ...reader.end()];
}

/** All that a vendor's stream decodes to. */
export function decode(text: string): ChatEvent[] {
  const decoder = openaiResponses.client.decoder(callFor(), exchange());
  return [...frames(text).flatMap((frame) => decoder.push(frame)), ...decoder.end()];
}

/** Events as a client of this format sees them. */
export function encode(events: readonly ChatEvent[]): { text: string; events: Json[]; dropped: readonly string[] } {
  const encoder = openaiResponses.server.encoder(exchange({ stream: true }));
  const text = events.map((event) => textOf(encoder.push(event))).join('') + textOf(encoder.end());
  const told = frames(text).map((frame) => JSON.parse(frame.data ?? '') as Json);
  return { text, events: told, dropped: encoder.dropped };
}

/** A response around these items. Source: https://platform.openai.com/docs/api-reference/responses/object */
export const response = (output: readonly Json[], more: Json = {}): Json => ({
  id: 'resp_1',
  object: 'response',
  created_at: 1_780_000_000,
  status: 'completed',
  model: 'gpt-5.4',
  error: null,
  incomplete_details: null,
  output,
  usage: {
    input_tokens: 20,
    input_tokens_details: { cached_tokens: 8 },
    output_tokens: 9,
    output_tokens_details: { reasoning_tokens: 4 },
    total_tokens: 29,
  },
  ...more,
});
