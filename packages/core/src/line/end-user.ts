import { RequestError } from '../kit/errors.ts';
import type { LineExchange } from './exchange.ts';

/** Longest name of an end user, in UTF-16 units; vendors take up to 64 or some hundreds. */
const LONGEST = 512;
/** What stores can't keep, or nobody could read in them. */
const UNFIT = /[\p{Cc}\p{Cs}]/u;

/**
 * Whom the request itself says it is made for, where `endUser: 'body'` has limits go by that. Anybody can write anything there, so it is no part of the
 * caller: no more than limits and the ledger know it. Throws RequestError `invalid_request` for one that is too long or has control characters.
 */
export function endUserOf({ adapter, body, caller, line }: LineExchange): string | undefined {
  if (!line.settings.endUserInBody || body === undefined || caller?.endUser !== undefined) return undefined;
  const name = adapter?.server.endUser?.(body.fields());
  if (name !== undefined && (name.length > LONGEST || UNFIT.test(name)))
    throw new RequestError(
      'invalid_request',
      `The end user must be named by at most ${LONGEST} characters, without control characters.`,
      { param: 'user' },
    );
  return name;
}
