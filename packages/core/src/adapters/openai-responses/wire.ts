import type { Exchange } from '../adapter.ts';
import { isEmpty, type Json } from '../shared/read.ts';

/** This wire format's name: OpenAI's Responses API. Source: https://platform.openai.com/docs/api-reference/responses */
export const FORMAT = 'openai-responses';

/** What the model has no name for, kept under this format's name. */
export type Native = Record<string, Json>;

/** `native` of a part, message or reply; undefined when there is nothing to keep. */
export function native(fields: Json): Native | undefined {
  return isEmpty(fields) ? undefined : { [FORMAT]: fields };
}

/** What was kept for this format. */
export function nativeOf(value: { native?: Native }): Json {
  return value.native?.[FORMAT] ?? {};
}

/** The members of `value` that are not in `known`, and not undefined; own members only, `__proto__` stays a plain member. */
export function rest(value: Json, known: ReadonlySet<string>): Json {
  return Object.fromEntries(
    Object.entries(value).filter(([name, member]) => !known.has(name) && member !== undefined),
  ) as Json;
}

/** One event of a stream: its data repeats the name. Source: https://platform.openai.com/docs/api-reference/responses-streaming */
export function frame(type: string, fields: Json): string {
  return `event: ${type}\ndata: ${JSON.stringify({ type, ...fields })}\n\n`;
}

/** What stands between two pieces of one summary where they are one text. */
export const PARAGRAPH = '\n\n';

/** An id of this format, by its prefix; another format's is replaced. */
export const itemId = (prefix: string, id: string | undefined, exchange: Pick<Exchange, 'newId'>): string =>
  id?.startsWith(prefix) === true ? id : exchange.newId(prefix);
