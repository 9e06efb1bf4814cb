export { type LeasedStore, leasedStore } from './leased-store.ts';
export type { LeaseOptions } from './options.ts';
