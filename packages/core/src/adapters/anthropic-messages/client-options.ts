import type { ChatRequest } from '../../chat/request.ts';
import type { Json } from '../shared/read.ts';
import { isBlank } from './client-parts.ts';
import { closedSchema } from './output-schema.ts';
import type { Rendering } from './rendering.ts';

/** Neutral values that the newer models still take. Source: the notes on these fields in the SDK's MessageCreateParams. */
const neutral = {
  temperature: (value: number) => value === 1,
  top_p: (value: number) => value >= 0.99,
  top_k: () => false,
};
/** With thinking on, `top_p` may be 0.95 to 1. Source: …/extended-thinking#feature-compatibility */
const besideThinking = { ...neutral, top_p: (value: number) => value >= 0.95 && value <= 1 };

/** Numbers are never clamped: a value that the model can't take at all is left out and reported, any other goes as it is. */
export function renderSampling(request: ChatRequest, thinks: boolean, rendering: Rendering): Json {
  const asked = Object.entries({ temperature: request.temperature, top_p: request.topP, top_k: request.topK });
  const rules: Readonly<Record<string, (value: number) => boolean>> =
    thinks && rendering.can.sampling ? besideThinking : neutral;
  const limited = thinks || !rendering.can.sampling;
  const sampling: Json = {};
  for (const [name, value] of asked) {
    if (value === undefined) continue;
    const both = name === 'top_p' && 'temperature' in sampling && !rendering.can.bothSamplings;
    if (both || (limited && rules[name]?.(value) !== true)) rendering.dropped.add(name);
    else sampling[name] = value;
  }
  return sampling;
}

/** A stop sequence must hold more than blank space. */
export function renderStops(stop: readonly string[] | undefined, rendering: Rendering): { stop_sequences?: string[] } {
  if (stop === undefined) return {};
  const sequences = stop.filter((sequence) => !isBlank(sequence));
  if (sequences.length < stop.length) rendering.dropped.add('stop');
  return sequences.length === 0 ? {} : { stop_sequences: sequences };
}

const TIERS: Readonly<Record<string, string>> = {
  auto: 'auto',
  default: 'standard_only',
  standard_only: 'standard_only',
};

/** Source: https://platform.claude.com/docs/en/api/service-tiers */
export function renderTier(tier: string | undefined, rendering: Rendering): { service_tier?: string } {
  if (tier === undefined) return {};
  const known = Object.hasOwn(TIERS, tier) ? TIERS[tier] : undefined;
  if (known !== undefined) return { service_tier: known };
  rendering.dropped.add('service_tier');
  return {};
}

/** `output_config.format`. JSON without a schema has no counterpart. Source: https://platform.claude.com/docs/en/build-with-claude/structured-outputs */
export function renderFormat(request: ChatRequest, rendering: Rendering): { format?: Json } {
  const format = request.responseFormat;
  if (format === undefined || format.type === 'text') return {};
  if (format.type === 'json-schema' && rendering.can.structured) {
    const { schema, changed } = closedSchema(format.schema);
    if (changed) rendering.inserted.push('response_format.additionalProperties=false');
    const { description } = format;
    const described = description === undefined || 'description' in schema ? schema : { ...schema, description };
    return { format: { type: 'json_schema', schema: described } };
  }
  rendering.dropped.add('response_format');
  return {};
}

/** Fields that have no counterpart at all, in the spelling that most clients use; a neutral value loses nothing. */
export function reportLost(request: ChatRequest, rendering: Rendering): void {
  const lost: Readonly<Record<string, boolean>> = {
    n: request.n !== undefined && request.n !== 1,
    seed: request.seed !== undefined,
    frequency_penalty: (request.frequencyPenalty ?? 0) !== 0,
    presence_penalty: (request.presencePenalty ?? 0) !== 0,
    logprobs: request.logprobs === true,
    top_logprobs: request.topLogprobs !== undefined,
    logit_bias: Object.keys(request.logitBias ?? {}).length > 0,
    modalities: request.modalities?.some((kind) => kind !== 'text') === true,
    audio: request.audio !== undefined,
    metadata: Object.keys(request.metadata ?? {}).length > 0,
  };
  for (const [name, isLost] of Object.entries(lost)) if (isLost) rendering.dropped.add(name);
}
