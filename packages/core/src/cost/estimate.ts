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
  const each = price.rates.requests ?? 0;
  const sum = ({ input = 0, output = 0 }: Rates, tokens: number, answer: number): number =>
    (input * tokens + output * answer + each) * by;
  if (price.tiers === undefined) return (input, output) => sum(price.rates, input, output);
  return (input, output, at) => sum(tokenRates(price, { service: undefined, input, at }), input, output);
}
