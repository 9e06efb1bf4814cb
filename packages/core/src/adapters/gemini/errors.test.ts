import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AccessError, LimitError, RequestError, UpstreamError } from '../../kit/errors.ts';
import { gemini } from './index.ts';

const none = (): undefined => undefined;
const status = (code: number, message: string, word: string, details?: unknown[]): string =>
  JSON.stringify({ error: { code, message, status: word, ...(details && { details }) } });
const type = (name: string): string => `type.googleapis.com/google.rpc.${name}`;
const info = (reason: string): object => ({ '@type': type('ErrorInfo'), reason, domain: 'googleapis.com' });
const quota = (...ids: string[]): object => ({
  '@type': type('QuotaFailure'),
  violations: ids.map((quotaId) => ({ quotaMetric: 'm', quotaId })),
});

/** https://ai.google.dev/gemini-api/docs/troubleshooting, https://google.aip.dev/193, https://ai.google.dev/gemini-api/docs/rate-limits */
describe('a refused call (case 57)', () => {
  it.each([
    [
      'a wrong key, told as 400',
      400,
      status(400, 'API key not valid. Please pass a valid API key.', 'INVALID_ARGUMENT', [info('API_KEY_INVALID')]),
      { kind: 'credentials', code: 'API_KEY_INVALID', type: 'INVALID_ARGUMENT' },
    ],
    [
      'a wrong key without details',
      400,
      status(400, 'API key expired. Please renew the API key.', 'INVALID_ARGUMENT'),
      { kind: 'credentials', type: 'INVALID_ARGUMENT' },
    ],
    [
      'a key without the right',
      403,
      status(403, "Your API key doesn't have the required permissions.", 'PERMISSION_DENIED'),
      { kind: 'credentials' },
    ],
    [
      'a missing key',
      401,
      status(401, 'Request is missing required authentication credential.', 'UNAUTHENTICATED'),
      { kind: 'credentials' },
    ],
    [
      'a service that is off',
      403,
      status(403, 'Generative Language API has not been used', 'PERMISSION_DENIED', [info('SERVICE_DISABLED')]),
      { kind: 'credentials', code: 'SERVICE_DISABLED' },
    ],
    [
      'a country without the free tier',
      400,
      status(400, 'User location is not supported for the API use.', 'FAILED_PRECONDITION'),
      { kind: 'credentials' },
    ],
    [
      'too long a prompt',
      400,
      status(
        400,
        'The input token count (1048577) exceeds the maximum number of tokens allowed (1048576).',
        'INVALID_ARGUMENT',
      ),
      { kind: 'context-length' },
    ],
    [
      'a malformed request',
      400,
      status(400, 'Invalid value at generation_config.top_k', 'INVALID_ARGUMENT', [
        { '@type': type('BadRequest'), fieldViolations: [{ field: 'generation_config.top_k', description: 'd' }] },
      ]),
      { kind: 'rejected', param: 'generation_config.top_k' },
    ],
    [
      'a model that is not there',
      404,
      status(404, 'models/x is not found for API version v1beta', 'NOT_FOUND'),
      { kind: 'model-not-found', status: 404 },
    ],
    [
      'a file that is not there',
      404,
      status(404, 'Requested entity was not found.', 'NOT_FOUND'),
      { kind: 'rejected', status: 404 },
    ],
    [
      'a page that is not there, which is what a wrong path gets',
      404,
      '<html><title>Error 404 (Not Found)!!1</title></html>',
      { kind: 'credentials', status: 404 },
    ],
    [
      'a rate, with its wait',
      429,
      status(429, 'You exceeded your current quota', 'RESOURCE_EXHAUSTED', [
        quota('GenerateRequestsPerMinutePerProjectPerModel-FreeTier'),
        { '@type': type('RetryInfo'), retryDelay: '7s' },
      ]),
      { kind: 'rate-limited', retryAfter: 7 },
    ],
    [
      'a wait with a fraction',
      429,
      status(429, 'quota', 'RESOURCE_EXHAUSTED', [{ '@type': type('RetryInfo'), retryDelay: '34.4s' }]),
      { kind: 'rate-limited', retryAfter: 35 },
    ],
    [
      'the quota of the day',
      429,
      status(429, 'You exceeded your current quota', 'RESOURCE_EXHAUSTED', [
        quota('GenerateRequestsPerDayPerProjectPerModel-FreeTier'),
      ]),
      { kind: 'quota' },
    ],
    [
      'a day and a minute',
      429,
      status(429, 'quota', 'RESOURCE_EXHAUSTED', [
        { '@type': type('Help') },
        quota('XPerMinute-FreeTier', 'XPerDay-FreeTier'),
      ]),
      { kind: 'quota' },
    ],
    [
      'money that is spent',
      429,
      status(429, 'Your prepayment credits are depleted.', 'RESOURCE_EXHAUSTED'),
      { kind: 'quota' },
    ],
    ['an internal error', 500, status(500, 'An internal error has occurred.', 'INTERNAL'), { kind: 'unavailable' }],
    [
      'an overload',
      503,
      status(503, 'The model is overloaded. Please try again later.', 'UNAVAILABLE'),
      { kind: 'overloaded' },
    ],
    [
      'a deadline',
      504,
      status(504, 'The service is unable to finish in time.', 'DEADLINE_EXCEEDED'),
      { kind: 'timeout' },
    ],
    [
      'a list, as streams without alt=sse give it',
      429,
      `[${status(429, 'quota', 'RESOURCE_EXHAUSTED')}\n]`,
      { kind: 'rate-limited', message: 'quota' },
    ],
    [
      'a page',
      502,
      '<html><body>Bad gateway</body></html>',
      { kind: 'unavailable', message: 'The provider answered with status 502.' },
    ],
    ['plain words', 429, 'slow down', { kind: 'rate-limited', message: 'slow down' }],
    ['nothing', 503, '', { kind: 'overloaded', message: 'The provider answered with status 503.' }],
    ['an error without anything', 400, '{"error":{}}', { kind: 'rejected', status: 400 }],
  ])('for %s', (_, code, text, fault) => {
    expect(gemini.client.fault(code, none, text)).toMatchObject({ status: code, ...fault });
  });

  it('prefers the Retry-After header', () => {
    expect(gemini.client.fault(429, (name) => (name === 'retry-after' ? '12' : undefined), '{}').retryAfter).toBe(12);
    expect(gemini.client.fault(429, (name) => (name === 'retry-after' ? 'soon' : undefined), '{}')).not.toHaveProperty(
      'retryAfter',
    );
  });

  it('is read without a throw, whatever it says', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 400, max: 599 }),
        fc.oneof(
          fc.string(),
          fc.json(),
          fc.json().map((value) => `{"error":${value}}`),
          fc.json().map((value) => `{"error":{"details":${value},"message":${value}}}`),
        ),
        (code, text) => {
          expect(gemini.client.fault(code, none, text)).toMatchObject({
            status: code,
            kind: expect.any(String) as string,
            message: expect.any(String) as string,
          });
        },
      ),
    );
  });
});

