import { expect, it } from 'vitest';
import { LEFT_OUT } from './left-out.ts';
import { catalogIds } from './row.ts';

it('a provider has a row or a reason why not, never both', () => {
  const ids = LEFT_OUT.flatMap(({ id, covers = [] }) => [id, ...covers]);
  expect(new Set(ids).size).toBe(ids.length);
  expect(catalogIds().filter((id) => ids.includes(id))).toEqual([]);
  for (const { id, reason } of LEFT_OUT) expect(reason, id).toMatch(/\w{3}/);
});
