import type { Price, Rates } from './price.ts';
import type { Priced, Pricer } from './pricer.ts';
import { tokenRates } from './rates.ts';

/** Nano-dollars of a call of so many tokens of prompt and answer, at a moment (ms since the epoch): to compare by, not to bill by. */
type Estimate = (input: number, output: number, at: number) => number;

/** What calls to a deployment are likely to cost; undefined: it has no known price. Made once for each. */
export function estimatorOf(pricer: Pricer | undefined): (deployment: Priced) => Estimate | undefined {
  return (deployment) => {
    const price = pricer?.priceOf(deployment);
    return price === undefined ? undefined : estimateOf(price);
  };
}

function estimateOf(price: Price): Estimate {
  const by = (price.adjust ?? []).reduce((product, perMille) => product * (perMille / 1000), 1e-6);
  const each = (price.rates.requests ?? 0) * by;
  if (price.tiers === undefined) {
    const [perInput, perOutput] = sides(price.rates, by);
    return (input, output) => perInput * input + perOutput * output + each;
  }
  return (input, output, at) => {
    const [perInput, perOutput] = sides(tokenRates(price, { service: undefined, input, at }), by);
    return perInput * input + perOutput * output + each;
  };
}

const sides = ({ input = 0, output = 0 }: Rates, by: number): readonly [number, number] => [input * by, output * by];
