import type { AccessSettings } from '../config/settings.ts';
import type { Clock } from '../kit/clock.ts';
import type { Entities } from '../store/store.ts';
import { Directory } from './directory.ts';
import { DEFAULTS } from './key-callers.ts';
import { KeyRing } from './key-ring.ts';
import { People } from './people.ts';

/** How callers are known from the store. */
export interface Callers {
  readonly directory: Directory;
  /** undefined: not by keys. */
  readonly keys: KeyRing | undefined;
  /** undefined: of those whom the host names nothing is looked up. */
  readonly people: People | undefined;
}

/**
 * undefined where the store is not asked about callers.
 * @param timeout milliseconds that the store has to answer
 */
export function callersOf(
  access: AccessSettings,
  entities: Entities,
  clock: Clock,
  timeout: number,
): Callers | undefined {
  if (access === 'open') return undefined;
  if ('keys' in access) {
    const directory = new Directory(entities, clock, access.keys, timeout);
    return { directory, keys: new KeyRing(directory, clock, access.keys.capacity), people: undefined };
  }
  if (access.createFrom === undefined) return undefined;
  const directory = new Directory(entities, clock, DEFAULTS, timeout);
  return { directory, keys: undefined, people: new People(directory, clock, access.createFrom, DEFAULTS.capacity) };
}
