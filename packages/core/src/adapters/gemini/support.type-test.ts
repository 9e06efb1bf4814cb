/** What the tests of this folder share. Not a test, and not part of the build. */
import { createCollector } from '../../chat/collect.ts';
import type { ChatEvent } from '../../chat/events.ts';
import type { ChatReply, Choice } from '../../chat/reply.ts';
import type { ChatRequest } from '../../chat/request.ts';
import type { Body } from '../../transport/body.ts';
import { bodyOf } from '../../transport/body-of.ts';
import type { Frame } from '../../transport/frame.ts';
import { type Exchange, type Inbound, isFault, type Peek, type Target } from '../adapter.ts';
import type { ProviderRow } from '../provider-row.ts';
import { gemini } from './index.ts';

export const ROW: ProviderRow = {
  format: 'gemini',
  auth: 'none',
  apiKeyEnv: [],
  serves: ['chat', 'count-tokens'],
  source: 'https://ai.google.dev/api',
};

export const target = (model = 'gemini-3.5-flash', row: ProviderRow = ROW): Target => ({
  provider: 'google',
  model,
  row,
});

export function exchange(peek: Partial<Peek> = {}): Exchange {
  let made = 0;
  const newId = (prefix: string): string => {
    made += 1;
    return `${prefix}${made}`;
  };
  return { id: 'req-1', created: 1, model: 'fast', peek: { model: 'fast', stream: false, ...peek }, newId };
}

export const inbound = (action = 'generateContent', query = '', model = 'fast'): Inbound => ({
  path: { model, action },
  query: new URLSearchParams(query),
  header: () => undefined,
});

export const LIMITS = { maxBytes: 1 << 20, maxDepth: 64 };
export const bodyOfText = (text: string): Body => bodyOf(new TextEncoder().encode(text), LIMITS);

/** Some signature; what it says is nobody's business. */
export const SIGNATURE = 'EqUCCqICAb4+9vsh8Pd5taZVoPzSvjWW';
/** Who made what {@link read} and {@link decode} read. */
export const ORIGIN = { format: 'gemini', provider: 'google', model: 'gemini-3.5-flash' };

/** What a request of the chat model becomes on the wire. */
export function send(
  request: Partial<ChatRequest>,
  model?: string,
): { body: Record<string, unknown>; dropped: readonly string[]; inserted: readonly string[] } {
  const messages: ChatRequest['messages'] = [{ role: 'user', content: [{ type: 'text', text: 'Hi' }] }];
  const { body, dropped, inserted } = gemini.client.render({ messages, ...request }, target(model), exchange());
  return { body: JSON.parse(String(body)) as Record<string, unknown>, dropped, inserted };
}

const SENT = gemini.client.render({ messages: [] }, target(), exchange());

/** A whole answer of the vendor in the chat model. Throws when it is a fault. */
export function read(body: unknown): ChatReply {
  const reply = gemini.client.parse(body, SENT, exchange());
  if (isFault(reply)) throw new Error(`a fault: ${reply.message}`);
  return reply;
}

/** An answer with one candidate. */
export const answer = (parts: unknown[], more: object = {}): object => ({
  candidates: [{ content: { parts, role: 'model' }, finishReason: 'STOP', index: 0, ...more }],
  modelVersion: 'gemini-3.5-flash',
  responseId: 'r1',
});
export const firstChoice = (body: unknown): Choice => read(body).choices[0] as Choice;

export const frame = (data: string | undefined): Frame => ({
  raw: new Uint8Array(),
  bytes: new Uint8Array(),
  start: 0,
  end: 0,
  event: undefined,
  data,
  characters: 0,
});

/** The events of a whole stream of the vendor. */
export function decode(chunks: readonly unknown[]): ChatEvent[] {
  const decoder = gemini.client.decoder(SENT, exchange());
  return [...chunks.flatMap((chunk) => decoder.push(frame(JSON.stringify(chunk)))), ...decoder.end()];
}

export function collect(events: readonly ChatEvent[]): ChatReply {
  const collector = createCollector();
  for (const event of events) collector.push(event);
  return collector.reply();
}

/** The whole stream that a client gets for events. */
export function encode(events: readonly ChatEvent[], framing: NonNullable<Peek['framing']> = 'sse'): string {
  const encoder = gemini.server.encoder(exchange({ stream: true, framing }));
  return events.map((event) => String(encoder.push(event))).join('') + String(encoder.end());
}

/** The chunks of a server-sent stream. */
export const framesOf = (stream: string): unknown[] =>
  stream
    .split('\r\n\r\n')
    .filter((text) => text !== '')
    .map((text) => JSON.parse(text.replace(/^data: /, '')) as unknown);
