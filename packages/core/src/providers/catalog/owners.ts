import type { ProviderRow } from '../../adapters/provider-row.ts';

/** Vendors that own the format they speak: their bytes pass untouched. */
export const OWNERS = {
  openai: {
    name: 'OpenAI',
    format: 'openai-chat',
    baseUrl: 'https://api.openai.com/v1',
    auth: 'bearer',
    apiKeyEnv: ['OPENAI_API_KEY'],
    serves: ['chat', 'embeddings', 'models'],
    fidelity: 'exact',
    also: { 'openai-responses': {} },
    source: 'https://platform.openai.com/docs/api-reference/chat/create',
  },
  // For clients of other formats, where a model is served by this API only, or better.
  'openai-responses': {
    name: 'OpenAI, Responses API',
    format: 'openai-responses',
    baseUrl: 'https://api.openai.com/v1',
    auth: 'bearer',
    apiKeyEnv: ['OPENAI_API_KEY'],
    serves: ['chat', 'count-tokens'],
    fidelity: 'exact',
    source: 'https://platform.openai.com/docs/api-reference/responses/create',
  },
  // The v1 API: no dated version, the deployment's name is the `model` of the body.
  azure: {
    name: 'Azure OpenAI',
    format: 'openai-chat',
    baseUrl: 'https://{resource}.openai.azure.com/openai/v1',
    settings: { resource: ['AZURE_OPENAI_RESOURCE', 'AZURE_RESOURCE_NAME'] },
    auth: { header: 'api-key' },
    apiKeyEnv: ['AZURE_OPENAI_API_KEY', 'AZURE_API_KEY'],
    serves: ['chat', 'embeddings', 'models'],
    fidelity: 'exact',
    // Source: https://learn.microsoft.com/azure/ai-foundry/openai/how-to/responses
    also: { 'openai-responses': { serves: ['chat'] } },
    source: 'https://learn.microsoft.com/azure/ai-foundry/openai/api-version-lifecycle',
  },
  // The dated API: the deployment stands in the path, `api-version` in the query; baseUrl is the resource's endpoint.
  'azure-deployments': {
    extends: 'azure',
    name: 'Azure OpenAI, dated API',
    format: 'openai-chat',
    baseUrl: 'https://{resource}.openai.azure.com',
    baseUrlEnv: ['AZURE_OPENAI_ENDPOINT', 'AZURE_API_BASE'],
    settings: {
      resource: ['AZURE_OPENAI_RESOURCE', 'AZURE_RESOURCE_NAME'],
      apiVersion: ['OPENAI_API_VERSION', 'AZURE_API_VERSION'],
    },
    auth: { header: 'api-key' },
    apiKeyEnv: ['AZURE_OPENAI_API_KEY', 'AZURE_API_KEY'],
    serves: ['chat', 'embeddings', 'models'],
    paths: {
      chat: '/openai/deployments/{model}/chat/completions',
      embeddings: '/openai/deployments/{model}/embeddings',
      models: '/openai/models',
    },
    also: { 'openai-responses': { serves: ['chat'], paths: { chat: '/openai/responses' } } },
    query: { 'api-version': '{apiVersion}' },
    source: 'https://learn.microsoft.com/azure/ai-foundry/openai/reference',
  },
  anthropic: {
    name: 'Anthropic',
    format: 'anthropic-messages',
    baseUrl: 'https://api.anthropic.com',
    auth: { header: 'x-api-key' },
    apiKeyEnv: ['ANTHROPIC_API_KEY'],
    serves: ['chat', 'count-tokens', 'models'],
    fidelity: 'exact',
    headers: { 'anthropic-version': '2023-06-01' },
    source: 'https://platform.claude.com/docs/en/api/overview',
  },
  gemini: {
    name: 'Google AI Studio',
    format: 'gemini',
    baseUrl: 'https://generativelanguage.googleapis.com/v1beta',
    auth: { header: 'x-goog-api-key' },
    apiKeyEnv: ['GEMINI_API_KEY', 'GOOGLE_API_KEY'],
    serves: ['chat', 'embeddings', 'count-tokens', 'models'],
    fidelity: 'exact',
    source: 'https://ai.google.dev/api/generate-content',
  },
} as const satisfies Record<string, ProviderRow>;
