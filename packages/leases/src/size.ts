/** What the size of a slice follows from. Units of the limit, milliseconds. */
export interface SizeBasis {
  /** See Demand. */
  readonly asked: number;
  readonly net: number;
  readonly ask: number;
  /** What is left of the limit in the store. */
  readonly left: number;
  /** Until the slice's window is over. */
  readonly remainingMs: number;
}
/** The settings that decide. */
export interface SizePolicy {
  readonly horizonMs: number;
  readonly share: number;
  readonly minRequests: number;
}

/**
 * How much to take: what a horizon needs, but at most a share of what is left, so that slices shrink as the limit nears its end and what idles with
 * others stays little. 0: not worth a slice, or too little is left; then each request asks the store, which spends to the last unit.
 */
export function sliceSize(basis: SizeBasis, { horizonMs, share, minRequests }: SizePolicy): number {
  const { asked, net, ask, left, remainingMs } = basis;
  const least = minRequests * ask;
  // What a slice can't use before its window ends is lost with the window.
  const usable = Math.min(1, remainingMs / horizonMs);
  if (ask === 0 || asked * usable < least) return 0;
  const size = Math.floor(Math.min(Math.max(net * usable, least), left * share));
  return size < least ? 0 : size;
}
