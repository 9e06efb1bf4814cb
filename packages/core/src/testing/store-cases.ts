import type { ConformanceCase } from './case.ts';
import { entityCases } from './entity-cases.ts';
import { expiryCases } from './expiry-cases.ts';
import { ledgerCases } from './ledger-cases.ts';
import { limitCases } from './limit-cases.ts';
import { sharedCases } from './shared-cases.ts';
import { bind, type MakeStore } from './store-setting.ts';
import { windowCases } from './window-cases.ts';

/**
 * What every store has to do, as cases for any test runner:
 * `for (const { name, run } of storeCases(make)) test(name, run)`.
 * A store that leaves a part to another one takes the cases of its parts by `only`.
 * @param make gives a store that holds nothing; called once per case, which closes it
 */
export function storeCases(
  make: MakeStore,
  only: readonly (keyof typeof PARTS)[] = ['limits', 'ledger', 'shared', 'entities'],
): readonly ConformanceCase[] {
  return only.flatMap((part) => bind(make, PARTS[part]).map(({ name, run }) => ({ name: `${part}: ${name}`, run })));
}

const PARTS = {
  limits: [...limitCases, ...windowCases, ...expiryCases],
  ledger: ledgerCases,
  shared: sharedCases,
  entities: entityCases,
};
