import type { ReasoningOptions } from '../../chat/request.ts';
import { boolean, given, number, string } from '../shared/read.ts';
import { generation, isBefore25, isGemini3 } from './model.ts';
import { rest, type Wire } from './wire.ts';

type Effort = NonNullable<ReasoningOptions['effort']>;

const MEMBERS = new Set(['includeThoughts', 'thinkingBudget', 'thinkingLevel']);
const EFFORTS: Readonly<Record<string, Effort>> = { MINIMAL: 'minimal', LOW: 'low', MEDIUM: 'medium', HIGH: 'high' };

/** `thinkingConfig` as reasoning options, and the members that they have no name for. A budget of 0 is off, of -1 the model's own choice. */
export function readThinking(config: Wire): { reasoning: ReasoningOptions; others?: Wire } {
  const budget = number(config['thinkingBudget']);
  const level = string(config['thinkingLevel']);
  const effort =
    level !== undefined && Object.hasOwn(EFFORTS, level.toUpperCase()) ? EFFORTS[level.toUpperCase()] : undefined;
  const unknown = {
    ...rest(config, MEMBERS),
    ...(effort === undefined && level !== undefined && { thinkingLevel: level }),
  };
  const reasoning: ReasoningOptions = {
    ...(budget !== undefined && { enabled: budget !== 0 }),
    ...(budget !== undefined && budget >= 0 && { budget }),
    ...given('effort', effort),
    ...given('include', boolean(config['includeThoughts'])),
  };
  return Object.keys(unknown).length === 0 ? { reasoning } : { reasoning, others: unknown };
}

/** Google's own mapping of efforts: https://ai.google.dev/gemini-api/docs/openai#thinking */
const BUDGETS: Readonly<Record<'minimal' | 'low' | 'medium' | 'high', number>> = {
  minimal: 1024,
  low: 1024,
  medium: 8192,
  high: 24_576,
};
type Level = keyof typeof BUDGETS;

function levelOf(effort: Effort, model: string): Level {
  const pro = /gemini-[\d.]+-pro/.test(model);
  if (effort === 'none' || effort === 'minimal') return pro ? 'low' : 'minimal';
  // The first Pro of the third generation knows low and high only; Google maps medium to high there.
  if (effort === 'medium' && pro && generation(model) === 3) return 'high';
  return effort === 'low' || effort === 'medium' ? effort : 'high';
}

function forGemini3(effort: Effort, model: string, dropped: Set<string>): Wire {
  if (effort === 'none' || effort === 'xhigh' || effort === 'max') dropped.add('reasoning_effort');
  return { thinkingLevel: levelOf(effort, model).toUpperCase() };
}

function forGemini25(effort: Effort, model: string, dropped: Set<string>): Wire {
  if (effort === 'xhigh' || effort === 'max') dropped.add('reasoning_effort');
  if (effort !== 'none') return { thinkingBudget: BUDGETS[effort === 'xhigh' || effort === 'max' ? 'high' : effort] };
  if (!/gemini-[\d.]+-pro/.test(model)) return { thinkingBudget: 0 };
  // Pro can't be switched off; 128 is its least: https://ai.google.dev/gemini-api/docs/thinking#set-budget
  dropped.add('reasoning_effort');
  return { thinkingBudget: 128 };
}

function amount(reasoning: ReasoningOptions, model: string, dropped: Set<string>): Wire {
  if (reasoning.budget !== undefined && (reasoning.effort === undefined || !isGemini3(model)))
    return { thinkingBudget: reasoning.budget };
  const effort = reasoning.enabled === false ? 'none' : reasoning.effort;
  if (effort !== undefined)
    return isGemini3(model) ? forGemini3(effort, model, dropped) : forGemini25(effort, model, dropped);
  return reasoning.enabled === true && !isGemini3(model) ? { thinkingBudget: -1 } : {};
}

/**
 * Reasoning options as `thinkingConfig`: levels for Gemini 3 and later, budgets for 2.5
 * (https://ai.google.dev/gemini-api/docs/thinking). Undefined when there is nothing to say; a model that can't think gets none, reported.
 */
export function writeThinking(reasoning: ReasoningOptions, model: string, dropped: Set<string>): Wire | undefined {
  const include = reasoning.include ?? (reasoning.summary === undefined ? undefined : true);
  if (isBefore25(model)) {
    if (reasoning.enabled !== false && reasoning.effort !== 'none') dropped.add('reasoning_effort');
    return undefined;
  }
  const config: Wire = { ...given('includeThoughts', include), ...amount(reasoning, model, dropped) };
  return Object.keys(config).length === 0 ? undefined : config;
}
