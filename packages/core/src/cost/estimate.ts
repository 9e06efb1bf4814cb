import type { Price, Rates } from './price.ts';
import type { Priced, Pricer } from './pricer.ts';
import { tokenRates } from './rates.ts';

/** Nano-dollars of a call of so many tokens of prompt and answer, at a moment (ms since the epoch): to compare by, not to bill by. */
type Estimate = (input: number, output: number, at: number) => number;

/**
 * What calls to a deployment are likely to cost; undefined: it has no known price, or none of prompts, or none of the answers that it is compared by. Made once for
 * each. `answers`: it is one of several of which some sell answers by the token.
 */
export function estimatorOf(
  pricer: Pricer | undefined,
): (deployment: Priced, answers: boolean) => Estimate | undefined {
  return (deployment, answers) => {
    const price = pricer?.priceOf(deployment);
    return price === undefined || isPartial(price, answers) ? undefined : estimateOf(price);
  };
}

/** What is sold by the request as a whole has no price of tokens. */
const isPartial = ({ rates: { input, output, requests } }: Price, answers: boolean): boolean =>
  requests === undefined && (input === undefined || (answers && output === undefined));

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
