import { type PolicyRequest, parseDuration, type RoutingPolicy } from '@postern/core';
import { Bandit } from './bandit.ts';
import { boundsOf } from './bounds.ts';
import { check } from './check.ts';
import { choose } from './choose.ts';
import { classified } from './classify.ts';
import { featuresOf } from './features/features.ts';
import type { Learnt, PolicyOptions } from './options.ts';
import { TIERS_AS_OF } from './providers/tiers.ts';
import { namesIn, rulesOf, termsOf } from './rules.ts';
import { tiersBy } from './tiers.ts';
import { UNSEEN, type View } from './view.ts';

/** A policy of this package. */
export interface Policy extends RoutingPolicy {
  read(request: PolicyRequest): View | Promise<View>;
  /** What its bandit has learnt, as JSON; {} of one that has none. */
  save(): Learnt;
  /** Takes over what was learnt elsewhere or earlier, in place of what it knew. */
  load(learnt: Learnt): void;
}

/** Milliseconds that a classifier may take. */
const CLASSIFY_WITHIN = 200;

/**
 * A policy, for `policies` of the configuration: reads what a request asks for, without a model call, and chooses among aliases. Mistakes in it are told when the gateway
 * is mounted, with path and fix.
 */
export function policy(options: PolicyOptions): Policy {
  const { among, bandit, classify, classifyWithin, tiers } = options;
  const terms = termsOf(options);
  const tierOf = tiersBy(tiers);
  const within = parseDuration(classifyWithin) ?? CLASSIFY_WITHIN;
  const learner = bandit === undefined || bandit === false ? undefined : new Bandit(bandit === true ? {} : bandit);
  const tags = new Set(rulesOf(options).flatMap((rule) => namesIn(rule?.when?.tag ?? [])));

  function seen(request: PolicyRequest, view: View): View {
    const bounds = boundsOf(request);
    const own = tags.size === 0 ? [] : request.tags.filter((tag) => tags.has(tag));
    return {
      ...view,
      ...(bounds === undefined ? {} : { bounds }),
      ...(own.length === 0 ? {} : { tags: own }),
      ...(learner === undefined ? {} : { learnt: learner.of(view.task) }),
    };
  }

  return {
    among,
    settings: { ...options, classify: classify !== undefined, bandit: learner !== undefined, asOf: TIERS_AS_OF },
    read(request) {
      const { features, text } = featuresOf(request);
      if (classify === undefined) return seen(request, features);
      const said = classified(classify, { text, features, caller: request.caller }, within, (ms, expire) =>
        request.after(ms, expire),
      );
      return said instanceof Promise
        ? said.then((label) => seen(request, { ...features, ...label }))
        : seen(request, { ...features, ...said });
    },
    choose(given, candidates, random) {
      const view = (given ?? UNSEEN) as View;
      return choose(terms(view), view, candidates, tierOf, random);
    },
    ...(learner === undefined ? {} : { learn: (told) => learner.learn(told) }),
    check: (world) => check(options, world, tierOf),
    save: () => learner?.save() ?? {},
    load: (learnt) => learner?.load(learnt),
  };
}
