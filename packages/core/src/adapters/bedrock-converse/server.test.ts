import { describe, expect, it } from 'vitest';
import { LimitError, RequestError, UpstreamError } from '../../kit/errors.ts';
import type { Json } from '../shared/read.ts';
import { bedrockConverse } from './index.ts';
import { answer, bodyOf, exchange, heard, inbound, read } from './support.type-test.ts';

const { peek, parse, fault, render } = bedrockConverse.server;
const MESSAGES = [{ role: 'user', content: [{ text: 'Hi' }] }];
const peeked = (body: Json, action?: string) => peek(bodyOf(body).fields(), inbound(action));

describe('peek', () => {
  it('reads model and stream out of the path, and the bound out of the body', () => {
    expect(peeked({ messages: MESSAGES, inferenceConfig: { maxTokens: 7 } }, 'converse-stream')).toEqual({
      model: 'smart',
      stream: true,
      streamUsage: true,
      maxOutputTokens: 7,
    });
  });

  it.each([
    [{ thinking: { type: 'enabled', budget_tokens: 1024 } }, true],
    [{ thinking: { type: 'disabled' } }, false],
    [{ reasoningConfig: { type: 'enabled' } }, true],
    [{ reasoning_effort: 'low' }, true],
    [{ other: 1 }, undefined],
  ])('sees in %j whether reasoning is asked for', (additionalModelRequestFields, reasoning) => {
    expect(peeked({ messages: MESSAGES, additionalModelRequestFields }).reasoning).toBe(reasoning);
  });

  it('sees servers that the provider would dial', () => {
    const additionalModelRequestFields = { mcp_servers: [{ url: 'https://a.test' }] };
    expect(peeked({ messages: MESSAGES, additionalModelRequestFields }).remoteTools).toBe(true);
  });

  it.each([
    [{}, 'messages', undefined],
    [{ messages: MESSAGES, inferenceConfig: 7 }, 'inferenceConfig', undefined],
    [{ messages: MESSAGES, inferenceConfig: { maxTokens: '7' } }, 'inferenceConfig.maxTokens', undefined],
    [{ messages: MESSAGES }, 'input', 'count-tokens'],
  ])('refuses %j at %s', (body, param, action) => {
    expect(() => peeked(body, action)).toThrow(expect.objectContaining({ code: 'invalid_request', param }));
  });
});

describe('a body that is wrong is refused at the place', () => {
  it.each<[string, unknown]>([
    ['messages', { messages: 'Hi' }],
    ['messages.0', { messages: ['Hi'] }],
    ['messages.0.role', { messages: [{ role: 'tool', content: [] }] }],
    ['messages.0.content', { messages: [{ role: 'user', content: 'Hi' }] }],
    ['messages.0.content.0', { messages: [{ role: 'user', content: [{}] }] }],
    ['messages.0.content.0.text', { messages: [{ role: 'user', content: [{ text: 7 }] }] }],
    ['messages.0.content.0.image', { messages: [{ role: 'user', content: [{ image: 'x' }] }] }],
    [
      'messages.0.content.0.toolUse.name',
      { messages: [{ role: 'assistant', content: [{ toolUse: { toolUseId: 'a' } }] }] },
    ],
    [
      'messages.0.content.0.toolResult.content',
      { messages: [{ role: 'user', content: [{ toolResult: { toolUseId: 'a' } }] }] },
    ],
    ['system', { messages: MESSAGES, system: 'Be brief.' }],
    ['toolConfig', { messages: MESSAGES, toolConfig: [] }],
    ['toolConfig.tools', { messages: MESSAGES, toolConfig: { tools: {} } }],
    ['toolConfig.tools.0.toolSpec.name', { messages: MESSAGES, toolConfig: { tools: [{ toolSpec: {} }] } }],
  ])('%s', (param, body) => {
    expect(() => parse(body, inbound())).toThrow(expect.objectContaining({ code: 'invalid_request', param }));
  });

  it('a count of anything but a conversation', () => {
    expect(() => parse({ input: { invokeModel: { body: '' } } }, inbound('count-tokens'))).toThrow(
      expect.objectContaining({ param: 'input.converse' }),
    );
    expect(parse({ input: { converse: { messages: MESSAGES } } }, inbound('count-tokens')).messages).toEqual(
      heard({ messages: MESSAGES }).messages,
    );
  });
});

describe('an error', () => {
  it.each([
    [new RequestError('invalid_request', 'no'), 400, 'ValidationException'],
    [new RequestError('model_not_found', 'no'), 404, 'ResourceNotFoundException'],
    [new UpstreamError('upstream_rate_limited', 'no', { retryAfter: 1.2 }), 429, 'ThrottlingException'],
    [new LimitError('rate_limited', 'no', { shouldRetry: false }), 429, 'ServiceQuotaExceededException'],
    [new UpstreamError('upstream_invalid_response', 'no'), 502, 'InternalServerException'],
    [new UpstreamError('upstream_timeout', 'no'), 504, 'ModelTimeoutException'],
  ])('%s has its name in the header and its words in the body', (error, status, type) => {
    const told = fault(error, { id: 'req_1' });
    expect(told).toMatchObject({ status, body: { message: 'no' } });
    expect(told.headers).toMatchObject({ 'x-amzn-errortype': type, 'x-amzn-requestid': 'req_1' });
    if (error.retryAfter !== undefined) expect(told.headers['retry-after']).toBe('2');
  });
});

