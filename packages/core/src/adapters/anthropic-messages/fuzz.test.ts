import fc from 'fast-check';
import { expect, test } from 'vitest';
import { RequestError } from '../../kit/errors.ts';
import type { Json } from '../shared/read.ts';
import { anthropicMessages } from './index.ts';
import { call, exchange, frames, inbound, target } from './support.type-test.ts';

const { client, server } = anthropicMessages;
const TYPES = [
  'text',
  'image',
  'document',
  'search_result',
  'thinking',
  'redacted_thinking',
  'tool_use',
  'tool_result',
  'server_tool_use',
  'web_search_tool_result',
  'mcp_tool_use',
  'compaction',
  '__proto__',
  'constructor',
];
const text = fc.oneof(fc.string(), fc.constantFrom('', ' ', '{}', '{"a":', 'postern.e30'));
const value = fc.oneof(fc.jsonValue({ maxDepth: 3 }), text);

/** Blocks that are nearly right: known types, known members, any values. */
const block = fc.oneof(
  value,
  fc
    .dictionary(
      fc.constantFrom(
        'text',
        'id',
        'name',
        'input',
        'content',
        'tool_use_id',
        'thinking',
        'signature',
        'data',
        'source',
        'citations',
        'cache_control',
        '__proto__',
      ),
      value,
    )
    .chain((members) => fc.constantFrom(...TYPES).map((type): Json => ({ ...members, type }))),
);
const message = fc.record({
  role: fc.oneof(fc.constantFrom('user', 'assistant', 'system'), value),
  content: fc.oneof(text, fc.array(block, { maxLength: 4 }), value),
});
const OPTIONS = [
  'system',
  'tools',
  'tool_choice',
  'thinking',
  'output_config',
  'output_format',
  'metadata',
  'stop_sequences',
  'temperature',
  'cache_control',
  'betas',
  'mcp_servers',
  'service_tier',
  'container',
  '__proto__',
];
const request = fc.oneof(
  value,
  fc
    .record({
      messages: fc.oneof(fc.array(message, { maxLength: 4 }), value),
      more: fc.dictionary(fc.constantFrom(...OPTIONS), value),
    })
    .map(({ messages, more }): Json => ({ ...more, model: 'm', messages })),
);

test('a request of any shape is parsed and rendered, or refused with RequestError', () => {
  fc.assert(
    fc.property(request, fc.constantFrom('claude-sonnet-4-5', 'claude-opus-5-5', 'other'), (body, model) => {
      try {
        const upstream = client.render(server.parse(body, inbound()), target(model), exchange());
        expect(() => JSON.parse(String(upstream.body))).not.toThrow();
      } catch (error) {
        if (!(error instanceof RequestError)) throw error;
      }
      expect(Object.hasOwn(Object.prototype, 'text')).toBe(false);
    }),
    { numRuns: 1000 },
  );
});

test('an answer of any shape is a reply or a fault, and a reply can be told to a client', () => {
  const answer = fc.oneof(
    value,
    fc.record({
      content: fc.array(block, { maxLength: 5 }),
      stop_reason: value,
      usage: value,
      id: value,
      error: fc.option(value, { nil: undefined }),
    }),
  );
  fc.assert(
    fc.property(answer, (body) => {
      const reply = client.parse(body, call(), exchange());
      if ('choices' in reply) server.render(reply, exchange());
      client.meter(call()).body(body);
    }),
    { numRuns: 1000 },
  );
});

const event = fc.oneof(
  value,
  fc.record({
    type: fc.constantFrom(
      'message_start',
      'content_block_start',
      'content_block_delta',
      'content_block_stop',
      'message_delta',
      'message_stop',
      'ping',
      'error',
      'news',
    ),
    index: fc.oneof(fc.nat(2), value),
    message: value,
    content_block: block,
    delta: fc.oneof(
      value,
      fc.record({
        type: fc.constantFrom(
          'text_delta',
          'thinking_delta',
          'input_json_delta',
          'signature_delta',
          'citations_delta',
          'compaction_delta',
        ),
        text: text,
        thinking: text,
        partial_json: text,
        signature: text,
        citation: value,
        stop_reason: fc.oneof(text, fc.constant('end_turn')),
      }),
    ),
    usage: value,
    error: value,
  }),
);

test('a stream of any events ends once, in a reply or in a fault, and only broken JSON throws', () => {
  fc.assert(
    fc.property(
      fc.array(
        fc.oneof(
          event.map((data) => JSON.stringify(data)),
          fc.string(),
        ),
        { maxLength: 12 },
      ),
      (stream) => {
        const decoder = client.decoder(call(), exchange());
        const encoder = server.encoder(exchange());
        const meter = client.meter(call());
        const events = frames(stream.map((data) => `data: ${data}\n\n`).join('')).flatMap((frame) => {
          for (const read of [() => meter.push(frame), () => undefined]) {
            try {
              read();
            } catch (error) {
              if (!(error instanceof SyntaxError)) throw error;
            }
          }
          try {
            return decoder.push(frame);
          } catch (error) {
            if (!(error instanceof SyntaxError)) throw error;
            return [];
          }
        });
        events.push(...decoder.end());
        for (const each of events) encoder.push(each);
        encoder.end();
        expect(events.filter((each) => each.type === 'reply-end' || each.type === 'fault')).toHaveLength(1);
        expect(events.filter((each) => each.type === 'reply-start').length).toBeLessThanOrEqual(1);
      },
    ),
    { numRuns: 1000 },
  );
});

test('a refused call of any text is a fault', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 400, max: 599 }),
      fc.oneof(
        fc.string(),
        value.map((body) => JSON.stringify(body)),
      ),
      text,
      (status, body, header) => {
        expect(client.fault(status, () => header, body)).toMatchObject({ status });
      },
    ),
  );
});
