import type { Vendor } from './row.ts';

const error = (
  message: string,
  type: string | null = 'invalid_request_error',
  code: string | null = null,
  param: string | null = null,
) => ({
  error: { message, type, param, code },
});

const OPENAI: Vendor['rows'] = [
  [400, error("Unknown parameter: 'foo'.", 'invalid_request_error', 'unknown_parameter', 'foo'), 'rejected'],
  [400, error("Invalid type for 'n': expected an integer.", 'invalid_request_error', 'invalid_type', 'n'), 'rejected'],
  [
    400,
    error(
      "Unsupported value: 'temperature' does not support 0.2 with this model.",
      'invalid_request_error',
      'unsupported_value',
      'temperature',
    ),
    'rejected',
  ],
  [400, error('We could not parse the JSON body of your request.'), 'rejected'],
  [
    400,
    error(
      "This model's maximum context length is 128000 tokens. However, your messages resulted in 130001 tokens.",
      'invalid_request_error',
      'context_length_exceeded',
      'messages',
    ),
    'context-length',
  ],
  [
    400,
    error(
      'Your input exceeds the context window of this model.',
      'invalid_request_error',
      'context_length_exceeded',
      'input',
    ),
    'context-length',
  ],
  [
    400,
    error("Invalid 'messages[0].content': string too long.", 'invalid_request_error', 'string_above_max_length'),
    'context-length',
  ],
  [
    400,
    error(
      'Your request was rejected as a result of our safety system.',
      'image_generation_user_error',
      'content_policy_violation',
    ),
    'content-filter',
  ],
  [400, error('Billing hard limit has been reached.', 'invalid_request_error', 'billing_hard_limit_reached'), 'quota'],
  [
    400,
    error(
      'Your organization must be verified to stream this model.',
      'invalid_request_error',
      'unsupported_value',
      'stream',
    ),
    'credentials',
  ],
  [401, error('Incorrect API key provided.', 'invalid_request_error', 'invalid_api_key'), 'credentials'],
  [401, error('You must be a member of an organization to use the API.'), 'credentials'],
  [401, error('You have insufficient permissions for this operation. Missing scopes: model.request.'), 'credentials'],
  [
    403,
    error('Country, region, or territory not supported.', 'request_forbidden', 'unsupported_country_region_territory'),
    'credentials',
  ],
  [
    403,
    error('Project `proj_1` does not have access to model `m`.', 'invalid_request_error', 'model_not_found'),
    'credentials',
  ],
  [
    404,
    error('The model `m` does not exist or you do not have access to it.', 'invalid_request_error', 'model_not_found'),
    'model-not-found',
  ],
  [
    404,
    error('The model `m` has been deprecated, learn more in our docs.', 'invalid_request_error', 'model_not_found'),
    'model-not-found',
  ],
  [
    404,
    error('Your organization must be verified to use the model `m`.', 'invalid_request_error', 'model_not_found'),
    'credentials',
  ],
  [404, error('No such organization: org-x.'), 'credentials'],
  [404, error('Invalid URL (POST /v1/v1/chat/completions)'), 'credentials'],
  [404, error("File 'file-x' not found."), 'rejected'],
  [409, error('The resource was updated by another process.'), 'rejected'],
  [413, error('The request is too large.'), 'rejected'],
  [422, error('Unprocessable entity.'), 'rejected'],
  [
    429,
    error('Rate limit reached for m on requests per min (RPM): Limit 3, Used 3.', 'requests', 'rate_limit_exceeded'),
    'rate-limited',
    { 'retry-after': '20' },
    20,
  ],
  [
    429,
    error('Rate limit reached for m on tokens per min (TPM).', 'tokens', 'rate_limit_exceeded'),
    'rate-limited',
    { 'retry-after-ms': '1457', 'retry-after': '2' },
    1.457,
  ],
  [
    429,
    error('Rate limit reached.', 'tokens', 'rate_limit_exceeded'),
    'rate-limited',
    {
      'x-ratelimit-remaining-tokens': '0',
      'x-ratelimit-reset-tokens': '6m0s',
      'x-ratelimit-remaining-requests': '59',
      'x-ratelimit-reset-requests': '1s',
    },
    360,
  ],
  [
    429,
    error('Rate limit reached.', 'requests', 'rate_limit_exceeded'),
    'rate-limited',
    { 'x-ratelimit-remaining-requests': '0', 'x-ratelimit-reset-requests': '120ms' },
    0.12,
  ],
  [
    429,
    error(
      'You exceeded your current quota, please check your plan and billing details.',
      'insufficient_quota',
      'insufficient_quota',
    ),
    'quota',
  ],
  [429, error('The engine is currently overloaded, please try again later.', 'server_error'), 'overloaded'],
  [500, error('The server had an error while processing your request.', 'server_error'), 'unavailable'],
  [502, '<html><head><title>502 Bad Gateway</title></head></html>', 'unavailable'],
  [503, error('The engine is currently overloaded, please try again later.', 'server_error'), 'overloaded'],
  [
    503,
    error('Slow down.', 'service_unavailable_error'),
    'overloaded',
    { 'retry-after': 'Wed, 21 Oct 2026 07:28:00 GMT', date: 'Wed, 21 Oct 2026 07:27:00 GMT' },
    60,
  ],
  [504, '', 'timeout'],
  [520, '<html><title>Web server is returning an unknown error</title></html>', 'unavailable'],
];

