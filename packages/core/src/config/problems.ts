import { ConfigError } from '../kit/errors.ts';
import { nearest } from '../kit/nearest.ts';

/** One mistake in a configuration: where it is, and a text that says what is wrong and what to write instead. */
export interface Problem {
  /** Keys and indexes joined by dots, such as `models.smart.deployments.0.weight`; '' is the configuration itself. */
  readonly path: string;
  readonly text: string;
}

/** Path of a member. */
export const below = (path: string, key: string | number): string => (path === '' ? String(key) : `${path}.${key}`);

/** Throws one ConfigError that lists all problems; does nothing when there are none. */
export function throwProblems(problems: readonly Problem[]): void {
  const [first] = problems;
  if (first === undefined) return;
  if (problems.length === 1) throw new ConfigError(first.path, first.text);
  const list = problems.map(({ path, text }) => `\n  - ${path === '' ? '' : `${path}: `}${text}`).join('');
  throw new ConfigError('', `The configuration has ${problems.length} mistakes:${list}`);
}

/** What a value is, in a few words that never hold the text of a string: it may be a secret. */
export function whatIs(value: unknown): string {
  if (value === undefined) return 'is missing';
  if (value === null) return 'is null';
  if (value === '') return 'is empty';
  if (Array.isArray(value)) return value.length === 0 ? 'is an empty list' : 'is a list';
  if (typeof value === 'number' || typeof value === 'boolean') return `is ${value}`;
  if (typeof value === 'string') return 'is a text that does not fit';
  return typeof value === 'object' ? 'is an object' : `is a ${typeof value}`;
}

/** `; did you mean …?` when one of the candidates is near, else ''. */
export function suggestion(word: string, candidates: readonly string[]): string {
  const near = nearest(word, candidates);
  return near === undefined ? '' : `; did you mean \`${near}\`?`;
}

/** The text for a key that does not belong where it stands. */
export function unknownKey(key: string, known: readonly string[]): string {
  return `unknown key \`${key}\`${suggestion(key, known) || `; known here: ${known.join(', ')}`}`;
}

/** Names as a list in prose: `a`, `b` or `c`. */
export function choice(names: readonly string[]): string {
  const quoted = names.map((name) => `\`${name}\``);
  return quoted.length < 2 ? quoted.join('') : `${quoted.slice(0, -1).join(', ')} or ${quoted.at(-1)}`;
}
