import type * as z from 'zod';
import { below, type Problem } from './problems.ts';
import { declarativeSchema } from './schema.ts';
import type { Declarative } from './types.ts';

type Issue = z.core.$ZodIssue;
type Path = readonly PropertyKey[];

/**
 * Checks plain data against the schema. Every mistake goes to `problems`; the answer is the part of the data that is sound,
 * so that further checks can find further mistakes in the same run.
 */
export function validate(data: unknown, problems: Problem[]): Declarative {
  const result = declarativeSchema().safeParse(data);
  if (result.success) return result.data as Declarative;
  for (const issue of result.error.issues) problems.push(...problemsOf(issue, [], data));
  const rest = declarativeSchema().safeParse(soundPart(data, result.error.issues));
  return (rest.success ? rest.data : {}) as Declarative;
}

function problemsOf(issue: Issue, outer: Path, data: unknown): Problem[] {
  const path = [...outer, ...issue.path];
  if (issue.code === 'invalid_union') {
    const branch = meant(issue.errors, valueAt(data, path));
    if (branch !== undefined) return branch.flatMap((inner) => problemsOf(inner, path, data));
  }
  return [{ path: path.reduce<string>((joined, key) => below(joined, String(key)), ''), text: issue.message }];
}

/** The form that the user meant, by the type of the value: an object that is nearly right, or another value that is. */
function meant(branches: readonly Issue[][], value: unknown): Issue[] | undefined {
  const isObject = typeof value === 'object' && value !== null;
  return branches.find((issues) =>
    isObject
      ? issues.every((issue) => issue.path.length > 0 || issue.code === 'unrecognized_keys')
      : issues.every((issue) => issue.code !== 'invalid_type') && typeof value === 'string',
  );
}

function valueAt(data: unknown, path: Path): unknown {
  let value = data;
  for (const key of path)
    value = typeof value === 'object' && value !== null ? (value as Record<PropertyKey, unknown>)[key] : undefined;
  return value;
}

/** The data without what the issues are about: the alias or provider at fault, else the whole member. */
function soundPart(data: unknown, issues: readonly Issue[]): unknown {
  if (typeof data !== 'object' || data === null) return {};
  const members = Object.entries(data).map(([key, member]): [string, unknown] => [
    key,
    byName(key, member) ? without(member, namesAt(issues, key)) : member,
  ]);
  return without(Object.fromEntries(members), [...memberIssues(issues)]);
}

const byName = (key: string, member: unknown): member is object =>
  (key === 'models' || key === 'providers') && typeof member === 'object' && member !== null;

const namesAt = (issues: readonly Issue[], member: string): PropertyKey[] =>
  issues.flatMap(({ path: [key, name] }) => (key === member && name !== undefined ? [name] : []));

function* memberIssues(issues: readonly Issue[]): Generator<PropertyKey> {
  for (const issue of issues) {
    const [key, name] = issue.path;
    if (key === undefined) yield* issue.code === 'unrecognized_keys' ? issue.keys : [];
    else if (name === undefined || (key !== 'models' && key !== 'providers')) yield key;
  }
}

const without = (value: object, keys: readonly PropertyKey[]): unknown =>
  Object.fromEntries(Object.entries(value).filter(([key]) => !keys.includes(key)));
