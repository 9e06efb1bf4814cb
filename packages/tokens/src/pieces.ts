/**
 * Where byte pairs are merged, time grows with the square of what stands together: 20,000 equal letters take seconds, and 65,536 characters of `/\n` 13 of
 * them. No word of a language is as long as this, so that what is longer is counted in pieces, each cut costing a token at most.
 */
const LONGEST = 200;

/**
 * Runs of what tokenisers take as one: letters with their marks, digits, and what is neither letter nor digit. The last one whole, since either vocabulary
 * takes some of it together: line breaks and slashes behind other signs (o200k_base), marks between them (cl100k_base). What a tokeniser takes as one is
 * then in one run, or in two that stand together.
 */
const RUNS = new RegExp(
  ['[\\p{L}\\p{M}]', '\\p{N}', '[^\\p{L}\\p{N}]'].map((kind) => `${kind}{1,${LONGEST}}`).join('|'),
  'gu',
);

/** The text in pieces none of which holds a run of more than 200 characters. */
export function* piecesOf(text: string): Iterable<string> {
  let from = 0;
  for (const { 0: run, index } of text.matchAll(RUNS)) {
    if (run.length < LONGEST) continue;
    yield text.slice(from, index + run.length);
    from = index + run.length;
  }
  if (from < text.length) yield text.slice(from);
}
