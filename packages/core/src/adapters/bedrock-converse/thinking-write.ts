import type { ChatRequest, ReasoningOptions } from '../../chat/request.ts';
import { planThinking } from '../anthropic-messages/client-thinking.ts';
import type { Json } from '../shared/read.ts';
import { novaThinks } from './family.ts';
import type { Rendering } from './rendering.ts';

/** What the request says about reasoning. */
export interface ThinkingPlan {
  /** Members of `additionalModelRequestFields`, which are the model's own. */
  readonly fields: Json;
  /** `outputConfig.effort`. */
  readonly effort?: string;
  /** Does a Claude think on this request? It limits what else may be asked for. */
  readonly thinks: boolean;
}

const NOTHING: ThinkingPlan = { fields: {}, thinks: false };

const isOff = ({ enabled, effort, budget }: ReasoningOptions): boolean =>
  enabled === false || effort === 'none' || budget === 0;

const isAsked = ({ enabled, effort, budget, effortScope, include }: ReasoningOptions): boolean =>
  enabled === true || (effort !== undefined && effortScope !== 'answer') || budget !== undefined || include === true;

/** low, medium or high: all that models besides Claude know. A budget stands for the effort that Claude's budgets of that size do. */
function threeEfforts({ effort, budget }: ReasoningOptions): 'low' | 'medium' | 'high' {
  if (effort === undefined)
    return budget === undefined || budget < 0 || budget > 8192 ? mediumOr(budget) : budget <= 2048 ? 'low' : 'medium';
  if (effort === 'minimal' || effort === 'low' || effort === 'none') return 'low';
  return effort === 'medium' ? 'medium' : 'high';
}

const mediumOr = (budget: number | undefined): 'medium' | 'high' =>
  budget === undefined || budget < 0 ? 'medium' : 'high';

function drop(reasoning: ReasoningOptions, rendering: Rendering): ThinkingPlan {
  rendering.dropped.add(reasoning.effort === undefined ? 'reasoning' : 'reasoning_effort');
  return NOTHING;
}

function told(effort: string, reasoning: ReasoningOptions, field: string, rendering: Rendering): void {
  if (effort !== reasoning.effort) rendering.inserted.push(`${field}=${effort}`);
}

/** Source: https://docs.aws.amazon.com/nova/latest/nova2-userguide/extended-thinking.html */
function nova(reasoning: ReasoningOptions, rendering: Rendering): ThinkingPlan {
  if (!novaThinks(rendering.target.model))
    return isOff(reasoning) || !isAsked(reasoning) ? NOTHING : drop(reasoning, rendering);
  if (isOff(reasoning)) return { fields: { reasoningConfig: { type: 'disabled' } }, thinks: false };
  if (!isAsked(reasoning)) return drop(reasoning, rendering);
  const effort = threeEfforts(reasoning);
  told(effort, reasoning, 'reasoningConfig.maxReasoningEffort', rendering);
  return { fields: { reasoningConfig: { type: 'enabled', maxReasoningEffort: effort } }, thinks: false };
}

/** Source: https://docs.aws.amazon.com/bedrock/latest/userguide/model-parameters-openai.html */
function gptOss(reasoning: ReasoningOptions, rendering: Rendering): ThinkingPlan {
  // It always thinks.
  if (isOff(reasoning)) return drop(reasoning, rendering);
  if (reasoning.effort === undefined && reasoning.budget === undefined) return NOTHING;
  const effort = threeEfforts(reasoning);
  told(effort, reasoning, 'reasoning_effort', rendering);
  return { fields: { reasoning_effort: effort }, thinks: false };
}

/** Claude's own member beside the effort that the API has a name for. */
function claude(
  request: ChatRequest,
  course: { interleaved: boolean; unthought: boolean },
  rendering: Rendering,
): ThinkingPlan {
  const given = request.maxOutputTokens !== undefined;
  const tokens = request.maxOutputTokens ?? rendering.target.maxOutputTokens ?? Number.MAX_SAFE_INTEGER;
  const plan = planThinking(request.reasoning, { tokens, given }, course, rendering);
  return {
    fields: plan.thinking === undefined ? {} : { thinking: plan.thinking },
    ...(plan.effort === undefined ? {} : { effort: plan.effort }),
    thinks: plan.thinks,
  };
}

/**
 * Reasoning as the model of this name takes it. `course`: what conversation and client mean for a budget, as in Claude's own format.
 * Source: https://docs.aws.amazon.com/bedrock/latest/userguide/inference-reasoning.html
 */
export function renderThinking(
  request: ChatRequest,
  course: { interleaved: boolean; unthought: boolean },
  rendering: Rendering,
): ThinkingPlan {
  const { reasoning } = request;
  if (reasoning === undefined) return NOTHING;
  switch (rendering.family) {
    case 'nova':
      return nova(reasoning, rendering);
    case 'gpt-oss':
      return gptOss(reasoning, rendering);
    case 'other':
      return isOff(reasoning) ? NOTHING : drop(reasoning, rendering);
    default:
      return claude(request, course, rendering);
  }
}
