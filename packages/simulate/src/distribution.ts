/** How long something takes, or how much of it there is: the same each time, or drawn. */
export type Distribution =
  | number
  /** By its mean. */
  | { readonly exponential: number }
  | { readonly uniform: readonly [from: number, to: number] }
  /** What latencies look like: half are below the median, and 5 % above `p95`. */
  | { readonly lognormal: { readonly median: number; readonly p95: number } };

export type Random = () => number;

/** Standard deviations from the median of a normal distribution up to its 95th percentile. */
const P95 = 1.6448536269514722;

/** A function that draws. Throws RangeError for a distribution that there is not, such as one with a p95 below its median. */
export function sampler(of: Distribution): (random: Random) => number {
  if (typeof of === 'number') return () => atLeast0(of, 'a number');
  if ('exponential' in of) {
    const mean = atLeast0(of.exponential, 'exponential');
    return (random) => -Math.log(1 - random()) * mean;
  }
  if ('uniform' in of) {
    const [from, to] = of.uniform;
    atLeast0(from, 'uniform');
    const width = atLeast0(to - from, 'uniform');
    return (random) => from + random() * width;
  }
  const { median, p95 } = of.lognormal;
  if (!(median > 0 && p95 >= median)) throw new RangeError('lognormal: median must be above 0 and p95 not below it');
  const sigma = Math.log(p95 / median) / P95;
  return (random) => median * Math.exp(sigma * normal(random));
}

/** What is drawn on average. */
export function meanOf(of: Distribution): number {
  if (typeof of === 'number') return of;
  if ('exponential' in of) return of.exponential;
  if ('uniform' in of) return (of.uniform[0] + of.uniform[1]) / 2;
  const sigma = Math.log(of.lognormal.p95 / of.lognormal.median) / P95;
  return of.lognormal.median * Math.exp((sigma * sigma) / 2);
}

/** Box and Muller. */
const normal = (random: Random): number => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());

function atLeast0(number: number, what: string): number {
  if (!(number >= 0 && Number.isFinite(number))) throw new RangeError(`${what} must be finite and not below 0`);
  return number;
}
