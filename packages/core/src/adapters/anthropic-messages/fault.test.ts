import { describe, expect, test } from 'vitest';
import { ERROR_CODES, type ErrorCode } from '../../kit/error-codes.ts';
import { GatewayError } from '../../kit/errors.ts';
import { anthropicMessages } from './index.ts';

const read = (status: number, body: unknown, headers: Record<string, string> = {}): unknown =>
  anthropicMessages.client.fault(
    status,
    (name) => headers[name],
    typeof body === 'string' ? body : JSON.stringify(body),
  );
const envelope = (type: string, message: string, details?: unknown): unknown => ({
  type: 'error',
  error: { type, message, ...(details === undefined ? {} : { details }) },
  request_id: 'req_011CSHoEeqs5C35K2UUqR7Fy',
});

/** Types and statuses after https://platform.claude.com/docs/en/api/errors; the messages are the vendor's well-known ones, reworded where they need not be exact. */
describe('a refused call', () => {
  test.each([
    [400, envelope('invalid_request_error', 'messages: field required'), 'rejected'],
    [400, envelope('invalid_request_error', 'prompt is too long: 205000 tokens > 200000 maximum'), 'context-length'],
    [
      400,
      envelope('invalid_request_error', 'input length and `max_tokens` exceed context limit: 190000 + 20000 > 200000'),
      'context-length',
    ],
    [400, envelope('invalid_request_error', 'Your credit balance is too low to access the API.'), 'quota'],
    [400, envelope('invalid_request_error', 'You have reached your specified API usage limits.'), 'quota'],
    [400, envelope('invalid_request_error', 'Output blocked by content filtering policy'), 'content-filter'],
    [401, envelope('authentication_error', 'invalid x-api-key'), 'credentials'],
    [402, envelope('billing_error', 'Billing problem'), 'credentials'],
    [403, envelope('permission_error', 'Your API key does not have permission'), 'credentials'],
    [404, envelope('not_found_error', 'model: claude-nope'), 'model-not-found'],
    [404, envelope('not_found_error', 'Not Found'), 'credentials'],
    [404, '<html>404</html>', 'credentials'],
    [404, envelope('not_found_error', 'file not found'), 'rejected'],
    [409, envelope('conflict_error', 'conflict'), 'rejected'],
    [413, envelope('request_too_large', 'Request exceeds the maximum allowed number of bytes.'), 'rejected'],
    [429, envelope('rate_limit_error', 'This would exceed the limit of tokens per minute'), 'rate-limited'],
    [429, envelope('rate_limit_error', 'Limit', { error_code: 'enforced_spend_limit_reached' }), 'quota'],
    [500, envelope('api_error', 'Internal server error'), 'unavailable'],
    [504, envelope('timeout_error', 'Request timed out'), 'timeout'],
    [529, envelope('overloaded_error', 'Overloaded'), 'overloaded'],
    [503, '<html>Service Unavailable</html>', 'overloaded'],
    [502, 'Bad Gateway', 'unavailable'],
    [408, '', 'timeout'],
    [422, '{"detail":"odd"}', 'rejected'],
  ])('%d %j is %s', (status, body, kind) => {
    expect(read(status, body)).toMatchObject({ kind, status });
  });

  test("keeps the provider's words, type and code", () => {
    expect(read(429, envelope('rate_limit_error', 'Slow down.', { error_code: 'x1' }))).toEqual({
      kind: 'rate-limited',
      message: 'Slow down.',
      status: 429,
      type: 'rate_limit_error',
      code: 'x1',
    });
  });

  test('does not quote a page made for people', () => {
    expect(read(502, '<html><body>secret</body></html>')).toMatchObject({
      message: 'The provider answered with status 502.',
    });
    expect(read(502, 'Bad Gateway')).toMatchObject({ message: 'Bad Gateway' });
  });

  test("passes on when to come back, and the provider's own word on it", () => {
    expect(
      read(429, envelope('rate_limit_error', 'x'), { 'retry-after': '7', 'x-should-retry': 'true' }),
    ).toMatchObject({ retryAfter: 7, retryable: true });
    expect(
      read(429, envelope('rate_limit_error', 'x'), { 'retry-after': 'Wed, 21 Oct 2026 07:28:00 GMT' }),
    ).not.toHaveProperty('retryAfter');
    expect(read(529, envelope('overloaded_error', 'x'), { 'x-should-retry': 'false' })).toMatchObject({
      retryable: false,
    });
  });
});

describe('an error to the client', () => {
  test.each<[number, string]>([
    [400, 'invalid_request_error'],
    [401, 'authentication_error'],
    [402, 'billing_error'],
    [403, 'permission_error'],
    [404, 'not_found_error'],
    [405, 'invalid_request_error'],
    [413, 'request_too_large'],
    [429, 'rate_limit_error'],
    [500, 'api_error'],
    [502, 'api_error'],
    [504, 'timeout_error'],
    [529, 'overloaded_error'],
  ])('of status %d has the type %s', (status, type) => {
    const { status: sent, body } = anthropicMessages.server.fault(new GatewayError('internal', 'Words.', { status }), {
      id: 'req_1',
    });
    expect({ sent, body }).toEqual({
      sent: status,
      body: { type: 'error', error: { type, message: 'Words.' }, request_id: 'req_1' },
    });
  });

  test('has a type of the vendor for every code', () => {
    for (const code of Object.keys(ERROR_CODES) as ErrorCode[]) {
      const { body } = anthropicMessages.server.fault(new GatewayError(code, 'x'), { id: 'r' });
      expect((body as { error: { type: string } }).error.type).toMatch(/^[a-z_]+_error$|^request_too_large$/);
    }
  });

  test("passes on the provider's own code", () => {
    const { body } = anthropicMessages.server.fault(
      new GatewayError('upstream_rejected', 'x', { upstreamCode: 'tool_name_conflict' }),
      { id: 'r' },
    );
    expect(body).toMatchObject({ error: { details: { error_code: 'tool_name_conflict' } } });
  });

  test('says when to come back and whether to, in whole seconds', () => {
    const error = new GatewayError('rate_limited', 'x', {
      retryAfter: 1.2,
      shouldRetry: false,
      headers: { allow: 'POST' },
    });
    expect(anthropicMessages.server.fault(error, { id: 'r' }).headers).toEqual({
      'retry-after': '2',
      'x-should-retry': 'false',
      allow: 'POST',
      'request-id': 'r',
    });
  });
});
