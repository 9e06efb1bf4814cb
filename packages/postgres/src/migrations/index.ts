import { limits } from './limits.ts';
import { records } from './records.ts';
import { sharedMaps } from './shared-maps.ts';

/** The SQL of one step, for a schema by its quoted name. */
export type Migration = (schema: string) => string;

/**
 * The steps from an empty schema to the current one. The version of a schema is how many of them it has seen: steps are added at the end
 * and never changed once released.
 */
export const migrations: readonly Migration[] = [limits, records, sharedMaps];
