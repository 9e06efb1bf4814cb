import { type FaultName, isFault } from '../faults/names.ts';
import { isScriptWord, type ScriptWord } from './options.ts';

/** What one call is told to do. */
export interface Script {
  /** The words given, each with its number if it had one. */
  readonly words: ReadonlyMap<ScriptWord, number | undefined>;
  readonly faults: ReadonlySet<FaultName>;
  /** What looked like a word and is none. */
  readonly unknown: readonly string[];
}

/** Faults whose names hold a `-` have at most this many pieces (`reset-before-headers`). */
const LONGEST = 3;

/** The script in a model name. A name without the word `sim` is any model of the vendor's: plain text, no faults. */
export function parseModelName(model: string): Script {
  const found = /(?:^|[/:.])sim(?:@[^-+]*)?(?:$|[-+](.*)$)/.exec(model);
  return parseWords(found?.[1] ?? '');
}

/** The script in a prompt: the words after `/sim` on a line of its own. */
export function parsePrompt(text: string): Script {
  return parseWords(/^\/sim[ \t]+(\S+)[ \t]*$/m.exec(text)?.[1] ?? '');
}

/** A script out of words joined by `-` or `+`. */
export function parseWords(text: string): Script {
  const words = new Map<ScriptWord, number | undefined>();
  const faults = new Set<FaultName>();
  const unknown: string[] = [];
  for (const group of text.split('+')) {
    const rest = group.split('-').filter((piece) => piece !== '');
    while (rest.length > 0) take(rest, words, faults, unknown);
  }
  return { words, faults, unknown };
}

function take(
  rest: string[],
  words: Map<ScriptWord, number | undefined>,
  faults: Set<FaultName>,
  unknown: string[],
): void {
  for (let length = Math.min(LONGEST, rest.length); length > 0; length -= 1) {
    const name = rest.slice(0, length).join('-');
    if (!isFault(name) && !isScriptWord(name)) continue;
    rest.splice(0, length);
    if (isFault(name)) faults.add(name);
    else words.set(name, takeNumber(rest));
    return;
  }
  unknown.push(rest.shift() ?? '');
}

function takeNumber(rest: string[]): number | undefined {
  const [next, after] = rest;
  // `200-error` is a fault and no value.
  if (next === undefined || !/^\d+$/.test(next) || isFault(`${next}-${after}`)) return undefined;
  rest.shift();
  return Number(next);
}

/** Both scripts; the second one's numbers win. */
export function joinScripts(first: Script, second: Script): Script {
  return {
    words: new Map([...first.words, ...second.words]),
    faults: new Set([...first.faults, ...second.faults]),
    unknown: [...first.unknown, ...second.unknown],
  };
}
