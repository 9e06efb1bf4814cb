import type { OpenDatabase } from './open-database.ts';

/** A number that was never given before in this file: for etags, versions, and the order of adding. Within a transaction only. */
export const stampOf = ({ sql }: OpenDatabase): number =>
  (sql('UPDATE stamp SET last = last + 1 RETURNING last').get([]) as readonly [number])[0];
