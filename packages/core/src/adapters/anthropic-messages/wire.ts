/**
 * Small things that every file of this format needs: its name, lenient readers, and the framing of its stream.
 * Wire facts of the folder: https://platform.claude.com/docs/en/api/messages and the official SDK's types
 * (anthropics/anthropic-sdk-typescript, src/resources/messages/messages.ts and src/resources/beta/messages/messages.ts).
 */
import type { CachePoint, TextPart } from '../../chat/parts.ts';
import { isEmpty, type Json, put, string } from '../shared/read.ts';

/** The name of the format, as it stands in origins, natives and extensions. */
export const FORMAT = 'anthropic-messages' as const;

/** Is it a JSON object (no array, no null)? */
export const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The fields of `native` that belong to this format; an empty object where there are none. */
export function nativeFields(native: Record<string, Json> | undefined): Json {
  const fields = native?.[FORMAT];
  return isObject(fields) ? fields : {};
}

/** Fields as a `native` member, or nothing when there are none. */
export function asNative(fields: Json): { native?: Record<string, Json> } {
  const native = nativeOf(fields);
  return native === undefined ? {} : { native };
}

/** Fields as the value of a `native` member; undefined when there are none. */
export function nativeOf(fields: Json): Record<string, Json> | undefined {
  return isEmpty(fields) ? undefined : { [FORMAT]: fields };
}

/** A block or tool with what any of them may carry: its cache point, and the fields that were kept for this format. */
export function dressed(block: Json, { cache, native }: Pick<TextPart, 'cache' | 'native'>): Json {
  put(block, 'cache_control', cache === undefined ? undefined : controlOf(cache));
  return native === undefined ? block : { ...block, ...nativeFields(native) };
}

/** One value as a list, or an empty list: for flatMap. */
export const present = <Value>(value: Value | undefined): Value[] => (value === undefined ? [] : [value]);

/** The members of `object` that are not named in `known`. Safe for keys such as `__proto__`. */
export function others(object: Json, known: ReadonlySet<string>): Json {
  const names = Object.keys(object).filter((name) => !known.has(name));
  return names.length === 0 ? {} : Object.fromEntries(names.map((name) => [name, object[name]]));
}

/** `cache_control` as a cache point. `odd` is the whole value when it holds more than type and ttl, so that nothing is lost. */
export function readCache(value: unknown): { cache?: CachePoint; odd?: Json } {
  if (!isObject(value)) return {};
  const ttl = string(value.ttl);
  const cache = ttl === undefined ? {} : { ttl };
  const plain = value.type === 'ephemeral' && Object.keys(value).length === (ttl === undefined ? 1 : 2);
  return plain ? { cache } : { cache, odd: value };
}

/** A cache point as the value of `cache_control`. */
export const controlOf = ({ ttl }: CachePoint): Json =>
  ttl === undefined ? { type: 'ephemeral' } : { type: 'ephemeral', ttl };

/** An event of the stream. Source: https://platform.claude.com/docs/en/build-with-claude/streaming#event-types */
export const frame = (event: string, data: unknown): string => `event: ${event}\ndata: ${JSON.stringify(data)}\n\n`;
