import type { ProviderRow } from '../../adapters/provider-row.ts';

/** APIs whose reference knows the bound on answer tokens by its old name only. */
const MAX_TOKENS = { max_completion_tokens: 'max_tokens' } as const;

/** Deployments of one's own at a host of models: each has its own address. */
export const DEDICATED = {
  'huggingface-endpoint': {
    name: 'Hugging Face Inference Endpoint',
    format: 'openai-chat',
    baseUrlEnv: ['HF_ENDPOINT_API_BASE'],
    auth: 'bearer',
    apiKeyEnv: ['HF_TOKEN', 'HUGGINGFACE_API_KEY'],
    serves: ['chat'],
    rename: MAX_TOKENS,
    repairs: ['developer-as-system', 'reasoning-field'],
    source: 'https://huggingface.co/docs/inference-endpoints/engines/vllm',
  },
  // `https://model-<id>.api.baseten.co/environments/production/sync/v1`
  'baseten-model': {
    name: 'Baseten, dedicated deployment',
    format: 'openai-chat',
    baseUrlEnv: ['BASETEN_MODEL_API_BASE'],
    auth: 'bearer',
    apiKeyEnv: ['BASETEN_API_KEY'],
    serves: ['chat'],
    rename: MAX_TOKENS,
    repairs: ['developer-as-system', 'reasoning-field'],
    source: 'https://docs.baseten.co/inference/calling-your-model',
  },
  // The deployment stands in the path; an adapter of one's own would be the body's model.
  predibase: {
    name: 'Predibase',
    format: 'openai-chat',
    baseUrl: 'https://serving.app.predibase.com/{tenant}/deployments/v2/llms',
    auth: 'bearer',
    apiKeyEnv: ['PREDIBASE_API_TOKEN', 'PREDIBASE_API_KEY'],
    settings: { tenant: ['PREDIBASE_TENANT_ID'] },
    serves: ['chat'],
    rename: MAX_TOKENS,
    repairs: ['developer-as-system'],
    paths: { chat: '/{model}/v1/chat/completions' },
    bodyFields: { model: '' },
    source: 'https://docs.predibase.com/user-guide/inference/migrate-openai',
  },
  triton: {
    name: 'Triton Inference Server, OpenAI frontend',
    format: 'openai-chat',
    baseUrlEnv: ['TRITON_API_BASE'],
    auth: 'bearer',
    apiKeyEnv: ['TRITON_API_KEY'],
    apiKeyOptional: true,
    serves: ['chat', 'models'],
    rename: MAX_TOKENS,
    repairs: ['developer-as-system'],
    source:
      'https://docs.nvidia.com/deeplearning/triton-inference-server/user-guide/docs/client_guide/openai_readme.html',
  },
} as const satisfies Record<string, ProviderRow>;