/** The same words in the three formats of one vendor. */
export const OF_OPENAI: readonly Vendor[] = [
  {
    vendor: 'OpenAI',
    format: 'openai-chat',
    source: 'https://platform.openai.com/docs/guides/error-codes',
    rows: OPENAI,
  },
  {
    vendor: 'OpenAI, Responses',
    format: 'openai-responses',
    source: 'https://platform.openai.com/docs/guides/error-codes',
    rows: OPENAI,
  },
  {
    vendor: 'Azure OpenAI',
    format: 'openai-chat',
    source: 'https://learn.microsoft.com/azure/ai-foundry/openai/concepts/content-filter and …/openai/how-to/quota',
    rows: [
      [
        400,
        {
          error: {
            message: "The response was filtered due to the prompt triggering Azure OpenAI's content management policy.",
            type: null,
            param: 'prompt',
            code: 'content_filter',
            status: 400,
            innererror: { code: 'ResponsibleAIPolicyViolation' },
          },
        },
        'content-filter',
      ],
      [
        400,
        {
          error: {
            code: 'OperationNotSupported',
            message: 'The chatCompletion operation does not work with the specified model.',
          },
        },
        'rejected',
      ],
      [
        400,
        {
          error: {
            code: 'context_length_exceeded',
            message: "This model's maximum context length is 8192 tokens.",
            type: 'invalid_request_error',
          },
        },
        'context-length',
      ],
      [
        401,
        { error: { code: '401', message: 'Access denied due to invalid subscription key or wrong API endpoint.' } },
        'credentials',
      ],
      [401, { statusCode: 401, message: 'Unauthorized. Access token is missing, invalid or expired.' }, 'credentials'],
      [
        403,
        { error: { code: 'AccessDenied', message: 'Public access is disabled. Please configure private endpoint.' } },
        'credentials',
      ],
      [
        403,
        { error: { code: '403', message: 'Out of call volume quota. Quota will be replenished in 00:10:00.' } },
        'credentials',
      ],
      [
        404,
        { error: { code: 'DeploymentNotFound', message: 'The API deployment for this resource does not exist.' } },
        'credentials',
      ],
      [404, { error: { code: '404', message: 'Resource not found' } }, 'credentials'],
      [408, { error: { code: 'Timeout', message: 'The operation was timeout.' } }, 'timeout'],
      [
        429,
        {
          error: {
            code: '429',
            message:
              'Requests to the ChatCompletions Operation have exceeded the token rate limit of your current pricing tier.',
          },
        },
        'rate-limited',
        { 'retry-after': '7' },
        7,
      ],
      [
        429,
        {
          error: {
            code: 'NoCapacity',
            message: 'The system is currently experiencing high demand and is at capacity.',
          },
        },
        'overloaded',
      ],
      [
        500,
        { error: { code: 'InternalServerError', message: 'Backend returned unexpected response.' } },
        'unavailable',
      ],
      [
        503,
        {
          error: { code: 'ServiceUnavailable', message: 'The service is temporarily unable to process your request.' },
        },
        'overloaded',
      ],
    ],
  },
];
