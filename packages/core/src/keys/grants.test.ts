import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { matchesName } from '../kit/patterns.ts';
import { allowedBy, commonModels } from './grants.ts';

describe('models that two lists allow', () => {
  const name = fc.string({ unit: fc.constantFrom('a', 'b', '/'), minLength: 1, maxLength: 4 });
  const pattern = fc.tuple(name, fc.constantFrom('', '*')).map(([text, star]) => text + star);
  const list = fc.option(fc.array(pattern, { maxLength: 4 }), { nil: undefined });
  const allows = (models: readonly string[] | undefined, model: string) =>
    models === undefined || matchesName(models, model);

  it('are those that each of them allows, and no others', () => {
    fc.assert(
      fc.property(list, list, name, (left, right, model) => {
        expect(allows(commonModels(left, right), model)).toBe(allows(left, model) && allows(right, model));
      }),
    );
  });

  it('are none when they have nothing in common, which is not the same as all', () => {
    expect(commonModels(['a'], ['b'])).toEqual([]);
    expect(commonModels(undefined, undefined)).toBeUndefined();
  });
});

it('the limits of each member hold where it stands', () => {
  const minute = { counts: 'requests', max: 1 } as const;
  expect(
    allowedBy([
      { scope: 'caller:k', models: undefined, limits: [minute] },
      { scope: 'user:ann', models: undefined, limits: undefined },
      { scope: 'team:red', models: ['a*'], limits: [minute] },
    ]),
  ).toEqual({
    models: ['a*'],
    limits: [
      { ...minute, scope: 'caller:k' },
      { ...minute, scope: 'team:red' },
    ],
  });
  expect(allowedBy([{ scope: 'caller:k', models: undefined, limits: [] }])).toEqual({});
});
