import type { Fault } from '../chat/fault.ts';
import { redactUpstream } from '../kit/redact.ts';
import type { ResolvedProvider } from '../providers/resolve.ts';

/** Shorter ones are placeholders such as `EMPTY`: to take them out would take words out. */
const SHORTEST_KEY = 8;

/**
 * A provider's fault as it may be told to clients, listeners, hooks and the log: its own words without credentials, account ids and places, and without
 * the very key that the call was made with, whatever that looks like.
 */
export function cleanFault(fault: Fault, provider: Pick<ResolvedProvider, 'authHeaders'>): Fault {
  const { message, code, type, param } = fault;
  const keys = Object.values(provider.authHeaders).map(keyOf);
  const clean = (text: string): string => redactUpstream(withoutKeys(text, keys));
  return {
    ...fault,
    message: clean(message),
    ...(code === undefined ? {} : { code: clean(code) }),
    ...(type === undefined ? {} : { type: clean(type) }),
    ...(param === undefined ? {} : { param: clean(param) }),
  };
}

/** What stands behind the scheme: `Bearer <key>`. */
const keyOf = (value: string): string => value.slice(value.lastIndexOf(' ') + 1);

function withoutKeys(text: string, keys: readonly string[]): string {
  return keys.reduce((left, key) => (key.length < SHORTEST_KEY ? left : left.replaceAll(key, '[redacted]')), text);
}
