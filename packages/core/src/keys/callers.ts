import type { AccessSettings } from '../config/settings.ts';
import type { Clock } from '../kit/clock.ts';
import type { Entities } from '../store/store.ts';
import { Directory, type DirectorySettings } from './directory.ts';
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

/** Of what stands beside an identity of the host's. */
const DEFAULTS: DirectorySettings = { ttl: 30_000, grace: 300_000, capacity: 10_000 };

/** undefined where the store is not asked about callers. */
export function callersOf(access: AccessSettings, entities: Entities, clock: Clock): Callers | undefined {
  if (access === 'open') return undefined;
  if ('keys' in access) {
    const directory = new Directory(entities, clock, access.keys);
    return { directory, keys: new KeyRing(directory, clock, access.keys.capacity), people: undefined };
  }
  if (access.createFrom === undefined) return undefined;
  const directory = new Directory(entities, clock, DEFAULTS);
  return { directory, keys: undefined, people: new People(directory, clock, access.createFrom, DEFAULTS.capacity) };
}
