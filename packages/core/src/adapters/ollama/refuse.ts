import { RequestError } from '../../kit/errors.ts';
import { type Json, record } from '../shared/read.ts';

/** Refuses a request of a client. `what` completes "'messages' must be …". */
export function refuse(param: string, what: string): never {
  throw new RequestError('invalid_request', `'${param}' must be ${what}.`, { param });
}

/** A member that may be null or absent; `read` gives undefined for a wrong type, which is refused. */
export function optional<Value>(
  value: unknown,
  param: string,
  read: (value: unknown) => Value | undefined,
  what: string,
): Value | undefined {
  if (value === undefined || value === null) return undefined;
  return read(value) ?? refuse(param, what);
}

/** A member that is an object when it is there. */
export const object = (value: unknown, param: string): Json | undefined => optional(value, param, record, 'an object');
