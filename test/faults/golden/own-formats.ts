import type { Vendor } from './row.ts';

const claude = (type: string, message: string, details?: object) => ({
  type: 'error',
  error: { type, message, ...(details && { details }) },
});
const google = (code: number, status: string, message: string, ...details: object[]) => ({
  error: { code, message, status, details },
});
const detail = (name: string, fields: object) => ({ '@type': `type.googleapis.com/google.rpc.${name}`, ...fields });
const perDay = detail('QuotaFailure', {
  violations: [{ quotaId: 'GenerateRequestsPerDayPerProjectPerModel-FreeTier' }],
});
const perMinute = detail('QuotaFailure', { violations: [{ quotaId: 'GenerateContentInputTokensPerModelPerMinute' }] });
const aws = (type: string) => ({ 'x-amzn-errortype': type });
const says = (message: string) => ({ message });

/** Providers with formats of their own. */
export const OWN_FORMATS: readonly Vendor[] = [
  {
    vendor: 'Anthropic',
    format: 'anthropic-messages',
    source: 'https://platform.claude.com/docs/en/api/errors, …/api/rate-limits',
    rows: [
      [400, claude('invalid_request_error', 'max_tokens: Field required'), 'rejected'],
      [400, claude('invalid_request_error', 'prompt is too long: 210000 tokens > 200000 maximum'), 'context-length'],
      [
        400,
        claude('invalid_request_error', 'input length and `max_tokens` exceed context limit: 199000 + 4096 > 200000'),
        'context-length',
      ],
      [400, claude('invalid_request_error', 'Your credit balance is too low to access the Anthropic API.'), 'quota'],
      [400, claude('invalid_request_error', 'Output blocked by content filtering policy'), 'content-filter'],
      [401, claude('authentication_error', 'invalid x-api-key'), 'credentials'],
      [402, claude('billing_error', 'There is an issue with your billing.'), 'credentials'],
      [
        403,
        claude('permission_error', 'Your API key does not have permission to use the specified resource.'),
        'credentials',
      ],
      [404, claude('not_found_error', 'model: claude-nope'), 'model-not-found'],
      [404, claude('not_found_error', 'Not Found'), 'credentials'],
      [404, claude('not_found_error', 'File not found: file_1'), 'rejected'],
      [413, claude('request_too_large', 'Request exceeds the maximum size'), 'rejected'],
      [
        429,
        claude('rate_limit_error', 'This request would exceed your rate limit of 40,000 input tokens per minute.'),
        'rate-limited',
        { 'retry-after': '12' },
        12,
      ],
      [
        429,
        claude('rate_limit_error', 'Slow down.'),
        'rate-limited',
        { 'retry-after': 'Wed, 21 Oct 2026 07:28:00 GMT', date: 'Wed, 21 Oct 2026 07:27:45 GMT' },
        15,
      ],
      [429, claude('rate_limit_error', 'You have reached your monthly limit.'), 'quota'],
      [500, claude('api_error', 'Internal server error'), 'unavailable'],
      [503, '<html>Service Unavailable</html>', 'overloaded'],
      [504, claude('timeout_error', 'The request timed out.'), 'timeout'],
      [529, claude('overloaded_error', 'Overloaded'), 'overloaded'],
      [529, '', 'overloaded'],
    ],
  },
  {
    vendor: 'Gemini',
    format: 'gemini',
    source:
      'https://ai.google.dev/gemini-api/docs/troubleshooting, https://ai.google.dev/gemini-api/docs/rate-limits, https://google.aip.dev/193',
    rows: [
      [400, google(400, 'INVALID_ARGUMENT', 'Invalid JSON payload received. Unknown name "foo".'), 'rejected'],
      [
        400,
        google(
          400,
          'INVALID_ARGUMENT',
          'API key not valid. Please pass a valid API key.',
          detail('ErrorInfo', { reason: 'API_KEY_INVALID' }),
        ),
        'credentials',
      ],
      [400, google(400, 'FAILED_PRECONDITION', 'User location is not supported for the API use.'), 'credentials'],
      [
        400,
        google(
          400,
          'INVALID_ARGUMENT',
          'The input token count (1200000) exceeds the maximum number of tokens allowed (1048576).',
        ),
        'context-length',
      ],
      [403, google(403, 'PERMISSION_DENIED', 'The caller does not have permission.'), 'credentials'],
      [
        403,
        google(
          403,
          'PERMISSION_DENIED',
          'The API has not been used in this project.',
          detail('ErrorInfo', { reason: 'SERVICE_DISABLED' }),
        ),
        'credentials',
      ],
      [404, google(404, 'NOT_FOUND', 'models/m is not found for API version v1beta.'), 'model-not-found'],
      [404, google(404, 'NOT_FOUND', 'Requested entity was not found.'), 'rejected'],
      [
        429,
        google(429, 'RESOURCE_EXHAUSTED', 'Quota exceeded.', perMinute, detail('RetryInfo', { retryDelay: '34s' })),
        'rate-limited',
        {},
        34,
      ],
      [
        429,
        google(429, 'RESOURCE_EXHAUSTED', 'Quota exceeded.', perDay, detail('RetryInfo', { retryDelay: '12.5s' })),
        'quota',
        {},
        13,
      ],
      [429, google(429, 'RESOURCE_EXHAUSTED', 'Resource has been exhausted (e.g. check quota).'), 'rate-limited'],
      [499, google(499, 'CANCELLED', 'The operation was cancelled.'), 'unavailable'],
      [500, google(500, 'INTERNAL', 'An internal error has occurred.'), 'unavailable'],
      [503, google(503, 'UNAVAILABLE', 'The model is overloaded. Please try again later.'), 'overloaded'],
      [504, google(504, 'DEADLINE_EXCEEDED', 'Deadline expired before operation could complete.'), 'timeout'],
      [502, '<html><title>Error 502 (Server Error)!!1</title></html>', 'unavailable'],
      [404, '<html><title>Error 404 (Not Found)!!1</title></html>', 'credentials'],
    ],
  },
  {
    vendor: 'Vertex AI',
    format: 'gemini',
    source: 'https://cloud.google.com/vertex-ai/generative-ai/docs/model-reference/api-errors',
    rows: [
      [400, google(400, 'FAILED_PRECONDITION', 'Please enable billing on this project.'), 'credentials'],
      [
        401,
        google(
          401,
          'UNAUTHENTICATED',
          'Request had invalid authentication credentials.',
          detail('ErrorInfo', { reason: 'ACCESS_TOKEN_EXPIRED' }),
        ),
        'credentials',
      ],
      [
        404,
        google(404, 'NOT_FOUND', 'Publisher Model `projects/p/locations/l/publishers/google/models/m` was not found.'),
        'model-not-found',
      ],
      [429, google(429, 'RESOURCE_EXHAUSTED', 'Resource exhausted, please try again later.'), 'rate-limited'],
    ],
  },
  {
    vendor: 'Amazon Bedrock',
    format: 'bedrock-converse',
    source:
      'https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_Converse.html#API_runtime_Converse_Errors, …/CommonErrors.html',
    rows: [
      [400, says('Malformed input request.'), 'rejected', aws('ValidationException')],
      [400, says('Input is too long for requested model.'), 'context-length', aws('ValidationException')],
      [400, says('prompt is too long: 210000 tokens > 200000 maximum'), 'context-length', aws('ValidationException')],
      [400, says('Output blocked by content filtering policy'), 'content-filter', aws('ValidationException')],
      [
        400,
        says('Your request exceeds the service quota for your account.'),
        'quota',
        aws('ServiceQuotaExceededException'),
      ],
      [
        403,
        says("You don't have access to the model with the specified model ID."),
        'credentials',
        aws('AccessDeniedException'),
      ],
      [
        403,
        says('The security token included in the request is invalid.'),
        'credentials',
        aws('UnrecognizedClientException'),
      ],
      [
        403,
        says('The security token included in the request is expired'),
        'credentials',
        aws('ExpiredTokenException:http://internal.amazon.com/'),
      ],
      [404, says('The specified model was not found.'), 'model-not-found', aws('ResourceNotFoundException')],
      [408, says('The request took too long to process.'), 'timeout', aws('ModelTimeoutException')],
      [
        424,
        says('The request failed due to an error while processing the model.'),
        'unavailable',
        aws('ModelErrorException'),
      ],
      [429, says('Too many requests, please wait before trying again.'), 'rate-limited', aws('ThrottlingException')],
      [429, says('Too many tokens per day, please wait before trying again.'), 'quota', aws('ThrottlingException')],
      [429, says('Too many tokens, please wait before trying again.'), 'rate-limited', aws('ThrottlingException')],
      [
        429,
        says('The model specified in the request is not ready to serve inference requests.'),
        'overloaded',
        aws('ModelNotReadyException'),
      ],
      [500, says('An internal server error occurred.'), 'unavailable', aws('InternalServerException')],
      [503, says("The service isn't currently available."), 'overloaded', aws('ServiceUnavailableException')],
      [503, '<html>503</html>', 'overloaded'],
    ],
  },
  {
    vendor: 'Cohere',
    format: 'cohere',
    source: 'https://docs.cohere.com/reference/errors, https://docs.cohere.com/docs/rate-limits',
    rows: [
      [400, says('invalid request: message must be at least 1 token long'), 'rejected'],
      [400, says('too many tokens: total number of tokens in the prompt cannot exceed 4081'), 'context-length'],
      [401, says('invalid api token'), 'credentials'],
      [402, says('Please add or update a payment method to continue.'), 'credentials'],
      [404, says("model 'm' not found, make sure the correct model ID was used"), 'model-not-found'],
      [422, says('The request is not formatted properly.'), 'rejected'],
      [429, says('You are using a trial key, which is limited to 20 API calls / minute.'), 'rate-limited'],
      [429, says('You are using a trial key, which is limited to 1000 API calls / month.'), 'quota'],
      [498, says('blocked output: please avoid prompts of this kind'), 'content-filter'],
      [499, says('request cancelled'), 'unavailable'],
      [500, says('internal server error'), 'unavailable'],
      [503, says('the service is unavailable'), 'overloaded'],
      [504, says('gateway timeout'), 'timeout'],
    ],
  },
  {
    vendor: 'Ollama',
    format: 'ollama',
    source: 'https://docs.ollama.com/api/errors, https://docs.ollama.com/faq',
    rows: [
      [400, { error: 'model is required' }, 'rejected'],
      [400, { error: '"m" does not support tools' }, 'rejected'],
      [404, { error: "model 'm' not found" }, 'model-not-found'],
      [404, { error: 'model "m" not found, try pulling it first' }, 'model-not-found'],
      [429, { error: 'too many requests' }, 'rate-limited'],
      [500, { error: 'model runner has unexpectedly stopped' }, 'unavailable'],
      [502, { error: 'could not reach the cloud model' }, 'unavailable'],
      [503, { error: 'server busy, please try again.  maximum pending requests exceeded' }, 'overloaded'],
    ],
  },
];
