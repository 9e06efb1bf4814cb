import type { Fault } from '../chat/fault.ts';
import { redactUpstream } from '../kit/redact.ts';

/**
 * A provider's fault as it may be told to clients, listeners, hooks and the log: its own words without credentials, account ids and places, and without
 * the very key that the call was made with, whatever that looks like.
 *
 * @param authHeaders of the call
 */
export function cleanFault(fault: Fault, authHeaders: Readonly<Record<string, string>>): Fault {
  const { message, code, type, param } = fault;
  const keys = keysOf(authHeaders);
  const clean = (text: string): string => redactUpstream(text, keys);
  return {
    ...fault,
    message: clean(message),
    ...(code === undefined ? {} : { code: clean(code) }),
    ...(type === undefined ? {} : { type: clean(type) }),
    ...(param === undefined ? {} : { param: clean(param) }),
  };
}

/** The keys that a call is made with. */
export const keysOf = (authHeaders: Readonly<Record<string, string>>): string[] =>
  Object.values(authHeaders).map(keyOf);

/** What stands behind the scheme: `Bearer <key>`. */
const keyOf = (value: string): string => value.slice(value.lastIndexOf(' ') + 1);
