import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isGatewayError } from '../../kit/errors.ts';
import type { Json } from '../shared/read.ts';
import { openaiChat } from './index.ts';
import { body, callFor, compatible, EXACT, exchange, frames, inbound, target, textOf } from './support.type-test.ts';

/** JSON whose keys are often the right ones and whose values often are not. */
const KEYS = [
  'choices',
  'message',
  'delta',
  'content',
  'tool_calls',
  'function',
  'function_call',
  'custom',
  'arguments',
  'name',
  'id',
  'index',
  'usage',
  'error',
  'code',
  'detail',
  'type',
  'text',
  'thinking',
  'reasoning_details',
  'reasoning_content',
  'signature',
  'data',
  'audio',
  'images',
  'image_url',
  'url',
  'annotations',
  'url_citation',
  'logprobs',
  'finish_reason',
  'prompt_tokens_details',
  'role',
  'messages',
  'tools',
  'tool_choice',
  'parameters',
  'response_format',
  'stream_options',
  'providerOptions',
  'extra_content',
  'google',
  'thinking_blocks',
  'x_groq',
  'file',
  'input_audio',
  'tool_call_id',
  '__proto__',
  'constructor',
];
const WORDS = [
  '',
  'text',
  'function',
  'custom',
  'image_url',
  'file',
  'input_audio',
  'thinking',
  'reasoning.text',
  'reasoning.encrypted',
  'stop',
  'tool_calls',
  'error',
  'assistant',
  'user',
  'tool',
  'system',
  'data:image/png;base64,AA',
  'json_schema',
];
const { value: anyJson } = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 6, depthSize: 'medium' },
    fc.constantFrom(...WORDS),
    fc.integer(),
    fc.double(),
    fc.boolean(),
    fc.constant(null),
    fc.string(),
    fc.array(tie('value'), { maxLength: 4 }),
    fc
      .array(fc.tuple(fc.constantFrom(...KEYS), tie('value')), { maxLength: 6 })
      .map(
        (entries) =>
          JSON.parse(
            `{${entries.map(([key, entry]) => `${JSON.stringify(key)}:${JSON.stringify(entry)}`).join(',')}}`,
          ) as Json,
      ),
  ),
}));
/** The value within an envelope that gets it past the first doors. */
const enveloped = anyJson.chain((value) =>
  fc.constantFrom<unknown>(
    value,
    { choices: [value] },
    { choices: [{ message: value, finish_reason: 'stop' }] },
    { choices: [{ delta: value }] },
    { choices: [{ delta: { tool_calls: [value] } }] },
    { usage: value, choices: [] },
    { model: 'm', messages: [value] },
    { model: 'm', messages: [{ role: 'user', content: [value] }] },
    { model: 'm', messages: [{ role: 'assistant', content: value, tool_calls: [value], reasoning_details: [value] }] },
    {
      model: 'm',
      messages: [{ role: 'user', content: 'x' }],
      tools: [value],
      tool_choice: value,
      reasoning: value,
      response_format: value,
      providerOptions: { 'openai-chat': value },
    },
  ),
);

const rows = [
  EXACT,
  compatible({
    repairs: [
      'short-tool-ids',
      'string-content',
      'thinking-content-back',
      'reasoning-field',
      'usage-every-frame',
      'cache-control',
    ],
  }),
];

/** Runs, and lets nothing pass but the errors that the contract names. */
function allowed(run: () => void, allows: (error: unknown) => boolean): void {
  try {
    run();
  } catch (error) {
    if (!allows(error)) throw error;
  }
}
const isRequestError = (error: unknown): boolean => isGatewayError(error) && error.kind === 'request';
const isSyntaxError = (error: unknown): boolean => error instanceof SyntaxError;

describe('nothing that anybody sends throws what it must not', () => {
  it('requests: RequestError or an answer', () => {
    fc.assert(
      fc.property(enveloped, (value) => {
        allowed(() => openaiChat.server.peek(body(value).fields(), inbound), isRequestError);
        allowed(() => {
          const request = openaiChat.server.parse(value, inbound);
          for (const row of rows) openaiChat.client.render(request, target(row), exchange({ stream: true }));
        }, isRequestError);
        for (const row of rows)
          allowed(
            () => openaiChat.client.forward(body(value), inbound, target(row), exchange({ stream: true })),
            isRequestError,
          );
        expect(({} as Json)['polluted']).toBeUndefined();
      }),
      { numRuns: 300 },
    );
  });
  it('answers: a reply or a fault, and what was read can be rendered', () => {
    fc.assert(
      fc.property(enveloped, (value) => {
        for (const row of rows) {
          const reply = openaiChat.client.parse(value, callFor(row), exchange());
          if ('choices' in reply) JSON.stringify(openaiChat.server.render(reply, exchange()));
          openaiChat.client.meter(callFor(row)).body(value);
        }
      }),
      { numRuns: 300 },
    );
  });
  it('streams: events, or SyntaxError for a broken frame, and what was read can be written', () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.oneof(
            enveloped.map((value) => JSON.stringify(value)),
            fc.string(),
          ),
          { maxLength: 4 },
        ),
        (list) => {
          for (const row of rows) {
            const decoder = openaiChat.client.decoder(callFor(row), exchange());
            const encoder = openaiChat.server.encoder(exchange({ stream: true, streamUsage: true }));
            const meter = openaiChat.client.meter(callFor(row));
            for (const frame of frames(list.map((data) => `data: ${data}\n\n`).join(''))) {
              allowed(() => {
                for (const event of decoder.push(frame)) textOf(encoder.push(event));
              }, isSyntaxError);
              allowed(() => {
                meter.push(frame);
              }, isSyntaxError);
            }
            for (const event of decoder.end()) encoder.push(event);
            textOf(meter.stop('length'));
          }
        },
      ),
      { numRuns: 300 },
    );
  });
  it('refused calls: a fault', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          enveloped.map((value) => JSON.stringify(value)),
          fc.string(),
        ),
        fc.integer({ min: 300, max: 599 }),
        fc.string(),
        (text, status, header) => {
          const fault = openaiChat.client.fault(status, () => header, text);
          expect(fault.message.length).toBeGreaterThan(0);
          expect(fault.status).toBe(status);
        },
      ),
    );
  });
  it('embeddings: a body or a fault', () => {
    fc.assert(
      fc.property(enveloped, (value) => {
        openaiChat.operations?.embeddings?.parse(value, callFor(), exchange());
      }),
    );
  });
});
