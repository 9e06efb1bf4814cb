import { isObject } from './read/json.ts';

/** Members that hold what a provider signed, in every format. */
const SIGNED = ['signature', 'thoughtSignature', 'thought_signature', 'redactedContent', 'encrypted_content'];
/** Blocks whose data is encrypted. */
const ENCRYPTED = ['redacted_thinking', 'reasoning.encrypted'];

/** What must come back of an answer, in the order in which it stands in a body: signatures and encrypted blocks; with `words` plain thinking too. */
export function sealsOf(value: unknown, words: boolean): string[] {
  if (Array.isArray(value)) return value.flatMap((item) => sealsOf(item, words));
  if (!isObject(value)) return [];
  const names = words ? [...SIGNED, 'reasoning_content'] : SIGNED;
  const own = [...names.map((name) => value[name]), ENCRYPTED.includes(String(value.type)) ? value.data : undefined];
  const found = own.filter((member): member is string => typeof member === 'string' && member !== '');
  return [...found, ...Object.values(value).flatMap((member) => sealsOf(member, words))];
}
