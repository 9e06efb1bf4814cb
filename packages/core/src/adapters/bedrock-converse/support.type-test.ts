/** What the tests of this folder share. Not a test, and not part of the build. */
import { createCollector } from '../../chat/collect.ts';
import type { ChatEvent } from '../../chat/events.ts';
import type { ChatReply } from '../../chat/reply.ts';
import type { ChatRequest } from '../../chat/request.ts';
import type { Body } from '../../transport/body.ts';
import { bodyOf as bodyFrom } from '../../transport/body-of.ts';
import { eventMessage } from '../../transport/event-message.ts';
import { createEventStreamReader } from '../../transport/event-stream.ts';
import type { Frame } from '../../transport/frame.ts';
import type { Chunk } from '../../transport/gateway-request.ts';
import { type Exchange, type Inbound, isFault, type Peek, type Target, type UpstreamCall } from '../adapter.ts';
import type { ProviderRow } from '../provider-row.ts';
import type { Json } from '../shared/read.ts';
import { bedrockConverse } from './index.ts';

export const ROW: ProviderRow = {
  format: 'bedrock-converse',
  auth: 'bearer',
  apiKeyEnv: [],
  serves: ['chat', 'count-tokens'],
  source: 'https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_Converse.html',
};

/** A Claude that knows budgets of thinking and structured output. */
export const CLAUDE = 'us.anthropic.claude-sonnet-4-5-20250929-v1:0';
/** Who made what {@link read} and {@link decode} read. */
export const ORIGIN = { format: 'bedrock-converse', provider: 'aws', model: CLAUDE };

export const target = (model = CLAUDE, row: ProviderRow = ROW): Target => ({ provider: 'aws', model, row });

export function exchange(peek: Partial<Peek> = {}): Exchange {
  let made = 0;
  return {
    id: 'req_1',
    created: 1,
    model: 'smart',
    peek: { model: 'smart', stream: false, ...peek },
    newId: (prefix) => `${prefix}${++made}`,
  };
}

export const inbound = (action = 'converse', model = 'smart'): Inbound => ({
  path: { model, action },
  query: new URLSearchParams(),
  header: (name) => (name === 'authorization' ? 'AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/x' : undefined),
});

export const bodyOf = (value: unknown): Body =>
  bodyFrom(new TextEncoder().encode(JSON.stringify(value)), { maxBytes: 1 << 20, maxDepth: 64 });

const HELLO: ChatRequest['messages'] = [{ role: 'user', content: [{ type: 'text', text: 'Hi' }] }];

/** A rendered call, its body parsed. */
export function send(request: Partial<ChatRequest>, model?: string, peek?: Partial<Peek>) {
  const call = bedrockConverse.client.render({ messages: HELLO, ...request }, target(model), exchange(peek));
  return { ...call, call, body: JSON.parse(String(call.body)) as Json };
}

/** What a client's body says. */
export const heard = (body: Json): ChatRequest => bedrockConverse.server.parse(body, inbound());

const SENT = send({}).call;

/** A whole answer in the chat model. Throws when it is a fault. */
export function read(body: unknown, call: UpstreamCall = SENT): ChatReply {
  const reply = bedrockConverse.client.parse(body, call, exchange());
  if (isFault(reply)) throw new Error(`a fault: ${reply.message}`);
  return reply;
}

/** A whole answer with this content. */
export const answer = (content: readonly Json[], more: Json = {}): Json => ({
  output: { message: { role: 'assistant', content } },
  stopReason: 'end_turn',
  usage: { inputTokens: 5, outputTokens: 7, totalTokens: 12 },
  metrics: { latencyMs: 9 },
  ...more,
});

/** An event of the wire, or an exception when its name says so. */
export function message([name, data]: readonly [string, Json]): Uint8Array {
  const failed = name.endsWith('Exception');
  return eventMessage(
    { [failed ? ':exception-type' : ':event-type']: name, ':message-type': failed ? 'exception' : 'event' },
    JSON.stringify(data),
  );
}

/** A stream cut into frames as the transport does it. */
export function frames(bytes: Uint8Array): Frame[] {
  const reader = createEventStreamReader({ maxEventBytes: 1 << 24 });
  return [...reader.push(bytes), ...reader.end()];
}

export type Events = readonly (readonly [string, Json])[];

/** Everything that a stream of the vendor decodes to. */
export function decode(events: Events, call: UpstreamCall = SENT): ChatEvent[] {
  const decoder = bedrockConverse.client.decoder(call, exchange());
  return [
    ...events.flatMap((event) => frames(message(event)).flatMap((frame) => decoder.push(frame))),
    ...decoder.end(),
  ];
}

export function collect(events: readonly ChatEvent[]): ChatReply {
  const collector = createCollector();
  for (const event of events) collector.push(event);
  return collector.reply();
}

/** Events of the wire in some bytes. */
export const eventsOf = (chunk: Chunk): [string, Json][] =>
  chunk.length === 0
    ? []
    : frames(chunk as Uint8Array).map((frame) => [frame.event ?? '', JSON.parse(frame.data ?? '{}') as Json]);

/** Chat events as the client sees them. */
export function encode(events: readonly ChatEvent[]): { events: [string, Json][]; dropped: readonly string[] } {
  const encoder = bedrockConverse.server.encoder(exchange({ stream: true }));
  const sent = [...events.flatMap((event) => eventsOf(encoder.push(event))), ...eventsOf(encoder.end())];
  return { events: sent, dropped: encoder.dropped };
}
