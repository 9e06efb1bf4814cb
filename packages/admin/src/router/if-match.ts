import { AdminError } from '../errors.ts';

/**
 * The version that a change is of; undefined for `*`, whichever there is (RFC 9110, 13.1.1).
 * @throws AdminError `if_match_required`, `invalid_request`
 */
export function ifMatchOf(header: string | undefined): string | undefined {
  if (header === undefined || header.trim() === '')
    throw new AdminError(
      'if_match_required',
      'Send If-Match with the etag that you read, or `*` for whichever there is.',
      'if-match',
    );
  const text = header.trim();
  if (text === '*') return undefined;
  const [, etag] = /^"([\x21\x23-\x7e]{1,200})"$/.exec(text) ?? [];
  if (etag === undefined)
    throw new AdminError('invalid_request', 'if-match: does not fit; write one etag in quotes, or `*`', 'if-match');
  return etag;
}
