import { describe, expect, it } from 'vitest';
import type { Fault } from '../../chat/fault.ts';
import { RequestError, UpstreamError } from '../../kit/errors.ts';
import { openaiChat } from './index.ts';
import { callFor, exchange } from './support.type-test.ts';

const read = (status: number, body: unknown, headers: Record<string, string> = {}): Fault =>
  openaiChat.client.fault(status, (name) => headers[name], typeof body === 'string' ? body : JSON.stringify(body));

describe('a refused call', () => {
  it.each<[string, number, unknown, Partial<Fault>]>([
    [
      'OpenAI: bad key',
      401,
      {
        error: {
          message: 'Incorrect API key provided',
          type: 'invalid_request_error',
          param: null,
          code: 'invalid_api_key',
        },
      },
      { kind: 'credentials', code: 'invalid_api_key', status: 401 },
    ],
    [
      'OpenAI: rate',
      429,
      { error: { message: 'Rate limit reached', type: 'requests', param: null, code: 'rate_limit_exceeded' } },
      { kind: 'rate-limited', type: 'requests' },
    ],
    [
      'OpenAI: quota',
      429,
      {
        error: {
          message: 'You exceeded your current quota, please check your plan',
          type: 'insufficient_quota',
          param: null,
          code: 'insufficient_quota',
        },
      },
      { kind: 'quota' },
    ],
    [
      'OpenAI: context',
      400,
      {
        error: {
          message: "This model's maximum context length is 8192 tokens.",
          type: 'invalid_request_error',
          param: 'messages',
          code: 'context_length_exceeded',
        },
      },
      { kind: 'context-length', param: 'messages' },
    ],
    [
      'OpenAI: a wrong field',
      400,
      {
        error: {
          message: "Unknown parameter: 'foo'.",
          type: 'invalid_request_error',
          param: 'foo',
          code: 'unknown_parameter',
        },
      },
      { kind: 'rejected', param: 'foo', code: 'unknown_parameter' },
    ],
    [
      'OpenAI: no such model',
      404,
      {
        error: {
          message: 'The model `x` does not exist or you do not have access to it.',
          type: 'invalid_request_error',
          code: 'model_not_found',
        },
      },
      { kind: 'model-not-found', code: 'model_not_found' },
    ],
    [
      'OpenAI: a model that this account may not use',
      404,
      { error: { message: 'Your organization must be verified to use the model `x`.', code: 'model_not_found' } },
      { kind: 'credentials' },
    ],
    [
      'OpenAI: an account that is not there',
      404,
      { error: { message: 'No such organization: org-x.', type: 'invalid_request_error', code: null } },
      { kind: 'credentials', status: 404 },
    ],
    [
      'OpenAI: an account that may not stream',
      400,
      {
        error: {
          message: 'Your organization must be verified to stream this model.',
          type: 'invalid_request_error',
          param: 'stream',
          code: 'unsupported_value',
        },
      },
      { kind: 'credentials', status: 400 },
    ],
    ['a bad key told with 400', 400, { error: { message: 'Invalid API key' } }, { kind: 'credentials', status: 400 }],
    [
      'words of the client that are quoted',
      400,
      { error: { message: "Invalid value: 'organization must be verified'. It isn't a role." } },
      { kind: 'rejected' },
    ],
    ['a path that is not there', 404, { error: { message: 'Invalid URL (POST /v1/x)' } }, { kind: 'credentials' }],
    ['a page that is not there', 404, '<html><h1>404 Not Found</h1> no such model</html>', { kind: 'credentials' }],
    [
      'Azure: no such deployment',
      404,
      { error: { code: 'DeploymentNotFound', message: 'The API deployment for this resource does not exist.' } },
      { kind: 'credentials', code: 'DeploymentNotFound' },
    ],
    [
      'OpenAI: 500',
      500,
      { error: { message: 'The server had an error', type: 'server_error', param: null, code: null } },
      { kind: 'unavailable', type: 'server_error' },
    ],
    [
      'OpenAI: engine overloaded',
      503,
      { error: { message: 'The engine is currently overloaded', type: 'server_error' } },
      { kind: 'overloaded' },
    ],
    [
      'Azure: filtered',
      400,
      {
        error: {
          message: 'The response was filtered',
          type: null,
          param: 'prompt',
          code: 'content_filter',
          status: 400,
          innererror: { code: 'ResponsibleAIPolicyViolation' },
        },
      },
      { kind: 'content-filter', param: 'prompt' },
    ],
    ['overloaded by status', 529, { error: { message: 'busy' } }, { kind: 'overloaded' }],
    [
      'no money, https://api-docs.deepseek.com/quick_start/error_codes',
      402,
      { error: { message: 'Insufficient Balance', type: 'unknown_error', param: null, code: 'invalid_request_error' } },
      { kind: 'credentials' },
    ],
    ['forbidden', 403, { error: { message: 'Country not supported' } }, { kind: 'credentials' }],
    [
      'an error that is a text',
      400,
      { error: 'model is required' },
      { kind: 'rejected', message: 'model is required' },
    ],
    [
      'an error with a code beside it, https://docs.x.ai',
      400,
      { code: 'Client specified an invalid argument', error: 'Incorrect argument' },
      { message: 'Incorrect argument', code: 'Client specified an invalid argument' },
    ],
    ['a bare message', 422, { message: 'Invalid request' }, { kind: 'rejected', message: 'Invalid request' }],
    [
      'an error object, https://docs.mistral.ai/api',
      400,
      {
        object: 'error',
        message: 'Prompt contains 9000 tokens, too large for model with 8192 maximum context length',
        type: 'invalid_request_error',
        param: null,
        code: '3051',
      },
      { kind: 'context-length', code: '3051' },
    ],
    ['a detail that is a text', 401, { detail: 'Unauthorized' }, { kind: 'credentials', message: 'Unauthorized' }],
    [
      'validation, https://docs.mistral.ai/api',
      422,
      { detail: [{ loc: ['body', 'messages', 0], msg: 'Field required', type: 'missing' }] },
      { kind: 'rejected', message: 'Field required', param: 'messages.0' },
    ],
    [
      'validation inside a message',
      422,
      {
        object: 'error',
        message: { detail: [{ loc: ['body', 'n'], msg: 'Extra inputs are not permitted', type: 'extra_forbidden' }] },
      },
      { message: 'Extra inputs are not permitted', param: 'n' },
    ],
    [
      'a list of errors, https://ai.google.dev/gemini-api/docs/openai',
      400,
      [{ error: { code: 400, message: 'API key not valid', status: 'INVALID_ARGUMENT' } }],
      { kind: 'credentials', code: '400', message: 'API key not valid' },
    ],
    [
      'errors in a list, https://ibm.github.io/watsonx-ai-node-sdk/interfaces/0_1_x.WatsonXAI.ApiErrorResponse.html',
      404,
      {
        errors: [{ code: 'model_not_supported', message: "Model 'm' is not supported" }],
        trace: 't',
        status_code: 404,
      },
      { code: 'model_not_supported', message: "Model 'm' is not supported" },
    ],
    [
      'errors in a list whose codes are numbers, https://developers.cloudflare.com/workers-ai/platform/errors/',
      400,
      { errors: [{ message: 'AiError: Bad input', code: 5006 }], success: false, result: {}, messages: [] },
      { kind: 'rejected', code: '5006', message: 'AiError: Bad input' },
    ],
    [
      'texts in a list, https://platform.stability.ai/docs/api-reference#tag/Generate',
      422,
      { id: '1', name: 'bad_request', errors: ['some-field: is required'] },
      { kind: 'rejected', message: 'some-field: is required' },
    ],
    [
      'a message with a capital, https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_runtime_InvokeEndpoint.html',
      424,
      { ErrorCode: 'INTERNAL_FAILURE', Message: 'Received client error (400) from primary', OriginalStatusCode: 400 },
      { message: 'Received client error (400) from primary' },
    ],
    [
      'a detail with an error, https://docs.deepinfra.com/',
      422,
      { detail: { error: 'Input is not audio' } },
      { kind: 'rejected', message: 'Input is not audio' },
    ],
    [
      'words with details beside them, https://developers.deepgram.com/docs/errors',
      400,
      {
        category: 'INVALID_JSON',
        message: 'Invalid JSON submitted.',
        details: 'missing field `text`',
        request_id: 'r',
      },
      { kind: 'rejected', message: 'Invalid JSON submitted: missing field `text`' },
    ],
    [
      'issues, https://docs.dev.runwayml.com/errors/errors/',
      400,
      { error: 'Validation of body failed', issues: [{ message: 'Invalid enum value', path: ['ratio'] }], docUrl: 'd' },
      { kind: 'rejected', message: 'Validation of body failed: Invalid enum value', param: 'ratio' },
    ],
    [
      'a voice that the client made up, https://elevenlabs.io/docs/eleven-api/resources/errors',
      404,
      { detail: { status: 'voice_not_found', message: 'A voice with voice_id v was not found.' } },
      { kind: 'rejected', code: 'voice_not_found', message: 'A voice with voice_id v was not found.' },
    ],
    ['plain text', 502, 'upstream connect error', { kind: 'unavailable', message: 'upstream connect error' }],
    [
      'a page of markup, which is not quoted',
      502,
      '<html><body>Bad gateway sk-secret</body></html>',
      { kind: 'unavailable', message: 'The provider answered 502 without a message.' },
    ],
    ['nothing', 500, '', { kind: 'unavailable' }],
    ['a gateway timeout', 504, {}, { kind: 'timeout' }],
    ['a number', 400, '7', { kind: 'rejected' }],
  ])('%s', (_, status, body, expected) => {
    expect(read(status, body)).toMatchObject({ status, ...expected });
  });

  it.each<[string, Record<string, string>, number | undefined]>([
    ['seconds', { 'retry-after': '7' }, 7],
    ['milliseconds, which are more exact', { 'retry-after': '8', 'retry-after-ms': '7660' }, 7.66],
    [
      "a date, against the answer's own",
      { 'retry-after': 'Wed, 21 Oct 2026 07:28:00 GMT', date: 'Wed, 21 Oct 2026 07:27:30 GMT' },
      30,
    ],
    ['a date without anything to read it against', { 'retry-after': 'Wed, 21 Oct 2026 07:28:00 GMT' }, undefined],
    ['nonsense', { 'retry-after': 'soon' }, undefined],
  ])('waits by %s', (_, headers, seconds) => {
    expect(read(429, {}, headers).retryAfter).toBe(seconds);
  });

  it("heeds the provider's own word on retries", () => {
    expect(read(500, {}, { 'x-should-retry': 'false' }).retryable).toBe(false);
    expect(read(500, {})).not.toHaveProperty('retryable');
  });
});

