import type { Fault } from '../chat/fault.ts';
import { redactUpstream } from '../kit/redact.ts';
import type { ResolvedProvider } from '../providers/resolve.ts';

/**
 * A provider's fault as it may be told to clients, listeners, hooks and the log: its own words without credentials, account ids and places, and without
 * the very key that the call was made with, whatever that looks like.
 */
export function cleanFault(fault: Fault, provider: Pick<ResolvedProvider, 'authHeaders'>): Fault {
  const { message, code, type, param } = fault;
  const keys = keysOf(provider);
  const clean = (text: string): string => redactUpstream(text, keys);
  return {
    ...fault,
    message: clean(message),
    ...(code === undefined ? {} : { code: clean(code) }),
    ...(type === undefined ? {} : { type: clean(type) }),
    ...(param === undefined ? {} : { param: clean(param) }),
  };
}

/** The keys that a provider is called with. */
export const keysOf = ({ authHeaders }: Pick<ResolvedProvider, 'authHeaders'>): string[] =>
  Object.values(authHeaders).map(keyOf);

/** What stands behind the scheme: `Bearer <key>`. */
const keyOf = (value: string): string => value.slice(value.lastIndexOf(' ') + 1);
