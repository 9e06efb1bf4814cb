/** What the tests of this folder share. Not a test, and not part of the build. */
import type { ChatEvent } from '../../chat/events.ts';
import type { Body } from '../../transport/body.ts';
import { bodyOf } from '../../transport/body-of.ts';
import type { CallBody } from '../../transport/byte-source.ts';
import type { Frame } from '../../transport/frame.ts';
import { createSseReader } from '../../transport/sse.ts';
import type { Exchange, Inbound, Metered, Peek, Target, UpstreamCall } from '../adapter.ts';
import type { ProviderRow } from '../provider-row.ts';
import type { Json } from '../shared/read.ts';
import { openaiChat } from './index.ts';

const ROW: ProviderRow = {
  format: 'openai-chat',
  auth: 'bearer',
  apiKeyEnv: [],
  serves: ['chat', 'embeddings'],
  source: 'https://platform.openai.com/docs',
};

/** A row of the API that owns the format. */
export const EXACT: ProviderRow = { ...ROW, fidelity: 'exact' };
/** A row of a compatible API. */
export const compatible = (more: Partial<ProviderRow> = {}): ProviderRow => ({
  ...ROW,
  fidelity: 'compatible',
  ...more,
});

export const target = (row: ProviderRow = EXACT, model = 'gpt-5.4', provider = 'acme'): Target => ({
  provider,
  model,
  row,
});

export function exchange(peek: Partial<Peek> = {}): Exchange {
  let ids = 0;
  return {
    id: 'req_1',
    created: 1_780_000_000,
    model: 'smart',
    peek: { model: 'smart', stream: false, ...peek },
    newId: (prefix) => `${prefix}${++ids}`,
  };
}

export const inbound: Inbound = { path: {}, query: new URLSearchParams(), header: () => undefined };

const utf8 = new TextEncoder();
export const bytes = (text: string): Uint8Array => utf8.encode(text);
export const textOf = (chunk: CallBody): string =>
  typeof chunk === 'string' ? chunk : new TextDecoder().decode(chunk as Uint8Array | undefined);

export const body = (value: unknown): Body =>
  bodyOf(bytes(typeof value === 'string' ? value : JSON.stringify(value)), { maxBytes: 1 << 25, maxDepth: 64 });
export const peekOf = (value: unknown): Peek => openaiChat.server.peek(body(value).fields(), inbound);
/** The exchange of a client that sent this body. */
export const exchangeOf = (value: unknown): Exchange => exchange(peekOf(value));

/** What a client's request becomes at a target: through the canonical model. */
export function translate(request: Json, row: ProviderRow = EXACT): { body: Json; call: UpstreamCall } {
  const whole = { model: 'smart', messages: [{ role: 'user', content: 'Hi' }], ...request };
  const call = openaiChat.client.render(openaiChat.server.parse(whole, inbound), target(row), exchangeOf(whole));
  return { body: JSON.parse(String(call.body)) as Json, call };
}

/** What a client's request becomes at a target: by pass-through. */
export function pass(
  request: unknown,
  row: ProviderRow = EXACT,
): { text: string; body: Json; call: UpstreamCall; same: boolean } {
  const raw = body(request);
  const call = openaiChat.client.forward(
    raw,
    inbound,
    target(row),
    exchange(openaiChat.server.peek(raw.fields(), inbound)),
  );
  const text = textOf(call.body);
  return { text, body: JSON.parse(text) as Json, call, same: call.body === raw.bytes() };
}

export function callFor(row: ProviderRow = EXACT, peek: Partial<Peek> = {}): UpstreamCall {
  return openaiChat.client.render({ messages: [] }, target(row), exchange({ stream: true, ...peek }));
}

/** Objects, or text as it stands, as the bytes of a stream. */
export const sse = (chunks: readonly (Json | string)[]): string =>
  chunks.map((chunk) => (typeof chunk === 'string' ? chunk : `data: ${JSON.stringify(chunk)}\n\n`)).join('');
export const DONE = 'data: [DONE]\n\n';

export function frames(text: string | Uint8Array): Frame[] {
  const reader = createSseReader({ maxEventBytes: 1 << 24 });
  return [...reader.push(typeof text === 'string' ? bytes(text) : text), ...reader.end()];
}

/** All that a vendor's stream decodes to. */
export function decode(chunks: readonly (Json | string)[], call: UpstreamCall = callFor()): ChatEvent[] {
  const decoder = openaiChat.client.decoder(call, exchange());
  return [...frames(sse(chunks)).flatMap((frame) => decoder.push(frame)), ...decoder.end()];
}

/** Events as a client of this format sees them. */
export function encode(
  events: readonly ChatEvent[],
  peek: Partial<Peek> = {},
): { text: string; chunks: Json[]; dropped: readonly string[] } {
  const encoder = openaiChat.server.encoder(exchange({ stream: true, ...peek }));
  const text = events.map((event) => textOf(encoder.push(event))).join('') + textOf(encoder.end());
  return { text, chunks: chunksOf(text), dropped: encoder.dropped };
}

/** The objects of a stream, without `[DONE]`. */
export const chunksOf = (text: string): Json[] =>
  frames(text).flatMap((frame) =>
    frame.data === undefined || frame.data === '[DONE]' ? [] : [JSON.parse(frame.data) as Json],
  );

/** A passing stream: what the client gets, and what was metered on the way. Broken frames are withheld, as the line does it. */
export function meterStream(
  text: string,
  row: ProviderRow = EXACT,
  peek: Partial<Peek> = {},
): { text: string; metered: Metered[]; broken: number } {
  const meter = openaiChat.client.meter(callFor(row, peek));
  const metered: Metered[] = [];
  let passed = '';
  let broken = 0;
  for (const frame of frames(text)) {
    try {
      const seen = meter.push(frame);
      metered.push(seen);
      if (seen.hide !== true) passed += seen.replace === undefined ? textOf(frame.raw) : textOf(seen.replace);
    } catch (error) {
      if (!(error instanceof SyntaxError)) throw error;
      broken++;
    }
  }
  return { text: passed + textOf(meter.end?.() ?? ''), metered, broken };
}
