import { record } from '../shared/read.ts';
import type { Wire } from './wire.ts';

/** Sets an own member, whatever its name: `__proto__` becomes a member like any other. */
function put(object: Wire, key: string, value: unknown): void {
  Object.defineProperty(object, key, { value, writable: true, enumerable: true, configurable: true });
}

const own = (object: Wire, key: string): unknown => (Object.hasOwn(object, key) ? object[key] : undefined);

/** `value` laid over `base`, objects member by member, everything else replaced. Neither is changed. */
export function overlay(base: unknown, value: unknown): unknown {
  const below = record(base);
  const above = record(value);
  if (below === undefined || above === undefined) return value;
  const merged: Wire = { ...below };
  for (const [key, member] of Object.entries(above)) put(merged, key, overlay(own(merged, key), member));
  return merged;
}

/** Lays `value` over what stands in `body` at a dotted path, such as `generationConfig.mediaResolution`; makes the objects on the way. */
export function mergeAt(body: Wire, path: string, value: unknown): void {
  const keys = path.split('.');
  const last = keys.pop() ?? path;
  let object = body;
  for (const key of keys) {
    const next: Wire = { ...record(own(object, key)) };
    put(object, key, next);
    object = next;
  }
  put(object, last, overlay(own(object, last), value));
}

/** Lays every member of `options` over `body`. */
export function mergeAll(body: Wire, options: Readonly<Record<string, unknown>> | undefined): void {
  for (const [key, value] of Object.entries(options ?? {})) put(body, key, overlay(own(body, key), value));
}
