import type { GatewayRequest } from '@postern/core';
import { AdminError } from '../errors.ts';

/** Bytes of a body, and its depth. */
const LIMITS = { maxBytes: 262_144, maxDepth: 32 };
const JSON_TYPE = /^\s*application\/(?:[!#$&^_.+a-z0-9-]+\+)?json\s*(?:;|$)/i;

/**
 * The JSON of a request; undefined when it has no body. A body has to say that it is JSON: what a page of another origin can send without asking
 * does not.
 * @throws AdminError `unsupported_content_type`; RequestError of core
 */
export async function readBody(request: Pick<GatewayRequest, 'header' | 'body'>): Promise<unknown> {
  if (!hasBody(request)) return undefined;
  if (!JSON_TYPE.test(request.header('content-type') ?? ''))
    throw new AdminError('unsupported_content_type', 'The body must be sent as application/json.');
  const body = await request.body(LIMITS);
  if (body.size > LIMITS.maxBytes)
    throw new AdminError('body_too_large', `The body is larger than ${LIMITS.maxBytes} bytes.`);
  try {
    return body.json();
  } finally {
    body.release();
  }
}

function hasBody(request: Pick<GatewayRequest, 'header'>): boolean {
  const length = request.header('content-length');
  return length === undefined
    ? request.header('transfer-encoding') !== undefined || request.header('content-type') !== undefined
    : length !== '0';
}
