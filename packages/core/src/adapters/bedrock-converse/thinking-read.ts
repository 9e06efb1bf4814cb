import type { ReasoningOptions } from '../../chat/request.ts';
import { given, type Json, number, record, string } from '../shared/read.ts';
import { others } from './wire.ts';

type Effort = NonNullable<ReasoningOptions['effort']>;
const EFFORTS: ReadonlySet<string> = new Set(['minimal', 'low', 'medium', 'high', 'xhigh', 'max']);

/** An effort in the field's words. */
export const readEffort = (value: unknown): Effort | undefined =>
  typeof value === 'string' && EFFORTS.has(value) ? (value as Effort) : undefined;

const SHOWN: Readonly<Record<string, boolean>> = { summarized: true, omitted: false };

/** Claude's `thinking`, or `reasoning_config` as it was called first; undefined for a type that is not known here. */
function claude(value: Json): ReasoningOptions | undefined {
  if (value.type === 'disabled') return { enabled: false };
  if (value.type !== 'enabled' && value.type !== 'adaptive') return undefined;
  const display = string(value.display) ?? '';
  const include = Object.hasOwn(SHOWN, display) ? SHOWN[display] : undefined;
  return { enabled: true, ...given('budget', number(value.budget_tokens)), ...given('include', include) };
}

/** Nova's. */
function nova(value: Json): ReasoningOptions | undefined {
  if (value.type === 'disabled') return { enabled: false };
  if (value.type !== 'enabled') return undefined;
  return { enabled: true, ...given('effort', readEffort(value.maxReasoningEffort)) };
}

const gptOss = (value: unknown): ReasoningOptions | undefined => {
  const effort = readEffort(value);
  return effort === undefined ? undefined : { effort };
};

/** The member that says how to think, by who made the model. */
const READERS: readonly (readonly [name: string, read: (value: unknown) => ReasoningOptions | undefined])[] = [
  ['thinking', (value) => claude(record(value) ?? {})],
  ['reasoning_config', (value) => claude(record(value) ?? {})],
  ['reasoningConfig', (value) => nova(record(value) ?? {})],
  ['reasoning_effort', gptOss],
];

/** Of the model's own fields, those about reasoning, and the rest. */
export function readThinking(fields: Json): { reasoning: ReasoningOptions | undefined; rest: Json } {
  for (const [name, read] of READERS) {
    const reasoning = Object.hasOwn(fields, name) ? read(fields[name]) : undefined;
    if (reasoning !== undefined) return { reasoning, rest: others(fields, new Set([name])) };
  }
  return { reasoning: undefined, rest: fields };
}

/** `topK`, as Claude's and Nova's own fields have it, and the rest. */
export function readTopK(fields: Json): { topK: number | undefined; rest: Json } {
  const own = number(fields.top_k);
  if (own !== undefined) return { topK: own, rest: others(fields, new Set(['top_k'])) };
  const config = record(fields.inferenceConfig);
  const nested = number(config?.topK);
  if (config === undefined || nested === undefined) return { topK: undefined, rest: fields };
  const left = others(config, new Set(['topK']));
  const rest = others(fields, new Set(['inferenceConfig']));
  return { topK: nested, rest: Object.keys(left).length === 0 ? rest : { ...rest, inferenceConfig: left } };
}
