import type { ErrorDetail, ErrorKind, VendorError } from '../vendor-error.ts';

/** One row: HTTP status (also `code`), the name of the gRPC status, the message. */
type Row = readonly [code: number, status: string, message: string];

/**
 * Codes and messages: https://ai.google.dev/gemini-api/docs/troubleshooting. 402, 408, 413, 502 and 529 are not Gemini's own;
 * they come in its envelope so that every fault exists in every format.
 */
const ROWS: Readonly<Record<ErrorKind, Row>> = {
  'bad-request': [400, 'INVALID_ARGUMENT', 'Request contains an invalid argument.'],
  context: [
    400,
    'INVALID_ARGUMENT',
    'The input token count (1196265) exceeds the maximum number of tokens allowed (1048575).',
  ],
  filter: [400, 'INVALID_ARGUMENT', 'The request was blocked by the content policy.'],
  unauthenticated: [
    401,
    'UNAUTHENTICATED',
    'Request had invalid authentication credentials. Expected OAuth 2 access token, login cookie or other valid authentication credential.',
  ],
  payment: [402, 'FAILED_PRECONDITION', 'Billing is not enabled for this project.'],
  forbidden: [403, 'PERMISSION_DENIED', 'The caller does not have permission'],
  'not-found': [
    404,
    'NOT_FOUND',
    'models/{model} is not found for API version v1beta, or is not supported for generateContent. Call ListModels to see the list of available models and their supported methods.',
  ],
  timeout: [408, 'DEADLINE_EXCEEDED', 'The request timed out.'],
  'too-large': [413, 'INVALID_ARGUMENT', 'Request payload size exceeds the limit: 20971520 bytes.'],
  'rate-limit': [
    429,
    'RESOURCE_EXHAUSTED',
    'You exceeded your current quota, please check your plan and billing details.',
  ],
  quota: [
    429,
    'RESOURCE_EXHAUSTED',
    'You exceeded your current quota, please check your plan and billing details. For more information on this error, head to: https://ai.google.dev/gemini-api/docs/rate-limits.',
  ],
  server: [
    500,
    'INTERNAL',
    'An internal error has occurred. Please retry or report in https://developers.generativeai.google/guide/troubleshooting',
  ],
  'bad-gateway': [502, 'UNAVAILABLE', 'Bad gateway'],
  unavailable: [503, 'UNAVAILABLE', 'The model is overloaded. Please try again later.'],
  'gateway-timeout': [504, 'DEADLINE_EXCEEDED', 'The request timed out. Please try again.'],
  overloaded: [529, 'UNAVAILABLE', 'The model is overloaded. Please try again later.'],
};

/** An error in Google's envelope. Source: https://cloud.google.com/apis/design/errors#http_mapping. */
export function geminiError(kind: ErrorKind, detail: ErrorDetail): VendorError {
  const [code, status, usual] = ROWS[kind];
  const message = detail.message ?? usual.replace('{model}', detail.model ?? 'sim');
  const details = detailsOf(kind, detail);
  return {
    status: code,
    headers: {},
    body: { error: { code, message, status, ...(details === undefined ? {} : { details }) } },
  };
}

/** The wait stands in the body, and there is no Retry-After. Source: google.rpc.RetryInfo in googleapis google/rpc/error_details.proto. */
function detailsOf(kind: ErrorKind, detail: ErrorDetail): unknown[] | undefined {
  if (kind !== 'rate-limit') return undefined;
  return [
    {
      '@type': 'type.googleapis.com/google.rpc.QuotaFailure',
      violations: [{ quotaId: 'GenerateRequestsPerMinutePerProjectPerModel-FreeTier' }],
    },
    { '@type': 'type.googleapis.com/google.rpc.RetryInfo', retryDelay: `${detail.retryAfter ?? 0}s` },
  ];
}

/** 400 in the words of the validation. */
export function invalidArgument(message: string): VendorError {
  return geminiError('bad-request', { message });
}

/** 400 for fields that the API doesn't have, each named with its place. Source: recorded answers of generativelanguage.googleapis.com. */
export function unknownFields(fields: readonly { readonly name: string; readonly at: string }[]): VendorError {
  const violations = fields.map(({ name, at }) => ({
    ...(at === '' ? {} : { field: at }),
    description: `Invalid JSON payload received. Unknown name "${name}"${at === '' ? '' : ` at '${at}'`}: Cannot find field.`,
  }));
  const error = {
    code: 400,
    message: violations.map((violation) => violation.description).join('\n'),
    status: 'INVALID_ARGUMENT',
    details: [{ '@type': 'type.googleapis.com/google.rpc.BadRequest', fieldViolations: violations }],
  };
  return { status: 400, headers: {}, body: { error } };
}

/** 400 for a wrong key. Source: the answer of generativelanguage.googleapis.com. */
export function invalidKey(): VendorError {
  const details = [
    { '@type': 'type.googleapis.com/google.rpc.ErrorInfo', reason: 'API_KEY_INVALID', domain: 'googleapis.com' },
  ];
  const error = {
    code: 400,
    message: 'API key not valid. Please pass a valid API key.',
    status: 'INVALID_ARGUMENT',
    details,
  };
  return { status: 400, headers: {}, body: { error } };
}

/** 403 without a key. Source: the answer of generativelanguage.googleapis.com. */
export function missingKey(): VendorError {
  return geminiError('forbidden', {
    message:
      "Method doesn't allow unregistered callers (callers without established identity). Please use API Key or other form of API consumer identity to call this API.",
  });
}
