import { KEY_HEADERS } from '../adapters/shared/key-headers.ts';
import { AccessError } from '../kit/errors.ts';
import type { GatewayRequest } from '../transport/gateway-request.ts';

const BEARER = 'bearer ';
const IN_QUERY = 'key';

/**
 * The key that a request presents; undefined when there is none. Other schemes than Bearer, such as signatures, are no identity.
 *
 * @param fromQuery it may stand in `?key=` as well, and is taken out there
 * @throws AccessError `keys_conflict` when there are two that differ: one of them would be ignored
 */
export function presentedKey(
  request: Pick<GatewayRequest, 'header' | 'query'>,
  fromQuery: boolean,
): string | undefined {
  let key = bearerIn(request.header('authorization'));
  for (const name of KEY_HEADERS) key = agreed(key, request.header(name));
  if (!fromQuery) return key;
  const inQuery = request.query.getAll(IN_QUERY);
  if (inQuery.length > 0) request.query.delete(IN_QUERY);
  for (const given of inQuery) key = agreed(key, given);
  return key;
}

function bearerIn(header: string | undefined): string | undefined {
  if (header?.slice(0, BEARER.length).toLowerCase() !== BEARER) return undefined;
  const key = header.slice(BEARER.length).trim();
  return key === '' ? undefined : key;
}

function agreed(key: string | undefined, given: string | undefined): string | undefined {
  if (given === undefined || given === '') return key;
  if (key !== undefined && key !== given)
    throw new AccessError('keys_conflict', 'The request carries two different keys; send one.');
  return given;
}
