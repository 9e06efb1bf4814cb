import { seeded } from '@postern/core/routing';

/** Draws that follow from a seed. */
export function drawing(seed) {
  const random = seeded(seed);
  const below = (count) => Math.floor(random() * count);
  return {
    random,
    /** 0 up to, and without, `count`. */
    below,
    between: (from, to) => from + below(to - from + 1),
    chance: (share) => random() < share,
    pick: (list) => list[below(list.length)],
  };
}
