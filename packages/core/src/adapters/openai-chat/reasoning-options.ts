import type { ReasoningOptions } from '../../chat/request.ts';
import { boolean, count, given, type Json, record, string, text } from '../shared/read.ts';

/**
 * How an API wants to be told how much to think. Sources: https://platform.openai.com/docs/guides/reasoning (effort),
 * https://openrouter.ai/docs/use-cases/reasoning-tokens (reasoning-object), https://api-docs.deepseek.com/guides/thinking_mode and
 * https://docs.z.ai/guides/capabilities/thinking-mode (thinking-type), https://www.alibabacloud.com/help/en/model-studio/deep-thinking (enable-thinking).
 */
export type ReasoningStyle = 'reasoning-effort' | 'reasoning-object' | 'thinking-type' | 'enable-thinking';

type Effort = NonNullable<ReasoningOptions['effort']>;
const EFFORTS: ReadonlySet<string> = new Set(['none', 'minimal', 'low', 'medium', 'high', 'xhigh', 'max']);

/** The request fields that tell how much to think, in all spellings. */
export const REASONING_FIELDS = [
  'reasoning_effort',
  'reasoning',
  'thinking',
  'enable_thinking',
  'thinking_budget',
  'include_reasoning',
] as const;

function effortOf(value: unknown): Effort | undefined {
  const word = string(value);
  return word !== undefined && EFFORTS.has(word) ? (word as Effort) : undefined;
}

/** The fields of {@link REASONING_FIELDS} in `get` as options; undefined when none says anything. A word that is not known says nothing. */
export function readReasoning(
  get: (field: (typeof REASONING_FIELDS)[number]) => unknown,
): ReasoningOptions | undefined {
  const object = record(get('reasoning'));
  const thinking = record(get('thinking'));
  const effort = effortOf(get('reasoning_effort')) ?? effortOf(object?.['effort']) ?? effortOf(thinking?.['effort']);
  const budget = count(object?.['max_tokens']) ?? count(thinking?.['budget_tokens']) ?? count(get('thinking_budget'));
  const exclude = boolean(object?.['exclude']);
  const options: ReasoningOptions = {
    ...given(
      'enabled',
      boolean(object?.['enabled']) ?? boolean(get('enable_thinking')) ?? thinkingType(thinking?.['type']),
    ),
    ...given('effort', effort),
    ...given('budget', budget),
    ...given('include', exclude === undefined ? boolean(get('include_reasoning')) : !exclude),
    ...given('summary', text(object?.['summary'])),
  };
  return Object.keys(options).length === 0 ? undefined : options;
}

function thinkingType(type: unknown): boolean | undefined {
  if (type === 'enabled' || type === 'adaptive' || type === 'auto') return true;
  return type === 'disabled' ? false : undefined;
}

/** Is thinking asked for? It widens the time to the first token. */
export function asksToThink(options: ReasoningOptions | undefined): boolean {
  if (options === undefined || options.enabled === false || options.effort === 'none') return false;
  return options.enabled === true || options.effort !== undefined || (options.budget ?? 0) > 0;
}

/** Tokens of thinking up to which an effort stands for a budget; the budgets that other gateways give these words are of this size. */
const BUDGETS = [
  ['low', 2048],
  ['medium', 8192],
] as const;

function effortFor(options: ReasoningOptions): Effort | undefined {
  if (options.effort !== undefined) return options.effort;
  const { budget } = options;
  if (budget === undefined) return options.enabled === true ? 'medium' : undefined;
  return BUDGETS.find(([, most]) => budget <= most)?.[0] ?? 'high';
}

/** The options in an API's own style. `unsaid` names what that style has no form for. */
export function reasoningFields(options: ReasoningOptions, style: ReasoningStyle): { fields: Json; unsaid: string[] } {
  const off = options.enabled === false || options.effort === 'none' || options.budget === 0;
  const unsaid = options.summary === undefined || style === 'reasoning-object' ? [] : ['reasoning.summary'];
  switch (style) {
    case 'reasoning-object':
      return { fields: { reasoning: reasoningObject(options, off) }, unsaid };
    case 'thinking-type':
      return { fields: thinkingFields(options, off), unsaid };
    case 'enable-thinking':
      return {
        fields: { enable_thinking: !off, ...given('thinking_budget', off ? undefined : budgetFor(options)) },
        unsaid,
      };
    case 'reasoning-effort':
      return effortField(options, off, unsaid);
  }
}

/** Only newer models know `none`, so it is sent only when the client said that very word. */
function effortField(options: ReasoningOptions, off: boolean, unsaid: string[]): { fields: Json; unsaid: string[] } {
  if (off && options.effort !== 'none') return { fields: {}, unsaid: [...unsaid, 'reasoning'] };
  return { fields: given('reasoning_effort', effortFor(options)), unsaid };
}

function reasoningObject(options: ReasoningOptions, off: boolean): Json {
  return {
    ...given('effort', options.budget === undefined ? options.effort : undefined),
    ...given('max_tokens', options.budget),
    ...(options.effort === undefined && options.budget === undefined ? { enabled: !off } : {}),
    ...(options.include === false ? { exclude: true } : {}),
    ...given('summary', options.summary),
  };
}

function thinkingFields(options: ReasoningOptions, off: boolean): Json {
  const effort = off ? undefined : options.effort;
  return { thinking: { type: off ? 'disabled' : 'enabled' }, ...given('reasoning_effort', effort) };
}

const EFFORT_BUDGETS: Readonly<Record<Effort, number>> = {
  none: 0,
  minimal: 1024,
  low: 2048,
  medium: 8192,
  high: 16_384,
  xhigh: 32_768,
  max: 65_536,
};

function budgetFor(options: ReasoningOptions): number | undefined {
  if (options.budget !== undefined) return options.budget;
  return options.effort === undefined ? undefined : EFFORT_BUDGETS[options.effort];
}
