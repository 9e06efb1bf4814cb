import { SMALL_WORDS } from './language.ts';
import { DEMANDING, DEMANDING_PARTS, TASKS, type Task, WORDS } from './words.ts';

/** What a word tells: for which task it speaks and how much, and whether it asks for thought. */
export interface Entry {
  readonly task: Task | undefined;
  readonly weight: number;
  readonly demanding: boolean;
}

/** A word, or the beginning of words, and what it tells. */
interface Known {
  readonly text: string;
  /** Of languages in which it is a frequent small word. */
  bits: number;
  readonly entries: Entry[];
}

/** Letters of the beginnings of words. */
export const STEM = 4;

/** Goes on with the hash of a word by a letter, from 0 on: found without cutting the word out of its text. */
export const hashed = (hash: number, code: number): number => (Math.imul(hash, 31) + code) | 0;

const WHOLE = new Map<number, Known[]>();
const STEMS = new Map<number, Known[]>();

function hashOf(text: string): number {
  let hash = 0;
  for (let at = 0; at < text.length; at++) hash = hashed(hash, text.charCodeAt(at));
  return hash;
}

function known(among: Map<number, Known[]>, key: string, text: string): Known {
  const hash = hashOf(key);
  const list = among.get(hash) ?? [];
  among.set(hash, list);
  const before = list.find((one) => one.text === text);
  if (before !== undefined) return before;
  const made: Known = { text, bits: 0, entries: [] };
  list.push(made);
  return made;
}

function add(words: string, entry: Entry): void {
  for (const word of words.split(/\s+/).filter(Boolean)) {
    const stem = word.endsWith('*') ? word.slice(0, -1) : undefined;
    const found =
      stem === undefined || stem.length < STEM
        ? known(WHOLE, stem ?? word, stem ?? word)
        : known(STEMS, stem.slice(0, STEM), stem);
    // One object for each word: it is counted once, however often it is said.
    found.entries.push({ ...entry });
  }
}

for (const task of TASKS) {
  if (task === 'chat') continue;
  add(WORDS[task].strong, { task, weight: 2, demanding: false });
  add(WORDS[task].weak, { task, weight: 1, demanding: false });
}
add(DEMANDING, { task: undefined, weight: 0, demanding: true });
for (const [word, bits] of SMALL_WORDS) known(WHOLE, word, word).bits = bits;

/** Told of what is known of a word. */
export interface Told {
  small(bits: number): void;
  entry(entry: Entry): void;
}

/** Looks up a word in a text in lower case. `hash`: of all of its letters; `stem`: of the first {@link STEM}. */
export function lookUp(text: string, start: number, length: number, hash: number, stem: number, told: Told): void {
  const whole = WHOLE.get(hash);
  if (whole !== undefined)
    for (const one of whole) {
      if (one.text.length !== length || !text.startsWith(one.text, start)) continue;
      if (one.bits !== 0) told.small(one.bits);
      for (const entry of one.entries) told.entry(entry);
    }
  const stems = length < STEM ? undefined : STEMS.get(stem);
  if (stems !== undefined)
    for (const one of stems)
      if (one.text.length <= length && text.startsWith(one.text, start))
        for (const entry of one.entries) told.entry(entry);
}

/** Parts of words of scripts without spaces, by task. */
export const PARTS: readonly (readonly [task: Task, parts: readonly string[]])[] = TASKS.flatMap((task) =>
  task === 'chat' ? [] : [[task, WORDS[task].parts.split(' ').filter(Boolean)] as const],
);
export const DEMANDING_PARTS_LIST: readonly string[] = DEMANDING_PARTS.split(' ');
