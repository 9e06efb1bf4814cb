import * as z from 'zod';
import { invalid } from '../errors.ts';
import { ID_FORM, isId } from '../schema/parts.ts';

/** Items of a page unless the request says otherwise, and at most. */
const PAGE = 50;
const MOST_PAGE = 100;

const limit = () => {
  const error = `does not fit; write a whole number from 1 to ${MOST_PAGE}`;
  return z
    .string()
    .regex(/^[0-9]{1,3}$/, { error })
    .transform(Number)
    .pipe(z.int({ error }).min(1, { error }).max(MOST_PAGE, { error }));
};

/** Of every list. */
export const paging = () => ({
  limit: limit().optional().describe(`Items at most; default ${PAGE}.`),
  cursor: z.string().min(1, { error: 'is empty' }).optional().describe('`next` of the page before.'),
});

export const pageSize = (query: Readonly<Record<string, unknown>>): number =>
  (query['limit'] as number | undefined) ?? PAGE;
export const cursorIn = (query: Readonly<Record<string, unknown>>): string | undefined =>
  query['cursor'] as string | undefined;

/** A moment of a query: a date or a time of ISO 8601, or milliseconds since the epoch. */
function moment() {
  const error = 'is no moment; write 2026-01-31, 2026-01-31T12:00:00Z or milliseconds since 1970';
  return z
    .string()
    .regex(
      /^([0-9]{1,14}|[0-9]{4}-[0-9]{2}-[0-9]{2}(T[0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]{1,3})?)?(Z|[+-][0-9]{2}:[0-9]{2}))?)$/,
      { error, abort: true },
    )
    .transform((text) => (/^[0-9]+$/.test(text) ? Number(text) : Date.parse(text)))
    .pipe(z.int({ error }));
}

/** Scopes, as they stand in the ledger. */
const SCOPE = /^(caller|user|team|organisation|endUser|tag):[A-Za-z0-9._:@|+~=/-]{1,200}$/;

/** One scope. */
export function scope() {
  const error = 'is no scope; write one such as user:ann or team:research';
  return z.string({ error }).regex(SCOPE, { error });
}

/** What of the ledger is asked for. */
export const filters = () => ({
  from: moment().optional().describe('Started then or later.'),
  to: moment().optional().describe('Started before.'),
  scope: scope().optional(),
  model: z
    .string()
    .regex(/^[A-Za-z0-9._:@/+~#-]{1,200}$/, { error: 'is no name of a model' })
    .optional()
    .describe('As served, `provider/model`.'),
  request: z
    .string()
    .regex(/^[A-Za-z0-9._-]{1,128}$/, { error: 'is no id of a request' })
    .optional(),
});

/** An id of a path. What can't be one is not looked up. */
export function checkId(param: string, text: string): string {
  if (!isId(text)) throw invalid(param, `is no id; write ${ID_FORM}`);
  return text;
}
