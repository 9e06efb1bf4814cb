import type { Price, PriceTier, Rates, TokenClass, UnitClass } from '@postern/core';

/** Letters of the table: tokens in dollars per million, and pieces in dollars each. */
const TOKENS: Readonly<Record<string, TokenClass>> = {
  i: 'input',
  r: 'cacheRead',
  w: 'cacheWrite',
  h: 'cacheWrite1h',
  a: 'inputAudio',
  m: 'inputImage',
  o: 'output',
  t: 'reasoning',
  A: 'outputAudio',
  M: 'outputImage',
};
const UNITS: Readonly<Record<string, UnitClass>> = {
  c: 'inputCharacters',
  s: 'inputSeconds',
  n: 'outputImages',
  q: 'searchUnits',
  p: 'pages',
  f: 'requests',
};
const TOKEN_DIGITS = 9;
const UNIT_DIGITS = 15;

/**
 * A line of the table: name, rates, tiers, and the rates that another source has, parted by tabs. Rates are `i0.75,o4.5,$web_search=0.01`; tiers are
 * parted by `;`, each with its conditions before a colon: a service, `>tokens`, `@minute-minute`, `/days`.
 */
export function lineOf(line: string, source: string, other: string): [string, Price] {
  const [name = '', rates = '', tiers = '', disputed = ''] = line.split('\t');
  return [
    name,
    {
      rates: ratesOf(rates),
      ...(tiers === '' ? {} : { tiers: tiers.split(';').map(tierOf) }),
      source,
      ...(disputed === '' ? {} : { disputed: { source: other, rates: ratesOf(disputed) } }),
    },
  ];
}

function ratesOf(text: string): Rates {
  const rates: Partial<Record<TokenClass | UnitClass, number>> = {};
  const tools: Record<string, number> = {};
  for (const part of text.split(',')) {
    const [letter = ''] = part;
    const token = TOKENS[letter];
    const unit = UNITS[letter];
    if (token !== undefined) rates[token] = nanos(part.slice(1), TOKEN_DIGITS);
    else if (unit !== undefined) rates[unit] = nanos(part.slice(1), UNIT_DIGITS);
    else if (letter === '$')
      tools[part.slice(1, part.indexOf('='))] = nanos(part.slice(part.indexOf('=') + 1), UNIT_DIGITS);
  }
  return Object.keys(tools).length === 0 ? rates : { ...rates, tools };
}

/** A decimal times 10^digits; digits of the text, no arithmetic of doubles. */
function nanos(text: string, digits: number): number {
  const [whole = '', fraction = ''] = text.split('.');
  return Number(whole + fraction.padEnd(digits, '0'));
}

const CONDITIONS = /^([a-z_]*)(?:>(\d+))?(?:@(\d+)-(\d+))?(?:\/([0-6]+))?:(.*)$/;

function tierOf(text: string): PriceTier {
  const [, service = '', above, from, to, days, rates = ''] = CONDITIONS.exec(text) ?? [];
  return {
    ...(service === '' ? {} : { service }),
    ...(above === undefined ? {} : { above: Number(above) }),
    ...(from === undefined ? {} : { hours: [Number(from), Number(to)] as const }),
    ...(days === undefined ? {} : { days: [...days].map(Number) }),
    rates: ratesOf(rates),
  };
}
