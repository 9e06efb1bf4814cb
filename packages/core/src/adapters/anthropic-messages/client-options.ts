import type { ChatRequest } from '../../chat/request.ts';
import { isBlank, isEmpty, type Json } from '../shared/read.ts';
import { closedSchema } from './output-schema.ts';
import type { Rendering } from './rendering.ts';

/** Neutral values that the newer models still take. Source: the notes on these fields in the SDK's MessageCreateParams. */
const neutral = {
  temperature: (value: number) => value === 1,
  top_p: (value: number) => value >= 0.99,
  top_k: (_value: number) => false,
};
/** With thinking on, `top_p` may be 0.95 to 1. Source: …/extended-thinking#feature-compatibility */
const besideThinking = { ...neutral, top_p: (value: number) => value >= 0.95 && value <= 1 };

/** Numbers are never clamped: a value that the model can't take at all is left out and reported, any other goes as it is. */
export function putSampling(body: Json, request: ChatRequest, thinks: boolean, rendering: Rendering): void {
  const { can, dropped } = rendering;
  const rules = thinks && can.sampling ? besideThinking : neutral;
  const limited = thinks || !can.sampling;
  const offer = (name: keyof typeof neutral, value: number | undefined, refused = false): void => {
    if (value === undefined) return;
    if (refused || (limited && !rules[name](value))) dropped.add(name);
    else body[name] = value;
  };
  offer('temperature', request.temperature);
  offer('top_p', request.topP, 'temperature' in body && !can.bothSamplings);
  offer('top_k', request.topK);
}

/** A stop sequence must hold more than blank space. */
export function renderStops(stop: readonly string[] | undefined, rendering: Rendering): string[] | undefined {
  if (stop === undefined) return undefined;
  const sequences = stop.filter((sequence) => !isBlank(sequence));
  if (sequences.length < stop.length) rendering.dropped.add('stop');
  return sequences.length === 0 ? undefined : sequences;
}

const TIERS: Readonly<Record<string, string>> = {
  auto: 'auto',
  default: 'standard_only',
  standard_only: 'standard_only',
};

/** Source: https://platform.claude.com/docs/en/api/service-tiers */
export function renderTier(tier: string | undefined, rendering: Rendering): string | undefined {
  if (tier === undefined) return undefined;
  const known = Object.hasOwn(TIERS, tier) ? TIERS[tier] : undefined;
  if (known === undefined) rendering.dropped.add('service_tier');
  return known;
}

/** `output_config.format`. JSON without a schema has no counterpart. Source: https://platform.claude.com/docs/en/build-with-claude/structured-outputs */
export function renderFormat(request: ChatRequest, rendering: Rendering): Json | undefined {
  const format = request.responseFormat;
  if (format === undefined || format.type === 'text') return undefined;
  if (format.type === 'json-schema' && rendering.can.structured) {
    const { schema, changed } = closedSchema(format.schema);
    if (changed) rendering.inserted.push('response_format.additionalProperties=false');
    const { description } = format;
    const described = description === undefined || 'description' in schema ? schema : { ...schema, description };
    return { type: 'json_schema', schema: described };
  }
  rendering.dropped.add('response_format');
  return undefined;
}

/** Fields that have no counterpart at all, in the spelling that most clients use, with when something is lost: a neutral value loses nothing. */
const LOST: readonly (readonly [name: string, isLost: (request: ChatRequest) => boolean])[] = [
  ['n', ({ n }) => n !== undefined && n !== 1],
  ['seed', ({ seed }) => seed !== undefined],
  ['frequency_penalty', ({ frequencyPenalty }) => (frequencyPenalty ?? 0) !== 0],
  ['presence_penalty', ({ presencePenalty }) => (presencePenalty ?? 0) !== 0],
  ['logprobs', ({ logprobs }) => logprobs === true],
  ['top_logprobs', ({ topLogprobs }) => topLogprobs !== undefined],
  ['logit_bias', ({ logitBias }) => logitBias !== undefined && !isEmpty(logitBias)],
  ['modalities', ({ modalities }) => modalities?.some((kind) => kind !== 'text') === true],
  ['audio', ({ audio }) => audio !== undefined],
  ['metadata', ({ metadata }) => metadata !== undefined && !isEmpty(metadata)],
];

/** Reports the fields that are lost. */
export function reportLost(request: ChatRequest, rendering: Rendering): void {
  for (const [name, isLost] of LOST) if (isLost(request)) rendering.dropped.add(name);
}
