import type { ErrorDetail, ErrorKind, VendorError } from '../vendor-error.ts';

/**
 * Statuses and the envelope: https://docs.ollama.com/api/errors, a text in `error` and nothing else. The statuses that the page does not name are not
 * Ollama's own; they come in its envelope so that every fault exists in every format.
 */
const ROWS: Readonly<Record<ErrorKind, readonly [status: number, message: string]>> = {
  'bad-request': [400, 'invalid request'],
  context: [400, 'the input length exceeds the context length'],
  filter: [400, 'the prompt was stopped by the content filter'],
  unauthenticated: [401, 'unauthorized'],
  payment: [402, 'a subscription is required for this model'],
  forbidden: [403, 'forbidden'],
  'not-found': [404, "model '{model}' not found"],
  timeout: [408, 'the request timed out'],
  'too-large': [413, 'http: request body too large'],
  'rate-limit': [429, 'too many requests'],
  quota: [429, 'insufficient quota: you have reached your weekly usage limit, please upgrade to continue'],
  server: [500, 'the model failed to generate a response'],
  'bad-gateway': [502, 'the cloud model cannot be reached'],
  unavailable: [503, 'server busy, please try again. maximum pending requests exceeded'],
  'gateway-timeout': [504, 'timed out waiting for the model to load'],
  overloaded: [529, 'the server is overloaded'],
};

/** An error in Ollama's envelope. */
export function ollamaError(kind: ErrorKind, detail: ErrorDetail): VendorError {
  const [status, usual] = ROWS[kind];
  const headers: Record<string, string> =
    kind === 'rate-limit' && detail.retryAfter !== undefined ? { 'retry-after': String(detail.retryAfter) } : {};
  return {
    status,
    headers,
    body: { error: detail.message ?? usual.replace('{model}', detail.model ?? 'sim') },
  };
}

/** 400 in the words of the server. */
export const badRequest = (message: string): VendorError => ollamaError('bad-request', { message });
