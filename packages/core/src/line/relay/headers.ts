import type { RelayRoute } from '../../adapters/routes.ts';
import type { WireResponse } from '../../transport/dispatcher.ts';
import type { LineExchange } from '../exchange.ts';
import { declaredSize } from './upload.ts';

type Headers = Record<string, string>;

/** The headers of a client that go on: what tells of the body, and what the route allows. */
export function requestHeaders(
  { request, body, passing }: LineExchange,
  { requestHeaders: allowed }: RelayRoute,
): Headers {
  const headers: Headers = {};
  const names = ['accept', ...allowed];
  if (body !== undefined || passing !== undefined) names.push('content-type');
  for (const name of names) {
    const value = request.header(name);
    if (value !== undefined) headers[name] = value;
  }
  return headers;
}

/** Pages that a browser would run on the host's own origin. */
const RUNS = /\b(?:html|xml|svg|xhtml|javascript)\b/i;

/** The headers of an answer that go back. `sized`: its bytes pass unchanged. */
export function answerHeaders(response: WireResponse, { answerHeaders: allowed }: RelayRoute, sized: boolean): Headers {
  const headers: Headers = {};
  for (const name of ['content-type', 'content-disposition', ...allowed]) {
    const value = response.header(name);
    if (value !== undefined) headers[name] = value;
  }
  const size = declaredSize(response.header('content-length'));
  const packed = (response.header('content-encoding') ?? 'identity') !== 'identity';
  if (sized && !packed && size !== undefined) headers['content-length'] = String(size);
  // Bytes that some caller uploaded come from the host's own origin now.
  headers['x-content-type-options'] = 'nosniff';
  if (RUNS.test(headers['content-type'] ?? '')) headers['content-security-policy'] = "default-src 'none'; sandbox";
  return headers;
}

/** Names under which clients and vendors put keys into queries. */
const KEYS = /^(?:key|api[_-]?key|access[_-]?token|token|auth|authorization|subscription-key|sig|signature)$/i;

/** The client's query without credentials, and without what the provider's row says; '' or with its `?`. `over`: values that stand instead. */
export function queryFor(
  query: URLSearchParams,
  own: Readonly<Record<string, string>> = {},
  over: Readonly<Record<string, string>> = {},
): string {
  const kept = new URLSearchParams();
  query.forEach((value, name) => {
    if (!KEYS.test(name) && !Object.hasOwn(own, name) && !Object.hasOwn(over, name)) kept.append(name, value);
  });
  for (const [name, value] of Object.entries(over)) kept.append(name, value);
  const text = kept.toString();
  return text === '' ? '' : `?${text}`;
}
