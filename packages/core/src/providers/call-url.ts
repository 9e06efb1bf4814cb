import type { UpstreamCall } from '../adapters/adapter.ts';
import { RequestError } from '../kit/errors.ts';
import { CREDENTIAL_HEADERS } from './auth/headers.ts';
import type { ResolvedProvider } from './resolve.ts';

/** Printable ASCII from one slash on; anything else was not encoded by whoever built the path. */
const CLEAN = /^\/(?!\/)[!-"$-[\]-~]*$/;
/** A dot segment, also behind or before an encoded delimiter, and however often it is encoded itself. */
const DOT_SEGMENT = /(?:\/|%(?:25)*(?:2f|5c))(?:\.|%(?:25)*2e){1,2}(?=$|[/;]|%(?:25)*(?:2f|5c|3b|3f|23))/i;
/** An encoded control character: parsers disagree on what it hides. */
const CONTROL = /%(?:25)*(?:[01][0-9a-f]|7f)/i;

/** Is this path safe to send: printable, without dot segments and control characters in any spelling? Without query. */
export function isCleanPath(path: string): boolean {
  return CLEAN.test(path) && !DOT_SEGMENT.test(path) && !CONTROL.test(path);
}

/**
 * Where a call goes: the provider's own origin, and its base path + the call's path + both queries.
 * No model name can make it leave the base path. `wholePath`: the path holds the base path, or another one that the configuration allows.
 * @throws RequestError `invalid_request` (param `model`) when the path holds a dot segment, a control or an unencoded character
 */
export function urlOf(provider: ResolvedProvider, path: string, wholePath = false): { origin: string; path: string } {
  const mark = path.indexOf('?');
  const pathname = mark < 0 ? path : path.slice(0, mark);
  if (!CLEAN.test(path) || !isCleanPath(pathname)) {
    throw new RequestError('invalid_request', 'This model name can not stand in the path of a provider.', {
      param: 'model',
    });
  }
  const { origin, query } = provider;
  const basePath = wholePath ? '' : provider.basePath;
  if (query === '') return { origin, path: basePath + path };
  return { origin, path: `${basePath}${path}${mark < 0 ? '?' : '&'}${query}` };
}

/** All headers of a call: the row's fixed ones, the call's own over them, the key last. Lower-case names. */
export function headersOf(provider: ResolvedProvider, call: Pick<UpstreamCall, 'headers'>): Record<string, string> {
  // One by one: to copy an object that was read out of the configuration takes V8 twenty times as long.
  const headers: Record<string, string> = {};
  for (const name in provider.fixedHeaders) headers[name] = provider.fixedHeaders[name] ?? '';
  for (const name in call.headers) if (!CREDENTIAL_HEADERS.has(name)) headers[name] = call.headers[name] ?? '';
  for (const name in provider.authHeaders) headers[name] = provider.authHeaders[name] ?? '';
  return headers;
}
