import * as z from 'zod';
import { AdminError } from '../errors.ts';
import { model, strict } from '../schema/parts.ts';
import { checkSpend } from './access.ts';
import { listOf } from './answers.ts';
import type { AdminCall, Route } from './call.ts';
import { leftIn } from './left.ts';
import { scope } from './query.ts';
import type { Answer } from './reply.ts';

async function budgets({ context, gateway, query, who }: AdminCall): Promise<Answer> {
  const { scope, model } = query as { readonly scope: string; readonly model?: string };
  await checkSpend(context, who, scope);
  if (gateway === undefined) throw new AdminError('unavailable', 'Without a gateway it is not known how limits stand.');
  return { body: { data: await leftIn(context, gateway, scope, model) } };
}

const amount = () => z.union([z.int(), z.string()]);

/** How limits stand. */
export const BUDGET_ROUTES: readonly Route[] = [
  {
    method: 'GET',
    path: '/budgets',
    id: 'listBudgets',
    summary: 'What is left of the limits of a scope: its own, and those of the configuration. Soft ones are not told.',
    for: 'any',
    query: strict(
      { scope: scope(), model: model().optional().describe('Limits of this model are told as well.') },
      '?scope=team:research',
    ) as z.ZodObject,
    answer: listOf(
      z.looseObject({
        scope: z.string(),
        limit: z.string(),
        counts: z.string(),
        max: amount().describe('Of usd dollars, as text.'),
        used: amount(),
        reserved: amount(),
        left: amount(),
        resetAt: z.string().optional(),
      }),
    ),
    run: budgets,
  },
];
