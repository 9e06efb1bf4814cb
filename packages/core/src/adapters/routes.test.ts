import { describe, expect, it } from 'vitest';
import type { WireFormat } from './format.ts';
import { chatPath, routeOf } from './routes.ts';

const at = (path: string, headers: Record<string, string> = {}) => routeOf(path, { header: (name) => headers[name] });
const ANTHROPIC = { 'anthropic-version': '2023-06-01' };

describe('a path of ours', () => {
  it.each<[string, string, string]>([
    ['/v1/chat/completions', 'chat', 'openai-chat'],
    ['/v1/embeddings', 'embeddings', 'openai-chat'],
    ['/v1/messages', 'chat', 'anthropic-messages'],
    ['/v1/messages/count_tokens', 'count-tokens', 'anthropic-messages'],
    ['/v1/responses', 'chat', 'openai-responses'],
    ['/v1/responses/input_tokens', 'count-tokens', 'openai-responses'],
    ['/v1/responses/compact', 'compact', 'openai-responses'],
    ['/v1/models', 'models', 'openai-chat'],
    ['/v1beta/models', 'models', 'gemini'],
    ['/v1beta/models/m', 'model', 'gemini'],
    ['/v1/models/ft:gpt-4o:acme::x', 'model', 'openai-chat'],
    ['/v1beta/models/m:countTokens', 'count-tokens', 'gemini'],
    ['/v1/models/m:generateContent', 'chat', 'gemini'],
    ['/model/m/converse', 'chat', 'bedrock-converse'],
    ['/model/m/converse-stream', 'chat', 'bedrock-converse'],
    ['/model/m/count-tokens', 'count-tokens', 'bedrock-converse'],
    ['/health', 'health', 'openai-chat'],
  ])('%s is %s of %s', (path, operation, format) => {
    expect(at(path)).toMatchObject({ operation, format });
  });

  it('lists models in the format of the client that sends its version', () => {
    expect(at('/v1/models', ANTHROPIC)).toMatchObject({ operation: 'models', format: 'anthropic-messages' });
    expect(at('/v1/models/m', ANTHROPIC)).toMatchObject({ operation: 'model', format: 'anthropic-messages' });
  });

  it.each([
    [
      '/model/arn%3Aaws%3Abedrock%3Aus-east-1%3A1%3Ainference-profile%2Fus.a.b%3A0/converse',
      'arn:aws:bedrock:us-east-1:1:inference-profile/us.a.b:0',
    ],
    ['/model/provider/a.b:0/converse-stream', 'provider/a.b:0'],
  ])('names a model with slashes, escaped or not: %s', (path, model) => {
    expect(at(path)?.parameters.model).toBe(model);
  });

  it.each<WireFormat>([
    'openai-chat',
    'anthropic-messages',
    'gemini',
    'bedrock-converse',
    'openai-responses',
    'cohere',
    'ollama',
  ])('leads to a chat in %s', (format) => {
    const path = chatPath(format, 'provider/model:7b', true).split('?', 1)[0] ?? '';
    expect(at(path)).toMatchObject({ operation: 'chat', format, method: 'POST' });
  });
});

describe('the host keeps', () => {
  it.each([
    ...['/', '/chat/completions', '/embeddings', '/messages', '/messages/count_tokens', '/models', '/models/m'],
    ...['/v1', '/v1/', '/v1/models/', '/v1/responses/', '/v1/health', '/v1beta/chat/completions', '/v1beta/models/'],
    ...[
      '/v1beta/models/m:asyncBatchEmbedContent',
      '/v1beta/models/m:predictLongRunning',
      '/v1beta/models/m:predict',
      '/v1beta/models/m:',
    ],
    ...['/model/m/invoke', '/model/converse', '/model//converse', '/model/%E0%A4%A/converse', '/model/m/converse/'],
    ...['/v1/models/m:predictLongRunning', '/v1/models/m:predict', '/v1/models/%E0%A4%A', '/models/m:generateContent'],
  ])('%s', (path) => {
    expect(at(path)).toBeUndefined();
    expect(at(path, ANTHROPIC)).toBeUndefined();
  });
});
