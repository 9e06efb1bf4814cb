import type { PriceConfig, PriceTierConfig, RatesConfig } from '../config/price-types.ts';
import { parseDecimal, safeNumber } from '../kit/money.ts';
import { INPUT_CLASSES, OUTPUT_CLASSES, type Price, type PriceTier, type Rates } from './price.ts';

/** From dollars per million, and per piece, to nano-dollars per million. */
const TOKEN_DIGITS = 9;
const UNIT_DIGITS = 15;
const HERE = 'configuration';
const DAY_MINUTES = 1440;

/** What a configuration makes of the price below it. The configuration has passed its checks. */
export function layered(below: Price | undefined, given: PriceConfig): Price | undefined {
  const own = ratesOf(given);
  const whole = given.perMillionTokens !== undefined;
  if (below === undefined && Object.keys(own).length === 0) return undefined;
  const base = below ?? { rates: {} };
  const rates: Rates = merged(whole ? withoutTokens(base.rates) : base.rates, own);
  const tiers = given.tiers?.flatMap(tiersOf) ?? (whole ? [] : (base.tiers ?? []));
  const adjust = [...(whole ? [] : (base.adjust ?? [])), ...(given.adjust === undefined ? [] : [1000 + given.adjust])];
  return {
    rates,
    ...(tiers.length === 0 ? {} : { tiers }),
    ...(adjust.length === 0 ? {} : { adjust }),
    ...(whole ? { source: HERE } : kept(base)),
  };
}

const kept = ({ source = HERE, disputed }: Price): Pick<Price, 'source' | 'disputed'> =>
  disputed === undefined ? { source } : { source, disputed };

function merged(rates: Rates, own: Rates): Rates {
  const tools = { ...rates.tools, ...own.tools };
  return { ...rates, ...own, ...(Object.keys(tools).length === 0 ? {} : { tools }) };
}

function withoutTokens(rates: Rates): Rates {
  const tokens: readonly string[] = [...INPUT_CLASSES, ...OUTPUT_CLASSES];
  return Object.fromEntries(Object.entries(rates).filter(([name]) => !tokens.includes(name)));
}

function ratesOf({ perMillionTokens = {}, perUnit = {}, perCall }: RatesConfig): Rates {
  const rates: Rates = { ...nanos(perMillionTokens, TOKEN_DIGITS), ...nanos(perUnit, UNIT_DIGITS) };
  return perCall === undefined ? rates : { ...rates, tools: nanos(perCall, UNIT_DIGITS) };
}

const nanos = (texts: Readonly<Record<string, string | undefined>>, digits: number): Record<string, number> =>
  Object.fromEntries(
    Object.entries(texts).flatMap(([name, text]) => {
      const amount = text === undefined ? undefined : parseDecimal(text, digits);
      return amount === undefined ? [] : [[name, safeNumber(amount)]];
    }),
  );

function tiersOf({ service, above, hours, days, ...given }: PriceTierConfig): PriceTier[] {
  const tier: PriceTier = {
    ...(service === undefined ? {} : { service }),
    ...(above === undefined ? {} : { above }),
    ...(days === undefined ? {} : { days }),
    rates: ratesOf(given),
  };
  return hours === undefined ? [tier] : spans(hours).map((span) => ({ ...tier, hours: span }));
}

/** Hours past midnight are two spans. */
function spans([from, to]: readonly [string, string]): (readonly [number, number])[] {
  const [start, end] = [minutesOf(from), minutesOf(to)];
  if (start < end) return [[start, end]];
  return end === 0
    ? [[start, DAY_MINUTES]]
    : [
        [start, DAY_MINUTES],
        [0, end],
      ];
}

const minutesOf = (time: string): number => Number(time.slice(0, 2)) * 60 + Number(time.slice(3));
