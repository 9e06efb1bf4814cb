/**
 * The candidate that `word` was probably meant to be, for "did you mean …?"; undefined when none is near.
 * Case and separators don't count (`base_url` is near `baseUrl`), nor does a candidate's being part of the word
 * (`num_retries` is near `retries`). Among equally near ones the first wins.
 */
export function nearest(word: string, candidates: readonly string[]): string | undefined {
  const wanted = bare(word).slice(0, 64);
  if (wanted === '') return undefined;
  let best: string | undefined;
  let bestDistance = allowed(wanted) + 1;
  for (const candidate of candidates) {
    const distance = Math.min(editDistance(wanted, bare(candidate)), containment(wanted, bare(candidate)));
    if (distance < bestDistance) [best, bestDistance] = [candidate, distance];
  }
  return best;
}

const bare = (text: string): string => text.toLowerCase().replace(/[^\p{L}\p{N}]/gu, '');

/** One mistake in a short word, two or three in a long one. */
const allowed = (word: string): number => Math.min(3, Math.max(1, Math.floor(word.length / 3)));

/** One word within the other counts as one mistake, when the shorter has some length. */
function containment(word: string, candidate: string): number {
  const [short, long] = word.length < candidate.length ? [word, candidate] : [candidate, word];
  return short.length >= 4 && long.includes(short) ? 1 : Number.POSITIVE_INFINITY;
}

/** Insertions, deletions, substitutions and swaps of neighbours that turn `left` into `right` (optimal string alignment). */
export function editDistance(left: string, right: string): number {
  let before: number[] = [];
  let above = Array.from({ length: right.length + 1 }, (_, column) => column);
  for (let row = 1; row <= left.length; row++) {
    const current = [row];
    for (let column = 1; column <= right.length; column++)
      current.push(cell(left, right, row, column, before, above, current));
    [before, above] = [above, current];
  }
  return above[right.length] ?? 0;
}

function cell(
  left: string,
  right: string,
  row: number,
  column: number,
  before: number[],
  above: number[],
  current: number[],
): number {
  const same = left[row - 1] === right[column - 1];
  const stepwise = Math.min(at(above, column) + 1, at(current, column - 1) + 1, at(above, column - 1) + (same ? 0 : 1));
  const swapped = row > 1 && column > 1 && left[row - 1] === right[column - 2] && left[row - 2] === right[column - 1];
  return swapped ? Math.min(stepwise, at(before, column - 2) + 1) : stepwise;
}

const at = (numbers: number[], index: number): number => numbers[index] ?? Number.POSITIVE_INFINITY;