describe('what the provider refused', () => {
  const refused = (status: number, type: string | undefined, message: string, more: Json = {}) =>
    bedrockConverse.client.fault(
      status,
      (name) => (name === 'x-amzn-errortype' ? type : undefined),
      JSON.stringify({ message, ...more }),
    );

  // Source: https://docs.aws.amazon.com/bedrock/latest/userguide/troubleshooting-api-error-codes.html
  it.each([
    [400, 'ValidationException', 'The provided model identifier is invalid.', 'rejected'],
    [400, 'ValidationException', 'Input is too long for requested model.', 'context-length'],
    [400, 'ServiceQuotaExceededException', 'x', 'quota'],
    [403, 'AccessDeniedException', "You don't have access to the model with the specified model ID.", 'credentials'],
    [403, 'ExpiredTokenException:http://internal.amazon.com/coral/', 'x', 'credentials'],
    [404, 'ResourceNotFoundException', 'The model was not found.', 'model-not-found'],
    [408, 'ModelTimeoutException', 'x', 'timeout'],
    [424, 'ModelErrorException', 'x', 'unavailable'],
    [429, 'ThrottlingException', 'Too many requests', 'rate-limited'],
    [429, 'ThrottlingException', 'Too many tokens per day', 'quota'],
    [429, 'ModelNotReadyException', 'x', 'overloaded'],
    [500, 'InternalServerException', 'x', 'unavailable'],
    [503, 'ServiceUnavailableException', 'x', 'overloaded'],
    [503, undefined, 'x', 'overloaded'],
  ])('%i %s %s is %s', (status, type, message, kind) => {
    expect(refused(status, type, message)).toMatchObject({ kind, status, message });
  });

  it('is read out of the body where no header says it', () => {
    expect(refused(400, undefined, 'x', { __type: 'com.amazon.coral.service#ThrottlingException' })).toMatchObject({
      kind: 'rate-limited',
      type: 'ThrottlingException',
    });
  });

  it('is a fault with status 200 too (case 58)', () => {
    const body = { __type: 'ThrottlingException', message: 'slow' };
    expect(bedrockConverse.client.parse(body, {} as never, exchange())).toMatchObject({ kind: 'rate-limited' });
    expect(bedrockConverse.client.meter({} as never).body(body).fault).toMatchObject({ kind: 'rate-limited' });
  });

  it.each([undefined, 7, [], {}, { output: {} }, { output: { message: {} } }])('%j is no answer', (body) => {
    expect(bedrockConverse.client.parse(body, {} as never, exchange())).toMatchObject({ kind: 'invalid-response' });
  });
});

describe('a whole answer', () => {
  it('says the same again within the format, trace and all', () => {
    const said = answer(
      [
        { text: 'a' },
        {
          citationsContent: {
            content: [{ text: 'b' }],
            citations: [
              {
                title: 'T',
                sourceContent: [{ text: 'q' }],
                location: { documentPage: { documentIndex: 0, start: 1, end: 2 } },
              },
            ],
          },
        },
        { toolUse: { toolUseId: 't', name: 'x', input: { a: 1 } } },
      ],
      {
        stopReason: 'tool_use',
        trace: { guardrail: { modelOutput: ['a'] } },
        performanceConfig: { latency: 'optimized' },
        serviceTier: { type: 'flex' },
        additionalModelResponseFields: { stop_sequence: 'END' },
      },
    );
    expect(render(read(said), exchange()).body).toEqual(said);
    expect(read(said).choices[0]?.stopSequence).toBe('END');
  });

  it.each(['guardrail_intervened', 'content_filtered', 'malformed_tool_use', 'model_context_window_exceeded'])(
    'keeps the word %s',
    (stopReason) => {
      expect(render(read(answer([], { stopReason })), exchange()).body).toMatchObject({ stopReason });
    },
  );

  it('reads a block that has its kind beside it, as some servers write', () => {
    for (const beside of [{ type: 'text' }, { novelty: {}, __type: 'x' }])
      expect(read(answer([{ ...beside, text: 'a' }])).choices[0]?.content).toEqual([{ type: 'text', text: 'a' }]);
  });

  it('of a call under the wrong word is a call (case 38)', () => {
    const call = { toolUse: { toolUseId: 't', name: 'x', input: {} } };
    expect(read(answer([call])).choices[0]?.stopReason).toBe('tool-calls');
    expect(read(answer([{ text: 'a' }], { stopReason: 'tool_use' })).choices[0]?.stopReason).toBe('stop');
  });
});
