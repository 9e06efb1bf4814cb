import type { GatewayError } from '../../kit/errors.ts';
import type { Exchange } from '../adapter.ts';
import { exceptionFrame } from './wire.ts';

/** The API's exception for a status. Source: https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_Converse.html#API_runtime_Converse_Errors */
const TYPES: Readonly<Record<number, string>> = {
  401: 'UnrecognizedClientException',
  402: 'ServiceQuotaExceededException',
  403: 'AccessDeniedException',
  404: 'ResourceNotFoundException',
  408: 'ModelTimeoutException',
  409: 'ConflictException',
  424: 'ModelErrorException',
  429: 'ThrottlingException',
  503: 'ServiceUnavailableException',
  504: 'ModelTimeoutException',
  529: 'ServiceUnavailableException',
};

/** What will not pass by waiting is no throttling, though it has the same status. */
function typeOf(error: GatewayError): string {
  if (error.status === 429 && error.shouldRetry === false) return 'ServiceQuotaExceededException';
  return TYPES[error.status] ?? (error.status >= 500 ? 'InternalServerException' : 'ValidationException');
}

/** The exceptions that a stream knows. Source: https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_ConverseStreamOutput.html */
function exceptionOf(error: GatewayError): string {
  if (error.status === 429) return 'throttlingException';
  if (error.status === 503 || error.status === 529) return 'serviceUnavailableException';
  if (error.status < 500 && error.status !== 408 && error.status !== 424) return 'validationException';
  return error.kind === 'upstream' ? 'modelStreamErrorException' : 'internalServerException';
}

/** The in-band error of a stream; nothing follows it. */
export const errorFrame = (error: GatewayError): Uint8Array =>
  exceptionFrame(exceptionOf(error), { message: error.message });

function headersOf(error: GatewayError, id: string): Record<string, string> {
  return {
    ...error.headers,
    'x-amzn-errortype': typeOf(error),
    'x-amzn-requestid': id,
    ...(error.retryAfter === undefined ? {} : { 'retry-after': String(Math.ceil(error.retryAfter)) }),
    ...(error.shouldRetry === undefined ? {} : { 'x-should-retry': String(error.shouldRetry) }),
  };
}

/** An error as an answer of its own. */
export function fault(
  error: GatewayError,
  exchange: Pick<Exchange, 'id'>,
): { status: number; headers: Record<string, string>; body: unknown } {
  return { status: error.status, headers: headersOf(error, exchange.id), body: { message: error.message } };
}
