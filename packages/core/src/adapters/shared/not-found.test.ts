import { describe, expect, it } from 'vitest';
import { notFound } from './not-found.ts';

describe('a 404', () => {
  // Sources: https://platform.openai.com/docs/guides/error-codes, https://platform.claude.com/docs/en/api/errors,
  // https://ai.google.dev/gemini-api/docs/troubleshooting, and the issues named below.
  it.each([
    ['OpenAI, Groq', 'The model `x` does not exist or you do not have access to it.', 'model_not_found'],
    ['OpenAI, by its code alone', 'Nothing here.', 'model_not_found'],
    ['Anthropic', 'model: claude-nope', undefined],
    ['Gemini', 'models/x is not found for API version v1beta, or is not supported for generateContent.', undefined],
    ['Gemini, tuned', 'tunedModels/x is not found.', undefined],
    [
      'Vertex, https://github.com/genkit-ai/genkit/issues/4688',
      'Publisher Model `projects/p/locations/l/publishers/google/models/x` was not found or your project does not have access to it.',
      undefined,
    ],
    ['vLLM, https://github.com/vllm-project/vllm/issues/3485', 'The model `/data/Qwen` does not exist.', '404'],
    [
      'Ollama, https://github.com/netease-youdao/QAnything/issues/555',
      'model "x" not found, try pulling it',
      undefined,
    ],
    ['xAI', 'The model grok-x does not exist or your team 12 does not have access to it.', 'Some requested entity …'],
    [
      'OpenRouter, https://github.com/evalstate/fast-agent/issues/122',
      'No endpoints found that support tool use.',
      '404',
    ],
  ])('that speaks of the model is about it (%s)', (_, message, code) => {
    expect(notFound(message, code)).toBe('model-not-found');
  });

  it.each([
    ['a wrong path at OpenAI', 'Invalid URL (POST /v1/models/x/chat)', undefined],
    ['a wrong path at Anthropic', 'Not Found', undefined],
    ['a wrong path at xAI', 'No handler found on route. Please double check your URL.', 'Some requested entity …'],
    ['a wrong path of a server', 'Cannot POST /v1/models/chat', undefined],
    ['a wrong host', 'https://models.acme.dev/models answered 404', undefined],
    [
      'a deployment that Azure does not have, https://learn.microsoft.com/azure/ai-foundry/openai/reference',
      'The API deployment for this resource does not exist.',
      'DeploymentNotFound',
    ],
    ['a deployment of a model', 'The model deployment at ID x does not exist.', undefined],
    ['a resource', 'Resource not found', '404'],
    ['an account that is not there', 'No such organization: org-x.', undefined],
    [
      'an account that may not use the model',
      'Your organization must be verified to use the model `x`.',
      'model_not_found',
    ],
    ['words of the client that are quoted', "No route for 'model: x'", undefined],
    ['no words', 'The provider answered 404 without a message.', undefined],
  ])('that does not is about the account (%s)', (_, message, code) => {
    expect(notFound(message, code)).toBe('credentials');
  });

  it.each([
    ['Gemini, https://github.com/googleapis/js-genai/issues/1220', 'Requested entity was not found.'],
    ['Anthropic', 'File not found: file_011'],
    ['OpenRouter', 'The image could not be found'],
    ['Anthropic', 'Container container_011 not found'],
  ])('that names what the request names is about the request (%s)', (_, message) => {
    expect(notFound(message)).toBe('rejected');
  });

  it('is judged in time that does not grow with the text', () => {
    expect(notFound('`"\''.repeat(1_000_000))).toBe('credentials');
  });
});
