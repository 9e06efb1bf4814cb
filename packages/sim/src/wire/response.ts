import type { Ending, Step } from './frame.ts';

/** A scripted answer to one call. */
export interface SimResponse {
  readonly status: number;
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>;
  /** ms before the headers. */
  readonly headersAfter: number;
  /** The writes, in order; can be iterated once. */
  readonly steps: Iterable<Step>;
  /** `reset`: the connection is reset before any byte; `cut`: after the last write, before the answer is complete. */
  readonly ending: Ending | 'reset';
}

/** A complete JSON answer. */
export function jsonResponse(
  status: number,
  body: unknown,
  headers: Readonly<Record<string, string>> = {},
): SimResponse {
  return textResponse(status, JSON.stringify(body), { 'content-type': 'application/json', ...headers });
}

/** A complete answer of any text. */
export function textResponse(status: number, body: string, headers: Readonly<Record<string, string>>): SimResponse {
  const bytes = Buffer.from(body);
  return {
    status,
    headers: { ...headers, 'content-length': String(bytes.length) },
    headersAfter: 0,
    steps: bytes.length === 0 ? [] : [{ delay: 0, bytes, tokens: 0 }],
    ending: 'end',
  };
}
