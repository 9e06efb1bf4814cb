import type { ReasoningOptions } from '../../chat/request.ts';
import type { Json } from '../shared/read.ts';
import type { Rendering } from './rendering.ts';

/** `max_tokens` as it stands before thinking is known, and whether it was the client's. */
export interface Bound {
  readonly tokens: number;
  readonly given: boolean;
}

/** What the request says about thinking. */
export interface ThinkingPlan {
  readonly thinking?: Json;
  readonly effort?: string;
  /** Does the model think on this request, as far as the request says? */
  readonly thinks: boolean;
  /** `max_tokens`, raised where it was ours to choose. */
  readonly maxTokens: number;
}

/** What the conversation and the betas mean for a budget of thinking. */
export interface Course {
  /** May the model think between tools? */
  readonly interleaved: boolean;
  /** Does the turn go on after calls that no thinking of this vendor led to? */
  readonly unthought: boolean;
}

type Effort = NonNullable<ReasoningOptions['effort']>;

/** Budgets that stand for an effort where the model knows no efforts. The API's minimum is 1,024. */
const BUDGETS: Readonly<Record<Effort, number>> = {
  none: 0,
  minimal: 1024,
  low: 2048,
  medium: 8192,
  high: 16_384,
  xhigh: 32_768,
  max: 32_768,
};
const MIN_BUDGET = 1024;
/** Left for the answer when max_tokens is ours to choose. */
const ANSWER_TOKENS = 8192;

/** The effort that stands for a budget where the model knows no budgets. */
function effortFor(budget: number): Effort {
  if (budget <= 2048) return 'low';
  if (budget <= 8192) return 'medium';
  return budget <= 32_768 ? 'high' : 'max';
}

function wireEffort(effort: Effort, rendering: Rendering): string {
  const known =
    effort === 'minimal' || effort === 'none' ? 'low' : effort === 'xhigh' && !rendering.can.xhigh ? 'high' : effort;
  if (known !== effort) rendering.inserted.push(`output_config.effort=${known}`);
  return known;
}

const isOff = (reasoning: ReasoningOptions): boolean =>
  reasoning.enabled === false || reasoning.effort === 'none' || reasoning.budget === 0;

/** A negative budget is another vendor's way to say "as much as you like". */
function isAsked(reasoning: ReasoningOptions): boolean {
  if (reasoning.enabled === true) return true;
  const effort = reasoning.effort !== undefined && reasoning.effortScope !== 'answer';
  return effort || reasoning.budget !== undefined || reasoning.include === true;
}

/** Shown as a summary or left out; undefined: the model's default. */
function display(reasoning: ReasoningOptions): { display?: string } {
  if (reasoning.include === false) return { display: 'omitted' };
  return reasoning.include === true || (reasoning.summary !== undefined && reasoning.summary !== 'none')
    ? { display: 'summarized' }
    : {};
}

const fieldName = (reasoning: ReasoningOptions): string =>
  reasoning.effort === undefined ? 'reasoning' : 'reasoning_effort';

function drop(field: string, bound: Bound, rendering: Rendering): ThinkingPlan {
  rendering.dropped.add(field);
  return { thinks: false, maxTokens: bound.tokens };
}

/** The effort of the answer as a whole, for the models that take it apart from thinking. */
function answerEffort(reasoning: ReasoningOptions, rendering: Rendering): { effort?: string } {
  if (reasoning.effort === undefined || reasoning.effort === 'none') return {};
  if (rendering.can.effort) return { effort: wireEffort(reasoning.effort, rendering) };
  rendering.dropped.add('output_config.effort');
  return {};
}

/** Off: said aloud when the client did, or when the model would think by default. */
function switchedOff(reasoning: ReasoningOptions, bound: Bound, rendering: Rendering): ThinkingPlan {
  const plan = {
    thinks: false,
    maxTokens: bound.tokens,
    ...(reasoning.effort === 'none' ? {} : answerEffort(reasoning, rendering)),
  };
  if (reasoning.enabled !== false && !rendering.can.thinksByDefault) return plan;
  if (rendering.can.off === undefined) {
    rendering.dropped.add(fieldName(reasoning));
    return plan;
  }
  return { ...plan, thinking: { type: rendering.can.off } };
}

function adaptive(reasoning: ReasoningOptions, bound: Bound, rendering: Rendering): ThinkingPlan {
  const effort =
    reasoning.effort ??
    (reasoning.budget !== undefined && reasoning.budget > 0 ? effortFor(reasoning.budget) : undefined);
  return {
    thinking: { type: 'adaptive', ...display(reasoning) },
    ...(effort === undefined ? {} : { effort: wireEffort(effort, rendering) }),
    thinks: true,
    maxTokens: bound.tokens,
  };
}

/** A budget that we derive fits below the client's bound; one that the client named is sent as it is, or not at all. */
function derivedBudget(reasoning: ReasoningOptions, bound: Bound): number {
  const wanted = BUDGETS[reasoning.effort ?? 'medium'];
  return bound.given && wanted >= bound.tokens ? Math.floor(bound.tokens / 2) : wanted;
}

function budgeted(reasoning: ReasoningOptions, bound: Bound, course: Course, rendering: Rendering): ThinkingPlan {
  // A turn that goes on after a tool must have begun with thinking of this vendor, and no other can be sent.
  if (course.unthought) return drop(fieldName(reasoning), bound, rendering);
  const named = reasoning.budget !== undefined && reasoning.budget > 0 ? reasoning.budget : undefined;
  const budget = named ?? derivedBudget(reasoning, bound);
  if (named === undefined && budget < MIN_BUDGET) return drop(fieldName(reasoning), bound, rendering);
  // Interleaved thinking counts the budget over several turns of one answer, so it may pass max_tokens.
  if (bound.given && budget >= bound.tokens && !course.interleaved) return drop('reasoning.budget', bound, rendering);
  const effort =
    reasoning.effort !== undefined && reasoning.budget !== undefined && rendering.can.effort
      ? { effort: wireEffort(reasoning.effort, rendering) }
      : {};
  return {
    thinking: { type: 'enabled', budget_tokens: budget, ...display(reasoning) },
    ...effort,
    thinks: true,
    maxTokens: bound.given || budget < bound.tokens ? bound.tokens : budget + ANSWER_TOKENS,
  };
}

/**
 * Thinking as this model takes it: adaptive with an effort, or a budget in tokens.
 * Sources: https://platform.claude.com/docs/en/build-with-claude/adaptive-thinking, …/extended-thinking, …/effort
 */
export function planThinking(
  reasoning: ReasoningOptions | undefined,
  bound: Bound,
  course: Course,
  rendering: Rendering,
): ThinkingPlan {
  const { can } = rendering;
  if (reasoning === undefined) return { thinks: false, maxTokens: bound.tokens };
  if (isOff(reasoning)) return switchedOff(reasoning, bound, rendering);
  if (!isAsked(reasoning)) return { thinks: false, maxTokens: bound.tokens, ...answerEffort(reasoning, rendering) };
  if (can.thinking === 'none') return drop(fieldName(reasoning), bound, rendering);
  const keepsBudget = can.budget && reasoning.budget !== undefined && reasoning.budget > 0;
  return can.thinking === 'adaptive' && !keepsBudget
    ? adaptive(reasoning, bound, rendering)
    : budgeted(reasoning, bound, course, rendering);
}
