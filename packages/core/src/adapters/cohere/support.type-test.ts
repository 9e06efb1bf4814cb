/** What the tests of this folder share. Not a test, and not part of the build. */
import { createCollector } from '../../chat/collect.ts';
import type { ChatEvent } from '../../chat/events.ts';
import type { ChatReply } from '../../chat/reply.ts';
import type { Body } from '../../transport/body.ts';
import { bodyOf, bodyOfValue } from '../../transport/body-of.ts';
import type { Frame } from '../../transport/frame.ts';
import { createSseReader } from '../../transport/sse.ts';
import type { Exchange, Inbound, Peek, Target, UpstreamCall } from '../adapter.ts';
import type { ProviderRow } from '../provider-row.ts';
import type { Json } from '../shared/read.ts';
import { cohere } from './index.ts';

export const ROW: ProviderRow = {
  format: 'cohere',
  baseUrl: 'https://api.cohere.com',
  auth: 'bearer',
  apiKeyEnv: ['COHERE_API_KEY'],
  serves: ['chat', 'embeddings', 'rerank'],
  source: 'https://docs.cohere.com/reference/chat',
};

export const target = (model = 'command-a-reasoning-08-2025', row: Partial<ProviderRow> = {}): Target => ({
  provider: 'cohere',
  model,
  row: { ...ROW, ...row },
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

export const inbound = (path: Record<string, string> = {}): Inbound => ({
  path,
  query: new URLSearchParams(),
  header: () => undefined,
});

export const call = (more: Partial<UpstreamCall> = {}): UpstreamCall => ({
  method: 'POST',
  path: '/v2/chat',
  headers: {},
  body: undefined,
  stream: true,
  target: target(),
  dropped: [],
  inserted: [],
  ...more,
});

const LIMITS = { maxBytes: 1 << 20, maxDepth: 64 };
const utf8 = new TextEncoder();

/** A body as it comes: its text, or a value that a host has parsed. */
export const body = (value: unknown): Body =>
  typeof value === 'string' ? bodyOf(utf8.encode(value), LIMITS) : bodyOfValue(value, LIMITS);

export const jsonOf = ({ body: bytes }: UpstreamCall): Json =>
  JSON.parse(typeof bytes === 'string' ? bytes : new TextDecoder().decode(bytes as Uint8Array)) as Json;

/** Events of the wire as the bytes of a stream. */
export const wire = (events: readonly Json[]): Uint8Array =>
  utf8.encode(events.map((event) => `event: ${String(event.type)}\ndata: ${JSON.stringify(event)}\n\n`).join(''));

/** A stream, cut into pieces of so many bytes, as frames. */
export function frames(bytes: Uint8Array | string, size = Number.POSITIVE_INFINITY): Frame[] {
  const reader = createSseReader({ maxEventBytes: 1 << 24 });
  const whole = typeof bytes === 'string' ? utf8.encode(bytes) : bytes;
  const step = Math.min(size, Math.max(whole.length, 1));
  const found: Frame[] = [];
  for (let at = 0; at < whole.length; at += step) found.push(...reader.push(whole.slice(at, at + step)));
  return [...found, ...reader.end()];
}

/** All that a stream decodes to. */
export function decode(stream: Uint8Array | string, size?: number): ChatEvent[] {
  const decoder = cohere.client.decoder(call(), exchange());
  return [...frames(stream, size).flatMap((frame) => decoder.push(frame)), ...decoder.end()];
}

/** The answer that events amount to. */
export function collected(events: readonly ChatEvent[]): ChatReply {
  const collector = createCollector();
  for (const event of events) collector.push(event);
  return collector.reply();
}

/** Chat events as the client sees them. */
export function encode(events: readonly ChatEvent[]): { text: string; events: Json[]; dropped: readonly string[] } {
  const encoder = cohere.server.encoder(exchange({ stream: true }));
  const text = events.map((event) => String(encoder.push(event))).join('') + String(encoder.end());
  return {
    text,
    events: frames(text).flatMap(({ data }) => (data === undefined ? [] : [JSON.parse(data) as Json])),
    dropped: encoder.dropped,
  };
}
