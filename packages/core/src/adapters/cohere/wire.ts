/**
 * Small things that every file of this format needs: its name, readers of what was kept for it, and the framing of its stream.
 * Wire facts of the folder: https://docs.cohere.com/reference/chat, https://docs.cohere.com/reference/chat-stream and the types of the official SDK
 * (cohere-ai/cohere-typescript, src/api/types).
 */
import { isEmpty, type Json, record } from '../shared/read.ts';

/** The name of the format, as it stands in origins, natives and extensions. */
export const FORMAT = 'cohere' as const;

/** The fields of `native` that belong to this format; an empty object where there are none. */
export const nativeFields = (native: Record<string, Json> | undefined): Json => record(native?.[FORMAT]) ?? {};

/** Fields as a `native` member, or nothing when there are none. */
export function asNative(fields: Json): { native?: Record<string, Json> } {
  return isEmpty(fields) ? {} : { native: { [FORMAT]: fields } };
}

/** The members of `object` that are not named in `known`. Safe for keys such as `__proto__`. */
export function others(object: Json, known: ReadonlySet<string>): Json {
  const names = Object.keys(object).filter((name) => !known.has(name));
  return names.length === 0 ? {} : Object.fromEntries(names.map((name) => [name, object[name]]));
}

/** An event of the stream, named as its `type`. Source: https://docs.cohere.com/v2/docs/streaming */
export const frame = (data: { readonly type: string; readonly [member: string]: unknown }): string =>
  `event: ${data.type}\ndata: ${JSON.stringify(data)}\n\n`;
