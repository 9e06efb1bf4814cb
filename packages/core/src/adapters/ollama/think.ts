import type { ReasoningOptions } from '../../chat/request.ts';
import type { Dropped } from '../shared/dropped.ts';

/** The levels that `think` knows besides true and false. Source: https://docs.ollama.com/capabilities/thinking */
type Level = 'low' | 'medium' | 'high';
const isLevel = (value: unknown): value is Level => value === 'low' || value === 'medium' || value === 'high';

/** `think` as reasoning options; undefined when it says nothing. Thinking that is asked for is shown. */
export function readThink(think: unknown): ReasoningOptions | undefined {
  if (think === false) return { enabled: false };
  if (think === true) return { enabled: true, include: true };
  return isLevel(think) ? { enabled: true, effort: think, include: true } : undefined;
}

const LEVELS: Readonly<Record<NonNullable<ReasoningOptions['effort']>, Level | false>> = {
  none: false,
  minimal: 'low',
  low: 'low',
  medium: 'medium',
  high: 'high',
  xhigh: 'high',
  max: 'high',
};

/**
 * Reasoning options as `think`; undefined when there is nothing to say. A budget switches thinking on and is reported: there are levels for some
 * models only, and none of them stands for a number of tokens.
 */
export function writeThink(reasoning: ReasoningOptions | undefined, dropped: Dropped): boolean | Level | undefined {
  if (reasoning === undefined) return undefined;
  const { enabled, effort, budget } = reasoning;
  if (enabled === false || budget === 0) return false;
  if (effort !== undefined && reasoning.effortScope !== 'answer') {
    if (effort === 'xhigh' || effort === 'max') dropped.add('reasoning_effort');
    return LEVELS[effort];
  }
  if (effort !== undefined) dropped.add('effort');
  if (budget !== undefined) dropped.add('reasoning.budget');
  return enabled === true || budget !== undefined || reasoning.include === true ? true : undefined;
}
