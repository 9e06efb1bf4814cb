import type { Chunk, GatewayReply } from '@postern/core';
import { isGatewayError } from '@postern/core';
import { AdminError } from '../errors.ts';

/** What a handler answers. */
export interface Answer {
  /** Default 200; 204 when there is no body. */
  readonly status?: number;
  readonly body?: unknown;
  readonly etag?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** In place of `body`: what is sent piece by piece, with its content type. */
  readonly stream?: { readonly type: string; readonly chunks: AsyncIterable<Chunk> };
}

/** What is behind this API is nobody's to keep, to frame, or to guess the type of. */
const SECURITY: Readonly<Record<string, string>> = {
  'cache-control': 'no-store',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'referrer-policy': 'no-referrer',
};

const ignore = (): void => {};

/** An answer as mounts send it. */
export function replyOf({ status, body, etag, headers, stream }: Answer): GatewayReply {
  const more = { ...(etag === undefined ? {} : { etag: `"${etag}"` }), ...headers };
  if (stream !== undefined)
    return {
      status: status ?? 200,
      headers: { ...SECURITY, 'content-type': stream.type, ...more },
      body: stream.chunks,
      cancel: ignore,
    };
  if (body === undefined) return { status: status ?? 204, headers: { ...SECURITY, ...more }, body: '', cancel: ignore };
  return {
    status: status ?? 200,
    headers: { ...SECURITY, 'content-type': 'application/json; charset=utf-8', ...more },
    body: JSON.stringify(body),
    cancel: ignore,
  };
}

/** Anything that was thrown as a reply: `{ error: { code, message, param } }`. What is not meant for clients becomes `internal` and tells nothing. */
export function refusalOf(thrown: unknown, headers: Readonly<Record<string, string>> = {}): GatewayReply {
  const { code, message, param, status } =
    known(thrown) ?? new AdminError('internal', 'The admin API failed to handle this request.');
  const error = { code, message, ...(param === undefined ? {} : { param }) };
  return replyOf({
    status,
    body: { error },
    headers: status === 401 ? { 'www-authenticate': 'Bearer', ...headers } : headers,
  });
}

interface Known {
  readonly code: string;
  readonly message: string;
  readonly param: string | undefined;
  readonly status: number;
}

/** Errors of this API, and those of reading a request. */
export function known(thrown: unknown): Known | undefined {
  if (thrown instanceof AdminError) return thrown;
  return isGatewayError(thrown) && (thrown.kind === 'request' || thrown.kind === 'gone') ? thrown : undefined;
}
