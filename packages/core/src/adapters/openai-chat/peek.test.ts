import { describe, expect, it } from 'vitest';
import { isGatewayError } from '../../kit/errors.ts';
import type { Json } from '../shared/read.ts';
import { peekOf } from './support.type-test.ts';

const peeked = (more: Json) => peekOf({ model: 'm', messages: [], ...more });

describe('peek', () => {
  it.each<[string, Json, Json]>([
    ['the defaults', {}, { model: 'm', stream: false }],
    [
      'a stream with usage',
      { stream: true, stream_options: { include_usage: true } },
      { stream: true, streamUsage: true },
    ],
    ['a stream that refuses usage', { stream: true, stream_options: { include_usage: false } }, { streamUsage: false }],
    ['the old bound', { max_tokens: 7 }, { maxOutputTokens: 7 }],
    ['the new bound', { max_completion_tokens: 0 }, { maxOutputTokens: 0 }],
    [
      'the larger of two bounds, since either may be heeded',
      { max_tokens: 9, max_completion_tokens: 7 },
      { maxOutputTokens: 9 },
    ],
    ['several choices', { n: 4 }, { n: 4 }],
    [
      'nulls as absent',
      { stream: null, n: null, max_tokens: null, stream_options: null },
      { model: 'm', stream: false },
    ],
    ['effort', { reasoning_effort: 'high' }, { reasoning: true }],
    ["an aggregator's reasoning", { reasoning: { max_tokens: 100 } }, { reasoning: true }],
    ['thinking that is switched on', { thinking: { type: 'enabled' } }, { reasoning: true }],
    ['enable_thinking', { enable_thinking: true }, { reasoning: true }],
    ['remote tools', { tools: [{ type: 'mcp', server_url: 'https://evil.example' }] }, { remoteTools: true }],
    ['remote servers', { mcp_servers: [{ url: 'https://evil.example' }] }, { remoteTools: true }],
    ['remote servers in an option', { providerOptions: { acme: { mcp_servers: [{}] } } }, { remoteTools: true }],
    ['remote tools without a type', { tools: [{ server_url: 'https://evil.example' }] }, { remoteTools: true }],
  ])('reads %s', (_, body, expected) => {
    expect(peeked(body)).toMatchObject(expected);
  });

  it.each([
    { reasoning_effort: 'none' },
    { thinking: { type: 'disabled' } },
    { enable_thinking: false },
    { reasoning: { enabled: false } },
  ])('sees no reasoning in %j', (body) => {
    expect(peeked(body)).not.toHaveProperty('reasoning');
  });

  it.each<[string, Json]>([
    ['model', { model: undefined }],
    ['model', { model: '' }],
    ['model', { model: 7 }],
    ['messages', { messages: undefined }],
    ['stream', { stream: 'yes' }],
    ['n', { n: 0 }],
    ['n', { n: 1.5 }],
    ['max_tokens', { max_tokens: '7' }],
    ['max_completion_tokens', { max_completion_tokens: -1 }],
    ['stream_options', { stream_options: [] }],
    ['stream_options.include_usage', { stream_options: { include_usage: 1 } }],
  ])('refuses a wrong %s', (param, body) => {
    const error = catching(() => peeked(body));
    expect(isGatewayError(error) && [error.code, error.param]).toEqual(['invalid_request', param]);
  });
});

function catching(run: () => unknown): unknown {
  try {
    return run();
  } catch (error) {
    return error;
  }
}