describe('an error of the gateway', () => {
  it.each([
    [new RequestError('invalid_request', 'm', { param: 'contents' }), 400, 'INVALID_ARGUMENT'],
    [new AccessError('unauthenticated', 'm'), 401, 'UNAUTHENTICATED'],
    [new AccessError('forbidden', 'm'), 403, 'PERMISSION_DENIED'],
    [new RequestError('model_not_found', 'm'), 404, 'NOT_FOUND'],
    [new RequestError('body_too_large', 'm'), 413, 'INVALID_ARGUMENT'],
    [new LimitError('rate_limited', 'm'), 429, 'RESOURCE_EXHAUSTED'],
    [new UpstreamError('upstream_unavailable', 'm'), 502, 'UNAVAILABLE'],
    [new UpstreamError('upstream_overloaded', 'm'), 503, 'UNAVAILABLE'],
    [new UpstreamError('upstream_timeout', 'm'), 504, 'DEADLINE_EXCEEDED'],
    [new UpstreamError('upstream_rejected', 'm', { status: 500 }), 500, 'INTERNAL'],
    [new UpstreamError('upstream_overloaded', 'm', { status: 529 }), 529, 'UNAVAILABLE'],
  ])('%s has status %i and the word %s', (error, code, word) => {
    expect(gemini.server.fault(error, { id: 'x' })).toMatchObject({
      status: code,
      body: { error: { code, message: 'm', status: word } },
    });
  });

  it('tells the field, and when to come back', () => {
    const error = new LimitError('rate_limited', 'slow', {
      param: 'contents',
      retryAfter: 6.2,
      shouldRetry: false,
      headers: { 'x-a': 'b' },
    });
    expect(gemini.server.fault(error, { id: 'x' })).toEqual({
      status: 429,
      headers: { 'x-a': 'b', 'retry-after': '7', 'x-should-retry': 'false' },
      body: {
        error: {
          code: 429,
          message: 'slow',
          status: 'RESOURCE_EXHAUSTED',
          details: [
            { '@type': type('ErrorInfo'), reason: 'RATE_LIMITED', domain: 'postern' },
            { '@type': type('BadRequest'), fieldViolations: [{ field: 'contents', description: 'slow' }] },
            { '@type': type('RetryInfo'), retryDelay: '6.2s' },
          ],
        },
      },
    });
  });

  it('reads back as the fault it tells of', () => {
    const { status: code, body } = gemini.server.fault(
      new UpstreamError('upstream_rate_limited', 'slow', { retryAfter: 3 }),
      { id: 'x' },
    );
    expect(gemini.client.fault(code, none, JSON.stringify(body))).toMatchObject({
      kind: 'rate-limited',
      message: 'slow',
      retryAfter: 3,
    });
  });
});
