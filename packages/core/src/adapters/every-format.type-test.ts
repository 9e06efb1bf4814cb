/** What the tests of all formats at once share. Not a test, and not part of the build. */
import { createCollector } from '../chat/collect.ts';
import type { ChatEvent } from '../chat/events.ts';
import type { Part } from '../chat/parts.ts';
import type { ChatReply } from '../chat/reply.ts';
import type { Frame } from '../transport/frame.ts';
import { createFrameReader } from '../transport/frame-reader.ts';
import { join } from '../transport/read-all.ts';
import type { Exchange, Inbound, Target, UpstreamCall } from './adapter.ts';
import type { WireFormat } from './format.ts';
import { ADAPTERS } from './index.ts';

/** A client that streams and asks for usage. */
export const exchange = (stream = true): Exchange => {
  let made = 0;
  return {
    id: 'req_1',
    created: 1_780_000_000,
    model: 'smart',
    peek: { model: 'smart', stream, streamUsage: stream },
    newId: (prefix) => `${prefix}${++made}`,
  };
};

export const targetOf = (format: WireFormat): Target => ({
  provider: 'p',
  model: 'm',
  row: { format, auth: 'bearer', apiKeyEnv: [], serves: ['chat'], source: 'https://docs.test' },
});

export const inboundOf = (format: WireFormat): Inbound => ({
  path: format === 'ollama' ? { form: 'chat' } : { model: 'smart', action: 'generateContent' },
  query: new URLSearchParams(),
  header: () => undefined,
});

/** A call to a provider of the format. */
export const callOf = (format: WireFormat, stream = true): UpstreamCall =>
  ADAPTERS[format].client.render(
    { messages: [{ role: 'user', content: [{ type: 'text', text: 'Hi' }] }], maxOutputTokens: 100 },
    targetOf(format),
    exchange(stream),
  );

const utf8 = new TextEncoder();
export const bytesOf = (chunk: string | Uint8Array): Uint8Array =>
  typeof chunk === 'string' ? utf8.encode(chunk) : chunk;

/** One after the other. */
export function glued(chunks: readonly (string | Uint8Array)[]): Uint8Array {
  const pieces = chunks.map(bytesOf);
  return join(
    pieces,
    pieces.reduce((sum, { length }) => sum + length, 0),
  );
}

/** The bytes of a stream that tells these events to a client of the format. */
export function streamOf(format: WireFormat, events: readonly ChatEvent[]): Uint8Array {
  const encoder = ADAPTERS[format].server.encoder(exchange());
  return glued([...events.map((event) => encoder.push(event)), encoder.end()]);
}

/** The frames of a stream that comes in pieces of so many bytes. */
export function framesOf(format: WireFormat, bytes: Uint8Array, size = bytes.length): Frame[] {
  const reader = createFrameReader(ADAPTERS[format].client.framing, { maxEventBytes: 1 << 24 });
  const found: Frame[] = [];
  for (let at = 0; at < bytes.length; at += Math.max(size, 1)) found.push(...reader.push(bytes.slice(at, at + size)));
  return [...found, ...reader.end()];
}

/** All that the stream decodes to, broken JSON withheld as the line does it. */
export function decoded(format: WireFormat, frames: readonly Frame[]): ChatEvent[] {
  const decoder = ADAPTERS[format].client.decoder(callOf(format), exchange());
  return [...frames.flatMap((frame) => withheld(() => decoder.push(frame)) ?? []), ...decoder.end()];
}

/** What it gives; undefined when the JSON is broken. Anything else that is thrown goes on. */
export function withheld<Value>(read: () => Value): Value | undefined {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return undefined;
  }
}

export function collected(events: readonly ChatEvent[]): ChatReply {
  const collector = createCollector();
  for (const event of events) collector.push(event);
  return collector.reply();
}

/** What an answer says, without what formats keep of it beside. */
export function said({ choices, usage }: ChatReply): unknown {
  return {
    choices: choices.map(({ content, stopReason }) => ({ content: content.map(bare), stopReason })),
    usage,
  };
}

function bare(part: Part): unknown {
  if (part.type === 'tool-call') return { callId: part.callId, name: part.name, input: JSON.parse(part.input || '{}') };
  return 'text' in part ? { type: part.type, text: part.text } : part;
}
