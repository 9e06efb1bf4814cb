import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RequestError, UpstreamError } from '../kit/errors.ts';
import { eventMessage } from '../transport/event-message.ts';
import type { Frame } from '../transport/frame.ts';
import {
  bytesOf,
  callOf,
  decoded,
  exchange,
  framesOf,
  glued,
  inboundOf,
  targetOf,
  withheld,
} from './every-format.type-test.ts';
import { WIRE_FORMATS, type WireFormat } from './format.ts';
import { ADAPTERS } from './index.ts';
import type { Json } from './shared/read.ts';

/** Members that mean something in some format's requests, answers or events, and such as mean something to JavaScript. */
const NAMES = (
  'messages contents input prompt system instructions role content parts text type tools tool_calls tool_choice toolChoice function name arguments args id ' +
  'call_id tool_call_id toolUseId toolUse toolResult toolSpec inputSchema json reasoningContent reasoningText redactedContent cachePoint output_text summary ' +
  'encrypted_content documents document data citations tool_plan thinking images format options num_predict think response done done_reason message delta ' +
  'index contentBlockIndex start stop stopReason stop_reason finish_reason usage tokens inputTokens eval_count output_index item item_id item_index sequence_number ' +
  'choices candidates error code param status output response_format logprobs signature source url bytes __proto__ constructor toString length'
).split(' ');
const WORDS = (
  'user assistant system tool model developer text image_url tool_use tool_result thinking function function_call function_call_output reasoning message ' +
  'output_text input_text input_image document auto required end_turn tool_calls stop COMPLETE TOOL_CALL MAX_TOKENS message-start content-start content-delta ' +
  'tool-call-start tool-call-delta message-end response.created response.output_item.added response.output_text.delta response.completed error png default ' +
  'data:image/png;base64,AAAA https://evil.test/x {"a":1} {"a": postern.e30'
).split(' ');

const leaf = fc.oneof(
  fc.constantFrom(...WORDS, ''),
  fc.string({ maxLength: 8 }),
  fc.integer(),
  fc.double(),
  fc.boolean(),
  fc.constant(null),
);
const { value } = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 5, depthSize: 'small' },
    leaf,
    fc.array(tie('value'), { maxLength: 3 }),
    fc.array(fc.tuple(fc.constantFrom(...NAMES), tie('value')), { maxLength: 5 }).map((entries) => {
      const made: Json = {};
      for (const [name, member] of entries)
        Object.defineProperty(made, name, { value: member, enumerable: true, configurable: true, writable: true });
      return made;
    }),
  ),
}));

/** What each format has to have at the top, to get past the door. */
const DOOR: Readonly<Record<WireFormat, (part: unknown, more: Json) => Json>> = {
  'openai-chat': (content, more) => ({ ...more, messages: [{ role: 'user', content }, content] }),
  'anthropic-messages': (content, more) => ({ ...more, max_tokens: 5, messages: [{ role: 'user', content }] }),
  gemini: (content, more) => ({ ...more, contents: [{ role: 'user', parts: [content] }, content] }),
  cohere: (content, more) => ({ ...more, messages: [{ role: 'user', content }, content] }),
  ollama: (content, more) => ({ ...more, messages: [{ role: 'user', content: 'Hi', images: content }, content] }),
  'openai-completions': (content, more) => ({ ...more, prompt: content }),
  'bedrock-converse': (content, more) => ({ ...more, messages: [{ role: 'user', content: [content] }, content] }),
  'openai-responses': (content, more) => ({ ...more, input: [content, { role: 'user', content: [content] }] }),
};
const members = fc.dictionary(fc.constantFrom(...NAMES.filter((name) => name !== '__proto__')), value, { maxKeys: 4 });
const RUNS = { numRuns: 300 };

/** What it gives; undefined when the request is refused in so many words. Anything else that is thrown goes on. */
function refusable<Value>(run: () => Value): Value | undefined {
  try {
    return run();
  } catch (error) {
    if (!(error instanceof RequestError)) throw error;
    expect(error.message).not.toBe('');
    return undefined;
  }
}

