import type { Format, Received } from '../formats/format.ts';
import type { ErrorDetail, ErrorKind, VendorError } from '../formats/vendor-error.ts';
import { jsonResponse, type SimResponse, textResponse } from '../wire/response.ts';
import type { FaultName, FaultSizes } from './names.ts';

const STATUSES: Readonly<Partial<Record<FaultName, ErrorKind>>> = {
  r429: 'rate-limit',
  quota: 'quota',
  secret500: 'server',
  e400: 'bad-request',
  'e400-context': 'context',
  'e400-filter': 'filter',
  e401: 'unauthenticated',
  e402: 'payment',
  e403: 'forbidden',
  e404: 'not-found',
  e408: 'timeout',
  e413: 'too-large',
  e500: 'server',
  e503: 'unavailable',
  e504: 'gateway-timeout',
  e529: 'overloaded',
};

/** What a client that asked for data gets from a captive portal or a wrong URL. */
const LOGIN_PAGE =
  '<!DOCTYPE html>\n<html><head><title>Sign in</title></head><body><h1>Sign in to continue</h1><form method="post" action="/login"><input name="user"><input name="password" type="password"></form></body></html>\n';

/** The answers that replace everything else: statuses, pages, nothing at all. */
export function replacement(
  faults: ReadonlySet<FaultName>,
  format: Format,
  received: Received,
  stream: boolean,
  sizes: FaultSizes,
): SimResponse | undefined {
  for (const fault of faults) {
    const kind = fault === 'midfault' && !stream ? 'overloaded' : STATUSES[fault];
    if (kind !== undefined)
      return errorResponse(format, received, format.error(kind, { model: received.model, ...details(fault, sizes) }));
    if (fault === '200-error' && !stream)
      return { ...errorResponse(format, received, format.error('server', {})), status: 200 };
    const page = pageOf(fault, sizes);
    if (page !== undefined) return page;
  }
  return undefined;
}

/** An error of the vendor as a response. */
export function errorResponse(format: Format, received: Received, error: VendorError): SimResponse {
  return jsonResponse(error.status, format.errorBody(error.body, received), {
    'content-type': format.contentType,
    ...error.headers,
  });
}

function details(fault: FaultName, sizes: FaultSizes): ErrorDetail {
  if (fault === 'r429') return { retryAfter: sizes.retryAfter };
  return fault === 'secret500'
    ? { message: `Upstream call failed: Authorization: Bearer ${sizes.secret} was refused by the shard` }
    : {};
}

function pageOf(fault: FaultName, sizes: FaultSizes): SimResponse | undefined {
  switch (fault) {
    case 'html':
    case 'html-stream':
      return textResponse(200, LOGIN_PAGE, { 'content-type': 'text/html; charset=utf-8' });
    case 'e502':
      return textResponse(
        502,
        '<html><head><title>502 Bad Gateway</title></head><body><center><h1>502 Bad Gateway</h1></center></body></html>\n',
        { 'content-type': 'text/html' },
      );
    case 'empty':
      return textResponse(200, '', { 'content-type': 'application/json' });
    case 'redirect':
      return textResponse(307, '', { location: sizes.redirectTo });
    case 'reset-before-headers':
      return { status: 0, headers: {}, headersAfter: 0, steps: [], ending: 'reset' };
    default:
      return undefined;
  }
}
