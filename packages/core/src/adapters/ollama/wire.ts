import { isEmpty, type Json } from '../shared/read.ts';

/** This wire format's name: Ollama's own API. Source: https://docs.ollama.com/api */
export const FORMAT = 'ollama';

/** What the model has no name for, kept under this format's name. */
export type Native = Record<string, Json>;

/** `native` of a message, tool or reply; undefined when there is nothing to keep. */
export function native(fields: Json): Native | undefined {
  return isEmpty(fields) ? undefined : { [FORMAT]: fields };
}

/** What was kept for this format. */
export function nativeOf(value: { native?: Native }): Json {
  return value.native?.[FORMAT] ?? {};
}

/** The members of `value` that are not in `known`. */
export function rest(value: Json, known: ReadonlySet<string>): Json {
  return Object.fromEntries(
    Object.entries(value).filter(([name, member]) => !known.has(name) && member !== undefined && member !== null),
  );
}

/** One object as a line of a stream. */
export const line = (value: object): string => `${JSON.stringify(value)}\n`;
