import { LanguageCount } from './language.ts';
import { DEMANDING_PARTS_LIST, type Entry, lookUp, PARTS } from './lexicon.ts';
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
const LONGEST_WORD = 24;

/** Signs that hardly stand in anything but code, and in formulas. */
const CODE =
  /```|\b(?:def|fn|func|class|const|let|var|import|public|private|static|void|return)\b[^\n]{0,80}[({;:=]|(?:SELECT|INSERT|UPDATE|DELETE|CREATE)\s[^\n]{1,200}\b(?:FROM|INTO|SET|TABLE)\b|[;{]\s*\n|=>|===|!==|\w\.\w+\(|Traceback|Exception\b|\b[\w-]+\.(?:py|js|mjs|ts|tsx|rs|go|java|rb|cpp|php|sh|sql|ya?ml|html|css)\b/;
const STEPS =
  /step[ -]by[ -]step|trade-offs?|schritt für schritt|étape par étape|paso a paso|passo a passo|passo dopo passo|krok po kroku|шаг за шагом|stap voor stap|adım adım|steg för steg/;
const FORMULA = /\d\s*[+*×÷^]\s*\d|\w\s*\^\s*[\d{]|[a-z\d)]\s*=\s*-?\d|[∫√∑∏≤≥≠∞π²³]|\\(?:frac|int|sum|sqrt)\b/;

/** Reads a text without any model: by words, signs and scripts. `own`: how much of it, from the beginning, is the user's. */
export function read(text: string, own: number): Reading {
  const scores: Record<Task, number> = { code: 0, math: 0, extraction: 0, translation: 0, summary: 0, chat: 0 };
  const lower = text.toLowerCase();
  const languages = new LanguageCount();
  let demanding = 0;
  let json = false;
  let at = 0;
  const seen = new Set<Entry>();
  const tell = (entry: Entry): void => {
    // What is said again says nothing more.
    if (seen.has(entry)) return;
    seen.add(entry);
    if (entry.demanding) demanding++;
    if (entry.task !== undefined) scores[entry.task] += entry.weight + (at < BEGINNING && entry.weight > 1 ? 1 : 0);
  };
  let joined = false;
  let start = -1;
  for (let index = 0; index <= lower.length; index++) {
    const code = index === lower.length ? 0 : lower.charCodeAt(index);
    if (code > 0x7f) {
      if (index < own) languages.see(code);
      joined ||= code >= 0x590;
    }
    if (isLetter(code)) {
      if (start < 0) start = index;
      continue;
    }
    if (start < 0) continue;
    if (index - start <= LONGEST_WORD) {
      const word = lower.slice(start, index);
      at = start;
      if (index <= own) languages.word(word);
      if (word === 'json') json = true;
      lookUp(word, tell);
    }
    start = -1;
  }
  if (joined) {
    for (const [task, parts] of PARTS) for (const part of parts) if (lower.includes(part)) scores[task] += 2;
    for (const part of DEMANDING_PARTS_LIST) if (lower.includes(part)) demanding++;
  }
  if (STEPS.test(lower)) demanding++;
  if (CODE.test(text)) scores.code += 3;
  if (FORMULA.test(text)) scores.math += 2;
  return { task: best(scores), language: languages.language, demanding: Math.min(5, demanding), json };
}

/** Letters, and what stands within words: `c++`, `step-by-step` excepted at their ends. */
const isLetter = (code: number): boolean =>
  (code >= 0x61 && code <= 0x7a) || code === 0x2b || (code >= 0xc0 && code < 0x2000 && code !== 0xd7 && code !== 0xf7);

function best(scores: Readonly<Record<Task, number>>): Task {
  let found: Task = 'chat';
  for (const task of TASKS) if (scores[task] >= ENOUGH && scores[task] > scores[found]) found = task;
  return found;
}
