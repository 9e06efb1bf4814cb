import * as z from 'zod';
import { openApi } from '../openapi.ts';
import { model, strict } from '../schema/parts.ts';
import { BUDGET_ROUTES } from './budget-routes.ts';
import type { Route } from './call.ts';
import { KEY_ROUTES } from './key-routes.ts';
import { RECORD_ROUTES } from './record-routes.ts';
import { SPEND_ROUTES } from './spend-routes.ts';
import { STATE_ROUTES } from './state-routes.ts';

/** Written here, answered by the router: whoever has a key needs no other identity. */
export const ME: Route = {
  method: 'GET',
  path: '/me',
  id: 'getMe',
  summary:
    'What the key that is presented allows, what is left of its limits, and what was spent with it; or whoever the host says is asking.',
  for: 'any',
  query: strict(
    { model: model().optional().describe('Limits of this model are told as well.') },
    'a query',
  ) as z.ZodObject,
  answer: z.looseObject({ id: z.string().optional() }),
  run: () => ({}),
};

const DOCUMENT: Route = {
  method: 'GET',
  path: '/openapi.json',
  id: 'getOpenApi',
  summary: 'This document.',
  for: 'any',
  answer: z.looseObject({ openapi: z.string() }),
  run: () => ({ body: openApi(ROUTES) }),
};

/** All operations. */
export const ROUTES: readonly Route[] = [
  ...KEY_ROUTES,
  ...RECORD_ROUTES,
  ...BUDGET_ROUTES,
  ...SPEND_ROUTES,
  ...STATE_ROUTES,
  ME,
  DOCUMENT,
];
