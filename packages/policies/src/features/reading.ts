import { LanguageCount } from './language.ts';
import { DEMANDING_PARTS_LIST, type Entry, hashed, lookUp, PARTS, STEM, type Told } from './lexicon.ts';
import { TASKS, type Task } from './words.ts';

/** What a text is about. */
export interface Reading {
  readonly task: Task;
  /** ISO 639-1; `und`: nothing tells. */
  readonly language: string;
  /** Words that ask for thought, up to 5. */
  readonly demanding: number;
  /** Does it speak of JSON? */
  readonly json: boolean;
}

/** Points that a task needs: a strong word, or two weak ones. */
const ENOUGH = 2;
/** Words at the beginning of a text say what is to be done with the rest. */
const BEGINNING = 60;

/** Signs that hardly stand in anything but code, and in formulas. */
const CODE =
  /```|\b(?:def|fn|func|class|const|let|var|import|public|private|static|void|return)\b[^\n]{0,80}[({;:=]|(?:SELECT|INSERT|UPDATE|DELETE|CREATE)\s[^\n]{1,200}\b(?:FROM|INTO|SET|TABLE)\b|[;{]\s*\n|=>|===|!==|\w\.\w+\(|Traceback|Exception\b|\b[\w-]+\.(?:py|js|mjs|ts|tsx|rs|go|java|rb|cpp|php|sh|sql|ya?ml|html|css)\b/;
const STEPS =
  /step[ -]by[ -]step|trade-offs?|schritt für schritt|étape par étape|paso a paso|passo a passo|passo dopo passo|krok po kroku|шаг за шагом|stap voor stap|adım adım|steg för steg/;
const FORMULA = /\d\s*[+*×÷^]\s*\d|\w\s*\^\s*[\d{]|[a-z\d)]\s*=\s*-?\d|[∫√∑∏≤≥≠∞π²³]|\\(?:frac|int|sum|sqrt)\b/;

/** Reads a text without any model: by words, signs and scripts. `own`: how much of it, from the beginning, is the user's. */
export function read(text: string, own: number): Reading {
  const lower = text.toLowerCase();
  const counts = new Counts();
  const { languages, scores } = counts;
  let joined = false;
  let start = -1;
  let hash = 0;
  let stem = 0;
  for (let index = 0; index <= lower.length; index++) {
    const code = index === lower.length ? 0 : lower.charCodeAt(index);
    if (code > 0x7f) {
      if (index < own) languages.see(code);
      joined ||= code >= 0x590;
    }
    if (isLetter(code)) {
      if (start < 0) {
        start = index;
        hash = 0;
      }
      hash = hashed(hash, code);
      if (index - start === STEM - 1) stem = hash;
    } else if (start >= 0) {
      counts.at = start;
      counts.own = index <= own;
      lookUp(lower, start, index - start, hash, stem, counts);
      start = -1;
    }
  }
  let { demanding } = counts;
  if (joined) {
    for (const [task, parts] of PARTS) for (const part of parts) if (lower.includes(part)) scores[task] += 2;
    for (const part of DEMANDING_PARTS_LIST) if (lower.includes(part)) demanding++;
  }
  if (STEPS.test(lower)) demanding++;
  if (CODE.test(text)) scores.code += 3;
  if (FORMULA.test(text)) scores.math += 2;
  return {
    task: best(scores),
    language: languages.language,
    demanding: Math.min(5, demanding),
    json: JSON_WORD.test(lower),
  };
}

const JSON_WORD = /\bjson\b/;

/** What the words of a text add up to. */
class Counts implements Told {
  readonly scores: Record<Task, number> = { code: 0, math: 0, extraction: 0, translation: 0, summary: 0, chat: 0 };
  readonly languages = new LanguageCount();
  demanding = 0;
  /** Where the word begins that is looked up, and whether it is the user's. */
  at = 0;
  own = true;
  readonly #seen = new Set<Entry>();

  small(bits: number): void {
    if (this.own) this.languages.word(bits);
  }

  entry(entry: Entry): void {
    // What is said again says nothing more.
    if (this.#seen.has(entry)) return;
    this.#seen.add(entry);
    if (entry.demanding) this.demanding++;
    if (entry.task !== undefined)
      this.scores[entry.task] += entry.weight + (this.at < BEGINNING && entry.weight > 1 ? 1 : 0);
  }
}

/** Letters, and what stands within words: `c++`, `step-by-step` excepted at their ends. */
const isLetter = (code: number): boolean =>
  (code >= 0x61 && code <= 0x7a) || code === 0x2b || (code >= 0xc0 && code < 0x2000 && code !== 0xd7 && code !== 0xf7);

function best(scores: Readonly<Record<Task, number>>): Task {
  let found: Task = 'chat';
  for (const task of TASKS) if (scores[task] >= ENOUGH && scores[task] > scores[found]) found = task;
  return found;
}