describe('an error with a good status (case 58)', () => {
  const parse = (body: unknown) => openaiChat.client.parse(body, callFor(), exchange());
  it.each<[string, unknown, Partial<Fault>]>([
    [
      'an error of its own code',
      { error: { message: 'Upstream failed', code: 502 } },
      { kind: 'unavailable', status: 502 },
    ],
    ['an error without code', { error: { message: 'Rate limit reached' } }, { kind: 'rate-limited' }],
    [
      'errors in a list',
      { errors: [{ message: 'Validation failed' }], success: false },
      { message: 'Validation failed' },
    ],
    ['a bare message', { message: 'something broke', object: 'error' }, { message: 'something broke' }],
    [
      'an error in a choice',
      {
        choices: [{ error: { code: 529, message: 'overloaded' }, message: { content: 'par' }, finish_reason: 'error' }],
      },
      { kind: 'overloaded', status: 529 },
    ],
    [
      'an answer that broke off, https://api-docs.deepseek.com',
      { choices: [{ message: { content: 'par' }, finish_reason: 'insufficient_system_resource' }] },
      { kind: 'overloaded' },
    ],
    ['no choices', { id: 'x' }, { kind: 'invalid-response' }],
    ['an empty list of choices', { choices: [] }, { kind: 'invalid-response' }],
    ['no object', 'hello', { kind: 'invalid-response' }],
    ['nothing', null, { kind: 'invalid-response' }],
  ])('%s', (_, body, expected) => {
    expect(parse(body)).toMatchObject(expected);
    expect(openaiChat.client.meter(callFor()).body(body).fault).toMatchObject(expected);
  });
});

