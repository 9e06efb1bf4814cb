import { type GatewayConfig, isGatewayError } from '@postern/core';
import { routingOf } from '@postern/core/routing';
import { describe, expect, it } from 'vitest';
import type { PolicyOptions } from './options.ts';
import { policy } from './policy.ts';

const config = (options: unknown, more: Partial<GatewayConfig> = {}): object => ({
  models: {
    small: { deployments: [{ model: 'a/s', region: 'eu' }] },
    big: { deployments: [{ model: 'b/l', region: 'us' }] },
  },
  prices: { 'a/*': { perMillionTokens: { input: '1', output: '1' } } },
  providers: {
    a: { baseUrl: 'https://a.test', format: 'openai-chat' },
    b: { baseUrl: 'https://b.test', format: 'openai-chat' },
  },
  policies: {
    auto: policy({ among: ['small', 'big'], tiers: { small: 1, big: 3 }, ...(options as Partial<PolicyOptions>) }),
  },
  ...more,
});

const RULE = { when: { task: 'code' } };

/** What people write, where it is wrong, and what the message has to say. */
const MISTAKES: readonly (readonly [title: string, options: object, path: string, says: RegExp, more?: object])[] = [
  ['a key that there is not', { minTeir: 2 }, '', /unknown key `minTeir`; known here: .*minTier/],
  ['an objective that there is not', { objective: 'nicest' }, 'objective', /`cheapest`, `fastest` or `best`/],
  [
    'an objective for a bandit',
    { objective: 'best', bandit: true },
    'objective',
    /goes by feedback/,
    { feedback: true },
  ],
  ['money as a number', { maxCost: 0.01 }, 'maxCost', /'0\.01'/],
  ['no money', { maxCost: '0' }, 'maxCost', /above 0/],
  ['a price where nothing has one', { maxCost: '0.01' }, 'maxCost', /give `priceBook` or `prices`/, { prices: {} }],
  ['a time that is none', { maxLatency: 'soon' }, 'maxLatency', /`3s`/],
  ['a tier that there is not', { minTier: 5 }, 'minTier', /1, 2, 3 or 4/],
  ['a tier that no model has', { minTier: 4 }, 'minTier', /no deployment of `small`, `big` meets `minTier`/],
  ['no regions', { regions: [] }, 'regions', /at least one/],
  ['a region where nothing is', { regions: ['eu', 'moon'] }, 'regions', /the region `moon`/],
  ['a provider of none of its models', { providers: ['c'] }, 'providers', /the provider `c`/],
  ['constraints that exclude each other', { regions: ['eu'], minTier: 3 }, '', /meets `minTier` and `regions`/],
  ['a tier of nobody', { tiers: { small: 1, big: 3, huge: 4 } }, 'tiers.huge', /names no alias of `among`/],
  ['a tier that is none', { tiers: { small: 0, big: 3 } }, 'tiers.small', /1, 2, 3 or 4/],
  ['models of no known tier', { tiers: {} }, 'among.0', /tiers: \{ `small`: 3 \}/],
  ['a classifier that is none', { classify: 'embedding' }, 'classify', /write a function/],
  ['a patience that is none', { classifyWithin: 'long' }, 'classifyWithin', /`200ms`/],
  ['a bandit that is none', { bandit: 'yes' }, 'bandit', /write true/, { feedback: true }],
  ['rules in no list', { rules: RULE }, 'rules', /write a list/],
  ['a rule for nothing', { rules: [{ minTier: 2 }] }, 'rules.0', /when: \{ task: 'code' \}/],
  ['a key of a rule that there is not', { rules: [{ ...RULE, amog: [] }] }, 'rules.0', /unknown key `amog`/],
  ['a feature that there is not', { rules: [{ when: { mood: 'bad' } }] }, 'rules.0.when', /unknown key `mood`/],
  [
    'a task that there is not',
    { rules: [{ when: { task: ['code', 'poetry'] } }] },
    'rules.0.when.task',
    /can never match: without `classify`/,
  ],
  ['a flag that is none', { rules: [{ when: { tools: 1 } }] }, 'rules.0.when.tools', /true or false/],
  ['thought beyond measure', { rules: [{ when: { reasoning: 4 } }] }, 'rules.0.when.reasoning', /1, 2 or 3/],
  ['a length that is none', { rules: [{ when: { minLength: 'long' } }] }, 'rules.0.when.minLength', /number of tokens/],
  [
    'lengths that exclude each other',
    { rules: [{ when: { minLength: 9, maxLength: 8 } }] },
    'rules.0.when.minLength',
    /can never match/,
  ],
  [
    'a rule among others',
    { rules: [{ ...RULE, among: ['huge'] }] },
    'rules.0.among',
    /is not in `among` of the policy/,
  ],
  ['a rule among nothing', { rules: [{ ...RULE, among: [] }] }, 'rules.0.among', /at least one/],
  [
    'a rule that nothing can meet',
    { rules: [{ ...RULE, among: ['small'], minTier: 3 }] },
    'rules.0.minTier',
    /of `small` meets/,
  ],
  ['a rule behind one that takes all', { rules: [{ when: {} }, RULE] }, 'rules.1', /rule 0 takes all that it is for/],
  [
    'a rule behind a wider one',
    {
      rules: [
        { when: { task: ['code', 'math'], minLength: 5 } },
        { when: { task: 'code', minLength: 10, tools: true } },
      ],
    },
    'rules.1',
    /can never match/,
  ],
];

const messageOf = (given: object): string => {
  try {
    routingOf(given as never);
  } catch (error) {
    if (isGatewayError(error)) return error.message;
    throw error;
  }
  return '';
};

describe('a mistake in a policy', () => {
  const rows = MISTAKES.map(([title, options, path, says, more = {}]) => ({ title, options, path, says, more }));
  it.each(rows)('is told when it is mounted: $title', ({ options, path, says, more }) => {
    const message = messageOf(config(options, more));
    expect(message).toMatch(says);
    expect(message).toContain(`policies.auto${path === '' ? '' : `.${path}`}: `);
  });

  it.each<object>([
    {},
    { rules: [RULE, { when: { task: 'math' } }, { when: { minLength: 100 } }, { when: { maxLength: 200 } }] },
    { classify: () => 'poetry', rules: [{ when: { task: 'poetry' } }] },
    { maxCost: '0.000001', maxLatency: '3s', minTier: 1, regions: ['eu', 'us'], providers: ['a'] },
    { tiers: { 'a/*': 2, 'b/l': 4 } },
    { tiers: {}, rules: [] },
  ])('is not found in %j', (options) => {
    expect(messageOf(config(options))).toBe('');
  });
});
