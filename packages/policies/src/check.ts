import { type PolicyWorld, parseDuration } from '@postern/core';
import { TASKS } from './features/words.ts';
import type { Constraints, PolicyOptions, Rule, When } from './options.ts';
import { covers, namesIn, rulesOf } from './rules.ts';
import type { TierOf } from './tiers.ts';
import { nanoUsd, tierIn } from './units.ts';

/** A mistake: where it is, below the policy, and what to write instead. */
export interface Mistake {
  readonly path: string;
  readonly text: string;
}

const OBJECTIVES: readonly string[] = ['cheapest', 'fastest', 'best'];
const CONSTRAINTS = ['maxCost', 'maxLatency', 'minTier', 'regions', 'providers'];
const KEYS = ['among', 'objective', 'rules', 'tiers', 'classify', 'classifyWithin', 'bandit', ...CONSTRAINTS];
const RULE_KEYS = ['when', 'among', 'objective', ...CONSTRAINTS];
const WHEN_KEYS = ['task', 'language', 'tools', 'images', 'json', 'reasoning', 'minLength', 'maxLength', 'tag'];

/** All mistakes of a policy: how it is written, names that nothing has, rules that never match, and constraints that nothing can meet. */
export function check(options: PolicyOptions, world: PolicyWorld, tierOf: TierOf): readonly Mistake[] {
  const checking = new Checking(options, world, tierOf);
  checking.all();
  return checking.mistakes;
}

class Checking {
  readonly mistakes: Mistake[] = [];
  readonly #options: PolicyOptions;
  readonly #world: PolicyWorld;
  readonly #tierOf: TierOf;

  constructor(options: PolicyOptions, world: PolicyWorld, tierOf: TierOf) {
    this.#options = options;
    this.#world = world;
    this.#tierOf = tierOf;
  }

