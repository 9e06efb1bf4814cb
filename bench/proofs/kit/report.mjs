/** What the proofs say, and what it comes to. */
import { dollars } from './prices.mjs';

/** Collects the lines of the proofs: `say(holds, text, counts)`; `counts` of `overspend`, `lost`, `double`, `wrong` are added up, of `usable` the least is told. */
export function report() {
  const sums = { overspend: 0, lost: 0, double: 0, wrong: 0 };
  const further = [];
  let [lines, failed, usable, current, begun] = [0, 0, 1, '', 0];

  function say(holds, text, counts = {}) {
    lines += 1;
    if (!holds) failed += 1;
    for (const name of Object.keys(sums)) sums[name] += counts[name] ?? 0;
    if (counts.usable !== undefined) usable = Math.min(usable, counts.usable);
    if (counts.told !== undefined) further.push(counts.told);
    const seconds = ((performance.now() - begun) / 1_000).toFixed(1);
    begun = performance.now();
    console.log(`${holds ? 'ok    ' : 'FAILED'} ${current}: ${text} (${seconds} s)`);
  }

  return {
    say,
    async during(name, proof) {
      [current, begun] = [name, performance.now()];
      try {
        await proof();
      } catch (error) {
        say(false, error.stack ?? String(error));
      }
    },
    failed: () => failed,
    last: () =>
      [
        `overspend ${sums.overspend === 0 ? 0 : `$${dollars(sums.overspend)}`}`,
        `lost ${sums.lost}`,
        `double ${sums.double}`,
        `wrong ${sums.wrong}`,
        `usable ${percent(usable)}`,
        ...further,
        `${lines - failed} of ${lines} proofs hold`,
      ].join(', '),
  };
}

export const percent = (share) => `${(Math.floor(share * 1_000) / 10).toFixed(1)} %`;
