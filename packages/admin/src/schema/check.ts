import type * as z from 'zod';
import { invalid } from '../errors.ts';

/**
 * What fits a schema, as it was given. Of what does not fit the first mistake is told.
 * @throws AdminError `invalid_request`, with the path of the field
 */
export function checked<Type>(schema: z.ZodType<Type>, given: unknown, below = ''): Type {
  const result = schema.safeParse(given);
  if (result.success) return result.data;
  const issue = deepest(result.error.issues[0]);
  throw invalid(
    [below, ...(issue?.path ?? [])].filter((part) => part !== '').join('.') || 'body',
    issue?.message ?? 'does not fit',
  );
}

type Issue = z.core.$ZodIssue;

/** Of a name that does not fit, why not. */
function deepest(issue: Issue | undefined): Issue | undefined {
  if (issue?.code !== 'invalid_key') return issue;
  return { ...issue, message: issue.issues[0]?.message ?? issue.message } as Issue;
}
