import type { ReasoningOptions } from '../../chat/request.ts';
import type { Dropped } from '../shared/dropped.ts';
import { given, type Json } from '../shared/read.ts';

type Effort = NonNullable<ReasoningOptions['effort']>;

/** Budgets that stand for an effort, which this API has no word for. Undefined: no bound, as it is by default. */
const BUDGETS: Readonly<Record<Effort, number | undefined>> = {
  none: undefined,
  minimal: 1024,
  low: 2048,
  medium: 8192,
  high: 16_384,
  xhigh: undefined,
  max: undefined,
};

/** Models that are known not to think; any other may. Source: https://docs.cohere.com/docs/models */
const UNTHINKING =
  /^(?:command(?:-light|-nightly|-r|-r7b|-r-plus)?(?:-\d\d-\d{4})?(?:-\w+)?|command-a-(?:03-2025|vision|translate)\S*|c4ai-aya\S*)$/;

const isOff = ({ enabled, effort, budget }: ReasoningOptions): boolean =>
  enabled === false || effort === 'none' || budget === 0;

function isAsked({ enabled, effort, effortScope, budget, include }: ReasoningOptions): boolean {
  return (
    enabled === true || (effort !== undefined && effortScope !== 'answer') || budget !== undefined || include === true
  );
}

const fieldName = ({ effort }: ReasoningOptions): string => (effort === undefined ? 'reasoning' : 'reasoning_effort');

/** A negative budget is another vendor's way to say "as much as you like". */
function budgetOf({ budget, effort }: ReasoningOptions): number | undefined {
  if (budget !== undefined) return budget > 0 ? budget : undefined;
  return effort === undefined ? undefined : BUDGETS[effort];
}

/** Reasoning options as `thinking`; undefined when there is nothing to say. Source: https://docs.cohere.com/docs/reasoning */
export function writeThinking(reasoning: ReasoningOptions, model: string, dropped: Dropped): Json | undefined {
  const unable = UNTHINKING.test(model);
  if (isOff(reasoning)) return unable ? undefined : { type: 'disabled' };
  if (unable || !isAsked(reasoning)) {
    if (isAsked(reasoning) || reasoning.effort !== undefined) dropped.add(fieldName(reasoning));
    return undefined;
  }
  if (reasoning.include === false) dropped.add('reasoning.include');
  return { type: 'enabled', ...given('token_budget', budgetOf(reasoning)) };
}