/** Frames as a provider of this format could send them, with any content. */
function frameBytes(format: WireFormat, events: readonly unknown[]): Uint8Array {
  const { framing } = ADAPTERS[format].client;
  return glued(
    events.map((event) => {
      const json = typeof event === 'string' && event.startsWith('{') ? event : JSON.stringify(event);
      const type = (event as { type?: unknown } | null)?.type;
      const name = typeof type === 'string' ? type.replaceAll(/[\r\n]/g, '') : 'contentBlockDelta';
      if (framing === 'event-stream') return eventMessage({ ':event-type': name, ':message-type': 'event' }, json);
      return framing === 'ndjson' ? `${json}\n` : `event: ${name}\ndata: ${json}\n\n`;
    }),
  );
}

describe.each(WIRE_FORMATS)('%s, whatever comes:', (format) => {
  const { server, client } = ADAPTERS[format];

  it('a request is parsed and rendered to every format, or refused with a RequestError', () => {
    fc.assert(
      fc.property(value, members, fc.constantFrom(...WIRE_FORMATS), (part, more, upstream) => {
        const request = refusable(() => server.parse(DOOR[format](part, more), inboundOf(format)));
        if (request !== undefined) {
          const call = refusable(() => ADAPTERS[upstream].client.render(request, targetOf(upstream), exchange(false)));
          if (call !== undefined) expect(() => JSON.parse(String(call.body))).not.toThrow();
        }
        expect(Object.keys(Object.prototype)).toEqual([]);
      }),
      RUNS,
    );
  });

  it('any JSON at all is a request or a RequestError', () => {
    fc.assert(
      fc.property(value, (body) => void refusable(() => server.parse(body, inboundOf(format)))),
      RUNS,
    );
  });

  it('an answer is a reply or a fault, and a reply can be told to a client of every format', () => {
    fc.assert(
      fc.property(fc.oneof(value, members), fc.constantFrom(...WIRE_FORMATS), (body, other) => {
        const reply = client.parse(body, callOf(format, false), exchange(false));
        if ('choices' in reply)
          expect(() => JSON.stringify(ADAPTERS[other].server.render(reply, exchange(false)).body)).not.toThrow();
        else expect(reply.message).not.toBe('');
        client.meter(callOf(format, false)).body(body);
      }),
      // An error without words was once told as nothing at all.
      { ...RUNS, examples: [[{ message: '' }, 'openai-chat']] },
    );
  });

  it('a stream ends once, in a reply or in a fault, and can be told to a client of every format', () => {
    const told = fc.array(fc.oneof(value, members), { maxLength: 8 });
    fc.assert(
      fc.property(told, fc.integer({ min: 1, max: 60 }), fc.constantFrom(...WIRE_FORMATS), (stream, size, other) => {
        const frames = framesOf(format, frameBytes(format, stream), size);
        const events = decoded(format, frames);
        expect(events.filter(({ type }) => type === 'reply-end' || type === 'fault')).toHaveLength(1);
        expect(events.filter(({ type }) => type === 'reply-start').length).toBeLessThanOrEqual(1);
        const encoder = ADAPTERS[other].server.encoder(exchange());
        for (const event of events) bytesOf(encoder.push(event));
        bytesOf(encoder.end());
        const meter = client.meter(callOf(format));
        for (const frame of frames) withheld(() => meter.push(frame));
      }),
      RUNS,
    );
  });

  it('bytes that are no stream of the format end in a fault or in an UpstreamError', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), fc.integer({ min: 1, max: 50 }), (bytes, size) => {
        const frames = readable(format, bytes, size);
        if (frames !== undefined) expect(decoded(format, frames).at(-1)?.type).toBe('fault');
      }),
      RUNS,
    );
  });

  it('a refused call is a fault of its status, whatever its text is', () => {
    const text = fc.oneof(
      fc.string(),
      value.map((body) => JSON.stringify(body)),
    );
    fc.assert(
      fc.property(fc.integer({ min: 400, max: 599 }), text, leaf, (status, body, header) => {
        expect(client.fault(status, () => String(header), body)).toMatchObject({ status });
      }),
      RUNS,
    );
  });
});

function readable(format: WireFormat, bytes: Uint8Array, size: number): Frame[] | undefined {
  try {
    return framesOf(format, bytes, size);
  } catch (error) {
    if (!(error instanceof UpstreamError)) throw error;
    return undefined;
  }
}
