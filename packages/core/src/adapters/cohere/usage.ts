import { inputTotal, outputTotal, type Usage } from '../../chat/usage.ts';
import { count, type Json, put, record } from '../shared/read.ts';

/** Counts are whole, though the API's types are floats. */
function tokens(wire: unknown, name: string): number | undefined {
  return count(record(wire)?.[name]);
}

/**
 * Usage in disjoint classes. `billed_units` is what the vendor charges for, `tokens` also counts what it puts into the prompt itself; so the latter is
 * read only where the former is missing. `cached_tokens` are part of `tokens`.
 * Source: https://docs.cohere.com/reference/chat (usage), https://docs.cohere.com/docs/how-does-cohere-pricing-work
 */
export function readUsage(value: unknown): Usage | undefined {
  const wire = record(value);
  if (wire === undefined) return undefined;
  const billed = record(wire.billed_units);
  const usage: Usage = {};
  const input = tokens(billed, 'input_tokens');
  if (input !== undefined) usage.input = input;
  else putPrompt(usage, tokens(wire.tokens, 'input_tokens'), count(wire.cached_tokens));
  put(usage, 'inputImage', tokens(billed, 'image_tokens'));
  put(usage, 'output', tokens(billed, 'output_tokens') ?? tokens(wire.tokens, 'output_tokens'));
  put(usage, 'searchUnits', tokens(billed, 'search_units'));
  return Object.keys(usage).length === 0 ? undefined : usage;
}

function putPrompt(usage: Usage, all: number | undefined, cached: number | undefined): void {
  if (all === undefined) return;
  const read = Math.min(cached ?? 0, all);
  usage.input = all - read;
  if (cached !== undefined) usage.cacheRead = read;
}

/** Usage as this format writes it; undefined when nothing is known. `own`: the vendor's object, where it answered. */
export function writeUsage(told: Usage | undefined, own: Json | undefined): Json | undefined {
  if (own !== undefined || told === undefined) return own;
  const counts = { input_tokens: inputTotal(told), output_tokens: outputTotal(told) };
  return {
    billed_units: { ...counts, ...(told.searchUnits === undefined ? {} : { search_units: told.searchUnits }) },
    tokens: counts,
    ...(told.cacheRead === undefined ? {} : { cached_tokens: told.cacheRead }),
  };
}
