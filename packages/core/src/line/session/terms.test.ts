import { expect, it } from 'vitest';
import type { LineExchange } from '../exchange.ts';
import { sessionTerms } from './terms.ts';

it('what a provider says in a session holds nothing of the token that the session was opened with', () => {
  const served = { deployment: { provider: { authHeaders: {} }, target: { model: 'm' } } };
  const exchange = { model: 'alias', served, keys: { authorization: 'Bearer correct-horse-battery' } };
  const { clean } = sessionTerms(exchange as unknown as LineExchange);
  expect(clean('no such token: correct-horse-battery')).not.toContain('horse');
});
