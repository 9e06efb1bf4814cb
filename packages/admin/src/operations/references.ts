import type { EntityKind } from '@postern/core';
import { invalid } from '../errors.ts';
import { type Reading, recordOf } from './read.ts';

/** Members that name other entities. */
interface Referring {
  readonly user?: string | undefined;
  readonly team?: string | undefined;
  readonly organisation?: string | undefined;
  readonly groups?: readonly string[] | undefined;
}

/**
 * Everything that a record names has to be there: a team that is misspelt has no limits.
 * @throws AdminError `invalid_request`, with the member
 */
export async function checkReferences(context: Reading, record: object): Promise<void> {
  const { user, team, organisation, groups = [] } = record as Referring;
  const named: readonly (readonly [EntityKind, string | undefined, string])[] = [
    ['user', user, 'user'],
    ['team', team, 'team'],
    ['organisation', organisation, 'organisation'],
    ...groups.map((group, index) => ['access-group', group, `groups.${index}`] as const),
  ];
  for (const [kind, id, param] of named) {
    if (id === undefined || (await recordOf(context, kind, id)) !== undefined) continue;
    throw invalid(param, `there is no ${kind} ${JSON.stringify(id)}; make it first`);
  }
}
