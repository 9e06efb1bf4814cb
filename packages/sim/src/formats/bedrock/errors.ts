import type { ErrorDetail, ErrorKind, VendorError } from '../vendor-error.ts';

/** One row: status, the exception, its message. */
type Row = readonly [status: number, type: string, message: string];

/**
 * Statuses and exceptions: https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_Converse.html#API_runtime_Converse_Errors and
 * https://docs.aws.amazon.com/bedrock/latest/userguide/troubleshooting-api-error-codes.html. 402, 413, 502 and 504 come from what stands before the API.
 */
const ROWS: Readonly<Record<ErrorKind, Row>> = {
  'bad-request': [400, 'ValidationException', 'The request was rejected.'],
  context: [400, 'ValidationException', 'Input is too long for requested model.'],
  filter: [400, 'ValidationException', 'Output blocked by content filtering policy'],
  unauthenticated: [403, 'UnrecognizedClientException', 'The security token included in the request is invalid.'],
  payment: [402, 'AccessDeniedException', 'Your account is not able to use this model until its payment is settled.'],
  forbidden: [403, 'AccessDeniedException', "You don't have access to the model with the specified model ID."],
  'not-found': [404, 'ResourceNotFoundException', 'The model {model} was not found.'],
  timeout: [
    408,
    'ModelTimeoutException',
    'The request took too long to process. Processing time exceeded the model timeout length.',
  ],
  'too-large': [413, 'RequestEntityTooLargeException', 'The request is too large.'],
  'rate-limit': [429, 'ThrottlingException', 'Too many requests, please wait before trying again.'],
  quota: [429, 'ThrottlingException', 'Too many tokens per day, please wait before trying again.'],
  server: [
    500,
    'InternalServerException',
    'The system encountered an unexpected error during processing. Try your request again.',
  ],
  'bad-gateway': [502, 'InternalServerException', 'Bad gateway'],
  unavailable: [503, 'ServiceUnavailableException', 'The service is temporarily unable to handle the request.'],
  'gateway-timeout': [504, 'ModelTimeoutException', 'The request took too long to process.'],
  overloaded: [503, 'ServiceUnavailableException', 'The model is overloaded. Try again in a while.'],
};

/** An error in the API's form: the exception's name stands in a header, its message in the body. */
export function bedrockError(kind: ErrorKind, detail: ErrorDetail): VendorError {
  const [status, type, usual] = ROWS[kind];
  const message = detail.message ?? usual.replace('{model}', detail.model ?? 'sim');
  const wait =
    kind === 'rate-limit' && detail.retryAfter !== undefined ? { 'retry-after': String(detail.retryAfter) } : {};
  return { status, headers: { 'x-amzn-errortype': type, ...wait }, body: { message } };
}

/** 400 in the words of the validation. */
export function invalid(message: string): VendorError {
  return bedrockError('bad-request', { message });
}

/** The exception of a stream, whose name begins with a small letter. Source: https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_ConverseStream.html */
export function exception(kind: 'overloaded' | 'server'): { readonly name: string; readonly body: unknown } {
  const { headers, body } = bedrockError(kind, {});
  const type = headers['x-amzn-errortype'] ?? '';
  return { name: type.charAt(0).toLowerCase() + type.slice(1), body };
}
