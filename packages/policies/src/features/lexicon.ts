import { DEMANDING, DEMANDING_PARTS, TASKS, type Task, WORDS } from './words.ts';

/** What a word tells: for which task it speaks and how much, and whether it asks for thought. */
export interface Entry {
  readonly task: Task | undefined;
  readonly weight: number;
  readonly demanding: boolean;
}

interface Stem extends Entry {
  readonly stem: string;
}

const LEAST = 4;
const WHOLE = new Map<string, Entry>();
/** Stems by their first letters. */
const STEMS = new Map<string, Stem[]>();

function add(words: string, entry: Entry): void {
  for (const word of words.split(/\s+/).filter(Boolean)) {
    const stem = word.endsWith('*') ? word.slice(0, -1) : undefined;
    if (stem === undefined || stem.length < LEAST) {
      const key = stem ?? word;
      const known = WHOLE.get(key);
      // One object for each word: it is counted once, however often it is said.
      WHOLE.set(key, known === undefined ? { ...entry } : both(known, entry));
      continue;
    }
    const key = stem.slice(0, LEAST);
    STEMS.set(key, [...(STEMS.get(key) ?? []), { ...entry, stem }]);
  }
}

const both = (one: Entry, other: Entry): Entry => ({
  task: one.task ?? other.task,
  weight: one.weight,
  demanding: one.demanding || other.demanding,
});

for (const task of TASKS) {
  if (task === 'chat') continue;
  add(WORDS[task].strong, { task, weight: 2, demanding: false });
  add(WORDS[task].weak, { task, weight: 1, demanding: false });
}
add(DEMANDING, { task: undefined, weight: 0, demanding: true });

/** What the lexicon has for a word in lower case: each entry that fits is told. */
export function lookUp(word: string, tell: (entry: Entry) => void): void {
  const whole = WHOLE.get(word);
  if (whole !== undefined) tell(whole);
  if (word.length < LEAST) return;
  const stems = STEMS.get(word.length === LEAST ? word : word.slice(0, LEAST));
  if (stems === undefined) return;
  for (const one of stems) if (word.startsWith(one.stem)) tell(one);
}

/** Parts of words of scripts without spaces, by task. */
export const PARTS: readonly (readonly [task: Task, parts: readonly string[]])[] = TASKS.flatMap((task) =>
  task === 'chat' ? [] : [[task, WORDS[task].parts.split(' ')] as const],
);
export const DEMANDING_PARTS_LIST: readonly string[] = DEMANDING_PARTS.split(' ');
