import { RequestError } from '../kit/errors.ts';

const JSON_TYPE = /^\s*application\/(?:[!#$&^_.+a-z0-9-]+\+)?json\s*(?:;|$)/i;

/**
 * Takes JSON, or no statement at all: many clients leave it out.
 *
 * @param contentType the header's value
 * @throws RequestError `unsupported_content_type`
 */
export function guardContentType(contentType: string | undefined): void {
  if (
    contentType === undefined ||
    contentType === '' ||
    contentType === 'application/json' ||
    JSON_TYPE.test(contentType)
  )
    return;
  throw new RequestError('unsupported_content_type', 'The body must be sent as application/json.');
}
