import type * as z from 'zod';
import type { ChatRequest } from '../../chat/request.ts';
import { RequestError } from '../../kit/errors.ts';
import { type Json, record } from '../shared/read.ts';
import { SCHEMAS } from './schemas.ts';

const invalid = (param: string, says: string): RequestError =>
  new RequestError('invalid_request', `${param} ${says}.`, { param });

/**
 * The options of a request by group; undefined for none. Each group is an object, and what is known of its members is checked. Groups of providers that
 * only the configuration knows are checked where their target is known, see {@link checkGroup}. Throws RequestError `invalid_request` with the path.
 */
export function readProviderOptions(value: unknown): ChatRequest['providerOptions'] | undefined {
  if (value === undefined || value === null) return undefined;
  const groups = record(value);
  if (groups === undefined) throw invalid('providerOptions', 'must be an object');
  for (const [name, options] of Object.entries(groups)) {
    if (record(options) === undefined) throw invalid(`providerOptions.${name}`, 'must be an object');
    checkGroup(name, name, options as Json);
  }
  return groups as ChatRequest['providerOptions'];
}

/** Checks the options of a group by the schema of a format. Throws RequestError `invalid_request` with the path. */
export function checkGroup(format: string, group: string, options: Json): void {
  const issue = SCHEMAS.get(format)?.().safeParse(options).error?.issues[0];
  if (issue !== undefined)
    throw invalid(['providerOptions', group, ...issue.path.map(String)].join('.'), wanted(issue));
}

function wanted(issue: z.core.$ZodIssue): string {
  if (issue.code === 'invalid_value')
    return `must be ${issue.values.map((value) => `'${String(value)}'`).join(' or ')}`;
  if (issue.code === 'invalid_type') return `must be ${NAMES[issue.expected] ?? `of type ${issue.expected}`}`;
  if (issue.code === 'invalid_union') return 'has none of the forms that are taken';
  return 'is not taken as it stands';
}

const NAMES: Readonly<Record<string, string>> = {
  string: 'a text',
  boolean: 'true or false',
  number: 'a number',
  array: 'a list',
  object: 'an object',
  record: 'an object',
};