describe('an error for a client', () => {
  const shown = (error: ConstructorParameters<typeof UpstreamError>) =>
    openaiChat.server.fault(new UpstreamError(...error), exchange());
  it.each<[number, string]>([
    [400, 'invalid_request_error'],
    [401, 'authentication_error'],
    [403, 'permission_error'],
    [404, 'not_found_error'],
    [422, 'invalid_request_error'],
    [429, 'rate_limit_error'],
    [500, 'server_error'],
    [503, 'server_error'],
  ])('with status %i is a %s', (status, type) => {
    expect(shown(['upstream_rejected', 'No.', { status }])).toMatchObject({
      status,
      body: { error: { message: 'No.', type, param: null, code: 'upstream_rejected' } },
    });
  });
  it("keeps the provider's code, type and param", () => {
    expect(
      shown([
        'context_length_exceeded',
        'Too long',
        { upstreamCode: 'context_length_exceeded', upstreamType: 'invalid_request_error', param: 'messages' },
      ]).body,
    ).toEqual({
      error: { message: 'Too long', type: 'invalid_request_error', param: 'messages', code: 'context_length_exceeded' },
    });
  });
  it("says another vendor's type in its own words", () => {
    expect(shown(['upstream_rate_limited', 'Slow down', { upstreamType: 'RESOURCE_EXHAUSTED' }]).body).toMatchObject({
      error: { type: 'rate_limit_error' },
    });
  });
  it('tells SDKs when to come back, and whether to', () => {
    expect(
      shown(['upstream_rate_limited', 'Slow down', { retryAfter: 6.2, shouldRetry: false }]).headers,
    ).toMatchObject({ 'retry-after': '7', 'x-should-retry': 'false' });
  });
  it('carries further headers of the error', () => {
    const error = new RequestError('method_not_allowed', 'No', { headers: { allow: 'POST' } });
    expect(openaiChat.server.fault(error, exchange())).toMatchObject({ status: 405, headers: { allow: 'POST' } });
  });
});
