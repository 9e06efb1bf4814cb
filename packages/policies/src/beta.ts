/** A draw from the Beta distribution with these shapes, each at least 1, by uniform random numbers in [0, 1). */
export function drawOf(good: number, bad: number, random: () => number): number {
  const one = gamma(good, random);
  return one / (one + gamma(bad, random));
}

/** Marsaglia and Tsang, A simple method for generating gamma variables (2000): for shapes from 1 on. */
function gamma(shape: number, random: () => number): number {
  const d = shape - 1 / 3;
  const c = 1 / Math.sqrt(9 * d);
  for (;;) {
    const x = normal(random);
    const v = (1 + c * x) ** 3;
    if (v > 0 && Math.log(1 - random()) < 0.5 * x * x + d * (1 - v + Math.log(v))) return d * v;
  }
}

/** Box and Muller. `1 - random()` is never 0. */
const normal = (random: () => number): number =>
  Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
