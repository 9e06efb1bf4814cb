import type { Usage } from '../../chat/usage.ts';
import { type Json, number, put, string } from '../shared/read.ts';
import { isObject, others } from './wire.ts';

const KNOWN: ReadonlySet<string> = new Set([
  'input_tokens',
  'output_tokens',
  'cache_creation_input_tokens',
  'cache_read_input_tokens',
  'cache_creation',
  'output_tokens_details',
  'server_tool_use',
  'service_tier',
]);

/**
 * Usage of message_start and of every message_delta so far as one object: the counts are cumulative, so the last one given wins,
 * field by field. Source: https://platform.claude.com/docs/en/build-with-claude/streaming#event-types
 */
export function mergeUsage(before: Json | undefined, after: unknown): Json | undefined {
  if (!isObject(after)) return before;
  if (before === undefined) return after;
  const given = Object.entries(after).filter(([, value]) => value !== null && value !== undefined);
  return { ...before, ...Object.fromEntries(given) };
}

/** Tokens written to a cache, by lifetime. What the breakdown does not cover was written for the default five minutes. */
function putCacheWrites(usage: Usage, wire: Json): void {
  const total = number(wire.cache_creation_input_tokens);
  const parts = isObject(wire.cache_creation) ? wire.cache_creation : undefined;
  const hour = number(parts?.ephemeral_1h_input_tokens);
  const minutes = number(parts?.ephemeral_5m_input_tokens);
  if (total === undefined && hour === undefined && minutes === undefined) return;
  usage.cacheWrite = Math.max(minutes ?? 0, (total ?? 0) - (hour ?? 0));
  put(usage, 'cacheWrite1h', hour);
}

/** `output_tokens` includes the thinking; the details say how much of it that was. */
function putOutputs(usage: Usage, wire: Json): void {
  const total = number(wire.output_tokens);
  const details = isObject(wire.output_tokens_details) ? wire.output_tokens_details : undefined;
  const thinking = number(details?.thinking_tokens);
  if (total === undefined) return;
  usage.output = thinking === undefined ? total : Math.max(0, total - thinking);
  if (thinking !== undefined) usage.reasoning = Math.min(thinking, total);
}

/** `{ web_search_requests: 2 }` as `{ web_search: 2 }`. */
function serverTools(wire: unknown): Record<string, number> | undefined {
  if (!isObject(wire)) return undefined;
  const counts = Object.entries(wire).flatMap(([name, count]) =>
    typeof count === 'number' ? [[name.replace(/_requests$/, ''), count] as const] : [],
  );
  return counts.length === 0 ? undefined : Object.fromEntries(counts);
}

/**
 * Usage in disjoint classes. `input_tokens` counts neither cache reads nor cache writes.
 * Source: https://platform.claude.com/docs/en/build-with-claude/prompt-caching#tracking-cache-performance
 */
export function readUsage(wire: unknown): Usage | undefined {
  if (!isObject(wire)) return undefined;
  const usage: Usage = {};
  put(usage, 'input', number(wire.input_tokens));
  put(usage, 'cacheRead', number(wire.cache_read_input_tokens));
  putCacheWrites(usage, wire);
  putOutputs(usage, wire);
  put(usage, 'serverTools', serverTools(wire.server_tool_use));
  put(usage, 'serviceTier', string(wire.service_tier));
  return usage;
}

/** Fields of usage that the chat model has no name for, such as `iterations`, `speed` and `inference_geo`. */
export const usageExtras = (wire: unknown): Json => (isObject(wire) ? others(wire, KNOWN) : {});

const TIERS: Readonly<Record<string, string>> = {
  standard: 'standard',
  default: 'standard',
  priority: 'priority',
  batch: 'batch',
};

/** Usage as this format writes it; a count that is unknown is 0, since clients add them up. */
export function writeUsage(usage: Usage | undefined, extras: Json = {}): Json {
  const told = usage ?? {};
  const short = told.cacheWrite ?? 0;
  const hour = told.cacheWrite1h ?? 0;
  const output = (told.output ?? 0) + (told.reasoning ?? 0) + (told.outputAudio ?? 0) + (told.outputImage ?? 0);
  const tools = Object.entries(told.serverTools ?? {}).map(([name, count]) => [`${name}_requests`, count] as const);
  const tier = Object.hasOwn(TIERS, told.serviceTier ?? '') ? TIERS[told.serviceTier ?? ''] : undefined;
  return {
    input_tokens: (told.input ?? 0) + (told.inputAudio ?? 0) + (told.inputImage ?? 0),
    cache_creation_input_tokens: short + hour,
    cache_read_input_tokens: told.cacheRead ?? 0,
    ...(short + hour > 0
      ? { cache_creation: { ephemeral_5m_input_tokens: short, ephemeral_1h_input_tokens: hour } }
      : {}),
    output_tokens: output,
    ...(told.reasoning === undefined ? {} : { output_tokens_details: { thinking_tokens: told.reasoning } }),
    ...(tools.length === 0 ? {} : { server_tool_use: Object.fromEntries(tools) }),
    ...(tier === undefined ? {} : { service_tier: tier }),
    ...extras,
  };
}
