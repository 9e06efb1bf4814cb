/** The middle value, or the mean of the two in the middle; NaN of nothing. */
export function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const half = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
}

/** The ratio of two series that were measured in turn: the median over the rounds, so that what slows a round down slows both of its sides. */
export function ratioOf(over, under) {
  const each = over.map((value, round) => value / under[round]);
  return { ratio: median(each), lowest: Math.min(...each), highest: Math.max(...each) };
}

/** To so many digits after the point. */
export function rounded(value, digits = 2) {
  return Number(value.toFixed(digits));
}
