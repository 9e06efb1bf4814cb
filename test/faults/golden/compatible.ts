import type { Vendor } from './row.ts';

const format = 'openai-chat';
const error = (message: string, more: object = {}) => ({ error: { message, ...more } });

/** Providers that speak a dialect of the first one's format, each with errors of its own. */
export const COMPATIBLE: readonly Vendor[] = [
  {
    vendor: 'Groq',
    format,
    source: 'https://console.groq.com/docs/errors',
    rows: [
      [
        400,
        error('Failed to call a function.', {
          type: 'invalid_request_error',
          code: 'tool_use_failed',
          failed_generation: '{',
        }),
        'rejected',
      ],
      [
        400,
        error('Please reduce the length of the messages or completion.', {
          type: 'invalid_request_error',
          code: 'context_length_exceeded',
        }),
        'context-length',
      ],
      [401, error('Invalid API Key', { type: 'invalid_request_error', code: 'invalid_api_key' }), 'credentials'],
      [
        404,
        error('The model `m` does not exist or you do not have access to it.', { code: 'model_not_found' }),
        'model-not-found',
      ],
      [
        413,
        error('Request too large for model `m` on tokens per minute (TPM): Limit 6000, Requested 7019.', {
          type: 'tokens',
          code: 'rate_limit_exceeded',
        }),
        'rate-limited',
      ],
      [
        429,
        error('Rate limit reached for model `m`.', { type: 'tokens', code: 'rate_limit_exceeded' }),
        'rate-limited',
        { 'retry-after': '2' },
        2,
      ],
      [498, error('Flex tier capacity exceeded.', { code: 'capacity_exceeded' }), 'overloaded'],
      [503, error('Service unavailable.', { type: 'internal_server_error' }), 'overloaded'],
    ],
  },
  {
    vendor: 'DeepSeek',
    format,
    source: 'https://api-docs.deepseek.com/quick_start/error_codes',
    rows: [
      [400, error('Invalid format.', { type: 'invalid_request_error' }), 'rejected'],
      [401, error('Authentication Fails (no such user)', { type: 'authentication_error' }), 'credentials'],
      [402, error('Insufficient Balance', { type: 'unknown_error', code: 'invalid_request_error' }), 'credentials'],
      [422, error('Invalid parameters.'), 'rejected'],
      [429, error('Rate Limit Reached'), 'rate-limited'],
      [500, error('Server Error'), 'unavailable'],
      [503, error('Server Overloaded'), 'overloaded'],
    ],
  },
  {
    vendor: 'Mistral',
    format,
    source: 'https://docs.mistral.ai/api',
    rows: [
      [
        400,
        {
          object: 'error',
          message: 'Prompt contains 40000 tokens, too large for model with 32768 maximum context length',
          type: 'invalid_request_error',
          code: '3051',
        },
        'context-length',
      ],
      [
        400,
        { object: 'error', message: 'Invalid model: m', type: 'invalid_model', param: null, code: '1500' },
        'rejected',
      ],
      [401, { message: 'Unauthorized', request_id: 'r' }, 'credentials'],
      [401, { detail: 'Unauthorized' }, 'credentials'],
      [422, { detail: [{ type: 'missing', loc: ['body', 'messages'], msg: 'Field required' }] }, 'rejected'],
      [429, { message: 'Requests rate limit exceeded' }, 'rate-limited'],
      [
        429,
        {
          object: 'error',
          message: 'Service tier capacity exceeded for this model.',
          type: 'service_tier_capacity_exceeded',
          code: '3505',
        },
        'overloaded',
      ],
      [
        500,
        { object: 'error', message: 'Service unavailable.', type: 'internal_server_error', code: '1000' },
        'unavailable',
      ],
    ],
  },
  {
    vendor: 'OpenRouter',
    format,
    source: 'https://openrouter.ai/docs/api-reference/errors',
    rows: [
      [400, error('m is not a valid model ID', { code: 400 }), 'rejected'],
      [401, error('No auth credentials found', { code: 401 }), 'credentials'],
      [402, error('Insufficient credits. Add more to continue.', { code: 402 }), 'credentials'],
      [
        403,
        error('m requires moderation on Provider. Your input was flagged for "violence".', {
          code: 403,
          metadata: { reasons: ['violence'] },
        }),
        'content-filter',
      ],
      [404, error('No endpoints found that support tool use.', { code: 404 }), 'model-not-found'],
      [408, error('Request timed out', { code: 408 }), 'timeout'],
      [
        429,
        error('Rate limit exceeded: free-models-per-min.', { code: 429 }),
        'rate-limited',
        { 'retry-after': '5' },
        5,
      ],
      [502, error('Provider returned error', { code: 502, metadata: { provider_name: 'P' } }), 'unavailable'],
      [503, error('No instances available', { code: 503 }), 'overloaded'],
    ],
  },
  {
    vendor: 'Together',
    format,
    source: 'https://docs.together.ai/docs/error-codes',
    rows: [
      [
        401,
        error('Invalid API key provided.', { type: 'invalid_request_error', code: 'invalid_api_key' }),
        'credentials',
      ],
      [402, error('The account has reached its maximum monthly spending limit.'), 'credentials'],
      [
        403,
        error('Input token count + `max_tokens` must be less than the context length of the model.'),
        'context-length',
      ],
      [
        404,
        error('Unable to access model m. The model does not exist.', { code: 'model_not_available' }),
        'model-not-found',
      ],
      [
        429,
        error('You have reached the rate limit specific to this model.', { type: 'model_rate_limit' }),
        'rate-limited',
      ],
      [500, error('Internal server error', { type: 'server_error' }), 'unavailable'],
      [503, error('The server is overloaded or not ready yet.', { type: 'service_unavailable' }), 'overloaded'],
    ],
  },
  {
    vendor: 'Fireworks',
    format,
    source: 'https://docs.fireworks.ai/guides/inference-error-codes',
    rows: [
      [
        400,
        error('The prompt is too long: 140000, model maximum context length: 131071', {
          object: 'error',
          type: 'invalid_request_error',
        }),
        'context-length',
      ],
      [401, error('Unauthorized'), 'credentials'],
      [402, error('Payment required'), 'credentials'],
      [404, error('Model not found, inaccessible, and/or not deployed', { code: 'NOT_FOUND' }), 'model-not-found'],
      [408, error('Request timeout'), 'timeout'],
      [
        412,
        error('Account suspended, possibly due to reaching the monthly spending limit.', {
          code: 'PRECONDITION_FAILED',
        }),
        'credentials',
      ],
      [429, error('Too many requests'), 'rate-limited'],
      [503, error('Service overloaded'), 'overloaded'],
      [504, '', 'timeout'],
    ],
  },
  {
    vendor: 'Alibaba Model Studio',
    format,
    source: 'https://www.alibabacloud.com/help/en/model-studio/error-code',
    rows: [
      [400, error('Required parameter(s) missing or invalid.', { code: 'InvalidParameter' }), 'rejected'],
      [
        400,
        error('Range of input length should be [1, 30720]. Input is too long.', { code: 'InvalidParameter' }),
        'context-length',
      ],
      [
        400,
        error('Input or output data may contain inappropriate content.', { code: 'DataInspectionFailed' }),
        'content-filter',
      ],
      [
        400,
        error('Output data may contain inappropriate content.', { code: 'data_inspection_failed' }),
        'content-filter',
      ],
      [400, error('Access denied, please make sure your account is in good standing.', { code: 'Arrearage' }), 'quota'],
      [401, error('Invalid API-key provided.', { code: 'InvalidApiKey' }), 'credentials'],
      [403, error('Access to model denied.', { code: 'AccessDenied.Unpurchased' }), 'credentials'],
      [404, error('Model not exist.', { code: 'model_not_found' }), 'model-not-found'],
      [
        429,
        error('Requests rate limit exceeded, please try again later.', { code: 'Throttling.RateQuota' }),
        'rate-limited',
      ],
      [429, error('You exceeded your current quota, please check your plan.', { code: 'insufficient_quota' }), 'quota'],
      [500, error('An internal error has occurred.', { code: 'InternalError' }), 'unavailable'],
    ],
  },
  {
    vendor: 'Moonshot',
    format,
    source: 'https://platform.kimi.com/docs/api/errors',
    rows: [
      [
        400,
        error('The request was rejected because it was considered high risk', { type: 'content_filter' }),
        'content-filter',
      ],
      [400, error('Input token length too long', { type: 'invalid_request_error' }), 'context-length'],
      [
        400,
        error('Your request exceeded model token limit: 262144', { type: 'invalid_request_error' }),
        'context-length',
      ],
      [401, error('Invalid Authentication', { type: 'invalid_authentication_error' }), 'credentials'],
      [
        404,
        error('Not found the model m or Permission denied', { type: 'resource_not_found_error' }),
        'model-not-found',
      ],
      [
        429,
        error('The engine is currently overloaded, please try again later', { type: 'engine_overloaded_error' }),
        'overloaded',
      ],
      [
        429,
        error('Your account is suspended, please check your plan and billing details', {
          type: 'exceeded_current_quota_error',
        }),
        'quota',
      ],
      [
        429,
        error('Your account reached max request: 3, please try again after 1 seconds', {
          type: 'rate_limit_reached_error',
        }),
        'rate-limited',
      ],
    ],
  },
  {
    vendor: 'Z.ai',
    format,
    source: 'https://docs.z.ai/api-reference/api-code',
    rows: [
      [400, error('Prompt exceeds max length', { code: '1261' }), 'context-length'],
      [
        400,
        error('System detected potentially unsafe or sensitive content in input or generation.', { code: '1301' }),
        'content-filter',
      ],
      [400, error('Invalid API parameter, please check the documentation.', { code: '1210' }), 'rejected'],
      [401, error('Authentication Token invalid', { code: '1002' }), 'credentials'],
      [429, error('Insufficient balance or no resource package. Please recharge.', { code: '1113' }), 'quota'],
      [429, error('High concurrency usage of this API, please reduce concurrency.', { code: '1302' }), 'rate-limited'],
      [500, error('Internal Error', { code: '500' }), 'unavailable'],
    ],
  },
  {
    vendor: 'xAI',
    format,
    source: 'https://docs.x.ai/docs/key-information/debugging',
    rows: [
      [
        400,
        {
          code: 'Client specified an invalid argument',
          error: 'Incorrect API key provided: xa***. You can obtain one at the console.',
        },
        'credentials',
      ],
      [
        400,
        {
          code: 'Client specified an invalid argument',
          error: "This model's maximum prompt length is 131072 but the request contains 140000 tokens.",
        },
        'context-length',
      ],
      [
        403,
        {
          code: 'The caller does not have permission to execute the specified operation',
          error: 'Your team has no credits.',
        },
        'credentials',
      ],
      [
        404,
        {
          code: 'Some requested entity was not found',
          error: 'The model m does not exist or your team x does not have access to it.',
        },
        'model-not-found',
      ],
      [
        429,
        { code: 'Some resource has been exhausted', error: 'Your team has exhausted its rate limit.' },
        'rate-limited',
      ],
      [500, { code: 'Internal error', error: 'Something failed.' }, 'unavailable'],
    ],
  },
  {
    vendor: 'servers of open models',
    format,
    source:
      'https://github.com/vllm-project/vllm/issues/3485, https://github.com/ggml-org/llama.cpp/pull/15780, https://github.com/ggml-org/llama.cpp/issues/19774, https://huggingface.co/docs/api-inference',
    rows: [
      [
        400,
        {
          object: 'error',
          message: "This model's maximum context length is 4096 tokens. However, you requested 5000 tokens.",
          type: 'BadRequestError',
          code: 400,
        },
        'context-length',
      ],
      [
        404,
        { object: 'error', message: 'The model `m` does not exist.', type: 'NotFoundError', code: 404 },
        'model-not-found',
      ],
      [
        400,
        error('request (4390 tokens) exceeds the available context size (4096 tokens), try increasing it', {
          code: 400,
          type: 'exceed_context_size_error',
        }),
        'context-length',
      ],
      [500, error('Context size has been exceeded.', { code: 500, type: 'server_error' }), 'context-length'],
      [503, error('Loading model', { code: 503, type: 'unavailable_error' }), 'overloaded'],
      [503, { error: 'Model m is currently loading', estimated_time: 20 }, 'overloaded'],
      [500, error('CUDA out of memory while reading the context', { type: 'server_error' }), 'unavailable'],
      [500, error('context deadline exceeded'), 'unavailable'],
    ],
  },
  {
    vendor: 'what stands in front of a provider',
    format,
    source:
      'https://developers.cloudflare.com/support/troubleshooting/http-status-codes/cloudflare-5xx-errors/, https://nginx.org/en/docs/http/ngx_http_core_module.html#error_page',
    rows: [
      [403, '<!DOCTYPE html><title>Attention Required! | Cloudflare</title>', 'credentials'],
      [404, '<html><body><h1>404 Not Found</h1><hr>nginx</body></html>', 'credentials'],
      [413, '<html><title>413 Request Entity Too Large</title></html>', 'rejected'],
      [429, 'error code: 1015', 'rate-limited'],
      [502, 'upstream connect error or disconnect/reset before headers', 'unavailable'],
      [503, 'no healthy upstream', 'overloaded'],
      [504, '<html><title>504 Gateway Time-out</title></html>', 'timeout'],
      [522, 'error code: 522', 'unavailable'],
      [525, '', 'unavailable'],
    ],
  },
];