  all(): void {
    const { bandit, classify, classifyWithin, objective, rules } = this.#options;
    this.#keys('', this.#options, KEYS);
    this.#constraints('', this.#options);
    this.#add(
      'classify',
      classify !== undefined && typeof classify !== 'function',
      'write a function ({ text, features }) => label',
    );
    this.#add(
      'classifyWithin',
      classifyWithin !== undefined && parseDuration(classifyWithin) === undefined,
      'write a duration such as `200ms`',
    );
    this.#add(
      'bandit',
      bandit !== undefined && typeof bandit !== 'boolean' && !isObject(bandit),
      'write true, or { learnt, reward }',
    );
    this.#add(
      'objective',
      Boolean(bandit) && objective !== undefined,
      'is not looked at by a bandit, which goes by feedback; leave out one of the two',
    );
    this.#tiers();
    if (rules !== undefined && !Array.isArray(rules)) this.#add('rules', true, 'write a list: [{ when: { … }, … }]');
    else for (const [index, rule] of (rules ?? []).entries()) this.#rule(index, rule, rules ?? []);
    if (this.mistakes.length > 0) return;
    this.#unknownTiers();
    this.#possible('', this.#options, this.#options.among);
    for (const [index, rule] of (rules ?? []).entries())
      this.#possible(`rules.${index}`, { ...this.#options, ...rule }, rule.among ?? this.#options.among);
  }

  #add(path: string, wrong: boolean, text: string): void {
    if (wrong) this.mistakes.push({ path, text });
  }

  #keys(path: string, given: object, known: readonly string[]): void {
    for (const key of Object.keys(given))
      this.#add(path, !known.includes(key), `unknown key \`${key.slice(0, 64)}\`; known here: ${known.join(', ')}`);
  }

  #constraints(
    path: string,
    { maxCost, maxLatency, minTier, objective, providers, regions }: Constraints & { readonly objective?: string },
  ): void {
    const at = (name: string): string => below(path, name);
    this.#add(
      at('objective'),
      objective !== undefined && !OBJECTIVES.includes(objective),
      'write `cheapest`, `fastest` or `best`',
    );
    this.#add(
      at('maxCost'),
      maxCost !== undefined && nanoUsd(maxCost) === undefined,
      "write US dollars above 0 as text: '0.01'",
    );
    this.#add(
      at('maxCost'),
      maxCost !== undefined && !this.#world.priced,
      'nothing has a price, so that nothing can meet it; give `priceBook` or `prices`',
    );
    this.#add(
      at('maxLatency'),
      maxLatency !== undefined && parseDuration(maxLatency) === undefined,
      'write a duration such as `3s`',
    );
    this.#add(at('minTier'), minTier !== undefined && tierIn(minTier) === undefined, 'write 1, 2, 3 or 4');
    for (const [name, list] of Object.entries({ regions, providers }))
      this.#add(at(name), list !== undefined && !isNames(list), 'write a list of names, with at least one');
    const places = this.#places(this.#options.among) ?? [];
    for (const [name, list] of Object.entries({ region: regions, provider: providers } as const))
      for (const one of isNames(list) && places.length > 0 ? list : [])
        this.#add(
          at(`${name}s`),
          !places.some((place) => place[name as 'region' | 'provider'] === one),
          `no deployment of the policy's aliases has the ${name} \`${one.slice(0, 64)}\``,
        );
  }

  #rule(index: number, rule: Rule, rules: readonly Rule[]): void {
    const path = `rules.${index}`;
    if (!isObject(rule) || !isObject(rule.when)) {
      this.#add(
        path,
        true,
        "write { when: { task: 'code' }, … }; what is for all requests belongs to the policy itself",
      );
      return;
    }
    this.#keys(path, rule, RULE_KEYS);
    this.#keys(`${path}.when`, rule.when, WHEN_KEYS);
    this.#constraints(path, rule);
    this.#when(`${path}.when`, rule.when);
    const { among } = rule;
    this.#add(`${path}.among`, among !== undefined && !isNames(among), 'write a list of aliases, with at least one');
    for (const name of isNames(among) ? among : [])
      this.#add(
        `${path}.among`,
        !this.#options.among.includes(name),
        `\`${name.slice(0, 64)}\` is not in \`among\` of the policy; name one that is`,
      );
    const earlier = rules.findIndex((one, at) => at < index && isObject(one?.when) && covers(one.when, rule.when));
    this.#add(path, earlier >= 0, `can never match: rule ${earlier} takes all that it is for; put it before that one`);
  }

  #when(path: string, when: When): void {
    const { maxLength, minLength, reasoning } = when;
    for (const name of ['task', 'language', 'tag'] as const)
      this.#add(
        `${path}.${name}`,
        when[name] !== undefined && !isNames(namesIn(when[name])),
        'write a name, or a list of names',
      );
    for (const name of ['tools', 'images', 'json'] as const)
      this.#add(`${path}.${name}`, when[name] !== undefined && typeof when[name] !== 'boolean', 'write true or false');
    this.#add(`${path}.reasoning`, reasoning !== undefined && ![1, 2, 3].includes(reasoning), 'write 1, 2 or 3');
    for (const name of ['minLength', 'maxLength'] as const)
      this.#add(`${path}.${name}`, when[name] !== undefined && !(Number(when[name]) >= 0), 'write a number of tokens');
    this.#add(
      `${path}.minLength`,
      minLength !== undefined && maxLength !== undefined && minLength > maxLength,
      'can never match: it is more than `maxLength`',
    );
    const tasks: readonly string[] = TASKS;
    if (this.#options.classify !== undefined || when.task === undefined) return;
    for (const task of namesIn(when.task))
      this.#add(
        `${path}.task`,
        !tasks.includes(task),
        `can never match: without \`classify\` tasks are ${TASKS.join(', ')}`,
      );
  }

  #tiers(): void {
    const { among, tiers = {} } = this.#options;
    const names = [...among, ...(this.#places(among) ?? []).map(({ model }) => model)];
    for (const [name, tier] of Object.entries(tiers)) {
      this.#add(`tiers.${name}`, tierIn(tier) === undefined, 'write 1, 2, 3 or 4');
      const fits = (one: string): boolean => (name.endsWith('*') ? one.startsWith(name.slice(0, -1)) : one === name);
      this.#add(`tiers.${name}`, !names.some(fits), 'names no alias of `among`, and no model of one');
    }
  }

  /** A model whose tier nobody knows would never be chosen by it. */
  #unknownTiers(): void {
    const { bandit } = this.#options;
    const goes = [this.#options, ...rulesOf(this.#options)].some(
      ({ minTier, objective }) => minTier !== undefined || (objective === 'best' && !bandit),
    );
    if (!goes) return;
    for (const [index, alias] of this.#options.among.entries()) {
      const unknown = this.#world.models.get(alias)?.find(({ model }) => this.#tierOf(alias, model) === undefined);
      this.#add(
        `among.${index}`,
        unknown !== undefined,
        `\`${alias}\` is of no known tier, and choices go by it (\`minTier\`, \`best\`, or the default rules); write tiers: { \`${alias}\`: 3 }, 1 to 4`,
      );
    }
  }

  /** Is there any deployment that meets what does not change with time? */
  #possible(path: string, { minTier, providers, regions }: Constraints, among: readonly string[]): void {
    const meeting = among.map((alias) =>
      this.#world.models
        .get(alias)
        ?.filter(
          ({ model, provider, region }) =>
            (minTier === undefined || (this.#tierOf(alias, model) ?? 0) >= minTier) &&
            (providers === undefined || providers.includes(provider)) &&
            (regions === undefined || (region !== undefined && regions.includes(region))),
        ),
    );
    const named = Object.entries({ minTier, regions, providers }).filter(([, value]) => value !== undefined);
    const names = named.map(([name]) => `\`${name}\``).join(' and ');
    this.#add(
      below(path, named.length === 1 ? (named[0]?.[0] ?? '') : ''),
      named.length > 0 && this.#places(among) !== undefined && meeting.every((list) => list?.length === 0),
      `no deployment of ${among.map((name) => `\`${name}\``).join(', ')} meets ${names}; allow more, or add one that does`,
    );
  }

  /** The deployments of aliases; undefined: some are not known yet. */
  #places(
    among: readonly string[],
  ): PolicyWorld['models'] extends ReadonlyMap<string, infer Places> ? Places | undefined : never {
    const lists = among.map((alias) => this.#world.models.get(alias) ?? []);
    return lists.some((list) => list.length === 0) ? undefined : lists.flat();
  }
}

const below = (path: string, name: string): string => [path, name].filter((part) => part !== '').join('.');
const isObject = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const isNames = (list: unknown): list is readonly string[] =>
  Array.isArray(list) && list.length > 0 && list.every((one) => typeof one === 'string' && one !== '');
