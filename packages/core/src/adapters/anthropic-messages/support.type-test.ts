/** What the tests of this folder share. Not a test, and not part of the build. */
import type { ChatEvent } from '../../chat/events.ts';
import type { Frame } from '../../transport/frame.ts';
import { createSseReader } from '../../transport/sse.ts';
import type { Exchange, Inbound, Peek, Target, UpstreamCall } from '../adapter.ts';
import type { ProviderRow } from '../provider-row.ts';
import type { Json } from '../shared/read.ts';
import { anthropicMessages } from './index.ts';

export const ROW: ProviderRow = {
  format: 'anthropic-messages',
  baseUrl: 'https://api.anthropic.com',
  auth: { header: 'x-api-key' },
  apiKeyEnv: ['ANTHROPIC_API_KEY'],
  serves: ['chat', 'count-tokens'],
  source: 'https://platform.claude.com/docs/en/api/messages',
};

/** A target; the model has capabilities by its name. */
export const target = (model = 'claude-sonnet-4-5', more: Partial<Target> = {}): Target => ({
  provider: 'anthropic',
  model,
  row: ROW,
  ...more,
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

export const inbound = (headers: Record<string, string> = {}, query = ''): Inbound => ({
  path: {},
  query: new URLSearchParams(query),
  header: (name) => headers[name],
});

export const call = (model?: string): UpstreamCall => ({
  method: 'POST',
  path: '/v1/messages',
  headers: {},
  body: undefined,
  stream: true,
  target: target(model),
  dropped: [],
  inserted: [],
});

const utf8 = new TextEncoder();

/** Events of the wire as the bytes of a stream. */
export const wire = (events: readonly Json[]): Uint8Array =>
  utf8.encode(events.map((event) => `event: ${String(event.type)}\ndata: ${JSON.stringify(event)}\n\n`).join(''));

/** A stream cut into frames as the transport does it. */
export function frames(bytes: Uint8Array | string): Frame[] {
  const reader = createSseReader({ maxEventBytes: 1 << 24 });
  return [...reader.push(typeof bytes === 'string' ? utf8.encode(bytes) : bytes), ...reader.end()];
}

/** Everything that a stream of the vendor decodes to. */
export function decode(events: readonly Json[], upstream: UpstreamCall = call()): ChatEvent[] {
  const decoder = anthropicMessages.client.decoder(upstream, exchange());
  return [...frames(wire(events)).flatMap((frame) => decoder.push(frame)), ...decoder.end()];
}

/** Chat events as the client sees them. */
export function encode(events: readonly ChatEvent[]): { text: string; events: Json[]; dropped: readonly string[] } {
  const encoder = anthropicMessages.server.encoder(exchange({ stream: true }));
  const text = events.map((event) => String(encoder.push(event))).join('') + String(encoder.end());
  return { text, events: dataOf(text), dropped: encoder.dropped };
}

/** The JSON of each event of a stream. */
export const dataOf = (text: string): Json[] =>
  frames(text).flatMap((frame) => (frame.data === undefined ? [] : [JSON.parse(frame.data) as Json]));

interface Accumulated extends Json {
  content: Json[];
}

const APPENDED: Readonly<Record<string, string>> = {
  text_delta: 'text',
  thinking_delta: 'thinking',
  signature_delta: 'signature',
};

function applyDelta(block: Json, delta: Json, inputs: Map<Json, string>): void {
  const member = APPENDED[String(delta.type)];
  if (member !== undefined) block[member] = String(block[member] ?? '') + String(delta[member]);
  if (delta.type === 'input_json_delta') inputs.set(block, (inputs.get(block) ?? '') + String(delta.partial_json));
  if (delta.type === 'citations_delta')
    block.citations = [...((block.citations as unknown[] | undefined) ?? []), delta.citation];
}

/**
 * The message that a client builds from a stream. Throws when the order of events is not the documented one:
 * message_start, then blocks one after the other with rising indexes, then message_delta, then message_stop.
 * Source: https://platform.claude.com/docs/en/build-with-claude/streaming#event-types
 */
export function accumulate(events: readonly Json[]): Accumulated {
  let message: Accumulated | undefined;
  let open: number | undefined;
  let stage: 'blocks' | 'delta' | 'stopped' = 'blocks';
  const inputs = new Map<Json, string>();
  const need = (holds: boolean, what: string): void => {
    if (!holds) throw new Error(`out of order: ${what}`);
  };
  for (const event of events) {
    if (event.type === 'ping') continue;
    if (event.type === 'message_start') {
      need(message === undefined, 'second message_start');
      message = structuredClone(event.message) as Accumulated;
      continue;
    }
    if (message === undefined) throw new Error('out of order: no message_start');
    const block = message.content[Number(event.index)];
    if (event.type === 'content_block_start') {
      need(stage === 'blocks' && open === undefined && event.index === message.content.length, 'content_block_start');
      open = Number(event.index);
      message.content.push(structuredClone(event.content_block) as Json);
    } else if (event.type === 'content_block_delta') {
      need(open === event.index && block !== undefined, 'content_block_delta');
      applyDelta(block ?? {}, event.delta as Json, inputs);
    } else if (event.type === 'content_block_stop') {
      need(open === event.index && block !== undefined, 'content_block_stop');
      open = undefined;
      const input = block === undefined ? undefined : inputs.get(block);
      if (block !== undefined && input !== undefined && input !== '') block.input = JSON.parse(input);
    } else if (event.type === 'message_delta') {
      need(open === undefined && stage !== 'stopped', 'message_delta');
      stage = 'delta';
      Object.assign(message, event.delta, { usage: { ...(message.usage as Json), ...(event.usage as Json) } });
    } else if (event.type === 'message_stop') {
      need(stage === 'delta', 'message_stop');
      stage = 'stopped';
    }
  }
  if (message === undefined || stage !== 'stopped') throw new Error('the stream did not end');
  return message;
}

/** The body of a rendered call. */
export const bodyOf = (upstream: UpstreamCall): Json => JSON.parse(String(upstream.body)) as Json;
