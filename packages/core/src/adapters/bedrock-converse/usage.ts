import { inputTotal, outputTotal, type Usage } from '../../chat/usage.ts';
import { type Json, number, put, records } from '../shared/read.ts';
import { isObject } from './wire.ts';

/** Tokens that were written to a cache for an hour; the other lifetime is five minutes. */
function writtenForAnHour(wire: Json): number | undefined {
  const details = records(wire.cacheDetails).filter(({ ttl }) => ttl === '1h');
  if (details.length === 0) return undefined;
  return details.reduce((sum, { inputTokens }) => sum + (number(inputTokens) ?? 0), 0);
}

/**
 * Usage in disjoint classes. `inputTokens` counts neither what was read from a cache nor what was written to one.
 * Source: https://docs.aws.amazon.com/bedrock/latest/userguide/prompt-caching.html ("total input tokens"),
 * https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_TokenUsage.html
 */
export function readUsage(wire: unknown, serviceTier?: string): Usage | undefined {
  if (!isObject(wire)) return undefined;
  const usage: Usage = {};
  const written = number(wire.cacheWriteInputTokens);
  const hour = writtenForAnHour(wire);
  put(usage, 'input', number(wire.inputTokens));
  put(usage, 'cacheRead', number(wire.cacheReadInputTokens));
  if (written !== undefined) usage.cacheWrite = Math.max(0, written - (hour ?? 0));
  put(usage, 'cacheWrite1h', hour);
  put(usage, 'output', number(wire.outputTokens));
  put(usage, 'serviceTier', serviceTier);
  return usage;
}

function cacheDetails(usage: Usage): Json {
  const details = [
    ['1h', usage.cacheWrite1h],
    ['5m', usage.cacheWrite],
  ] as const;
  const written = details.filter(([, tokens]) => (tokens ?? 0) > 0);
  return written.length === 0 ? {} : { cacheDetails: written.map(([ttl, inputTokens]) => ({ ttl, inputTokens })) };
}

/** Usage as this format writes it; a count that is unknown is 0, since clients add them up. */
export function writeUsage(usage: Usage | undefined): Json {
  const told = usage ?? {};
  const cached = (told.cacheRead ?? 0) + (told.cacheWrite ?? 0) + (told.cacheWrite1h ?? 0);
  const caches = told.cacheRead !== undefined || told.cacheWrite !== undefined || told.cacheWrite1h !== undefined;
  return {
    inputTokens: inputTotal(told) - cached,
    outputTokens: outputTotal(told),
    totalTokens: inputTotal(told) + outputTotal(told),
    ...(caches
      ? {
          cacheReadInputTokens: told.cacheRead ?? 0,
          cacheWriteInputTokens: (told.cacheWrite ?? 0) + (told.cacheWrite1h ?? 0),
        }
      : {}),
    ...(told.cacheWrite1h === undefined ? {} : cacheDetails(told)),
  };
}
