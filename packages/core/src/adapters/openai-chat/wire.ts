import { isEmpty, type Json } from '../shared/read.ts';

/** This wire format's name: OpenAI's chat completions API. Source: https://platform.openai.com/docs/api-reference/chat */
export const FORMAT = 'openai-chat';

/** A choice beyond this number is nonsense, and would make whoever collects the answer allocate all before it. OpenAI's own bound of `n` is 128. */
export const MOST_CHOICES = 1024;

/** What the model has no name for, kept under this format's name. */
export type Native = Record<string, Json>;

/** `native` of a part, message, choice or reply; undefined when there is nothing to keep. */
export function native(fields: Json): Native | undefined {
  return isEmpty(fields) ? undefined : { [FORMAT]: fields };
}

/** What was kept for this format. */
export function nativeOf(value: { native?: Native }): Json {
  return value.native?.[FORMAT] ?? {};
}

/** The members of `value` that are not in `known`; own members only, `__proto__` stays a plain member. */
export function rest(value: Json, known: ReadonlySet<string>): Json {
  const names = Object.keys(value).filter((name) => !known.has(name) && value[name] !== undefined);
  return names.length === 0 ? {} : Object.fromEntries(names.map((name) => [name, value[name]]));
}

/** Service tiers that OpenAI's own schema knows. */
const TIERS: ReadonlySet<string> = new Set(['auto', 'default', 'flex', 'scale', 'priority']);

/** A service tier in this format's words; undefined for one that it has no word for. */
export function tierWord(tier: string | undefined): string | undefined {
  if (tier === 'standard') return 'default';
  return tier !== undefined && TIERS.has(tier) ? tier : undefined;
}

/** `,"key":value` for each member that is not undefined, to be put behind the last one of an object's text. */
export function membersText(fields: Json): string {
  let written = '';
  for (const [key, value] of Object.entries(fields)) {
    if (value !== undefined) written += `,${JSON.stringify(key)}:${JSON.stringify(value)}`;
  }
  return written;
}
