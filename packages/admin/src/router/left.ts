import {
  type Caller,
  type EntityKind,
  formatUsd,
  type Gateway,
  type Grant,
  type LimitState,
  type ScopeKind,
  scopeOf,
} from '@postern/core';
import type { AdminContext } from '../operations/context.ts';
import { recordOf } from '../operations/read.ts';

/** Who can tell how limits stand. */
export type Teller = Pick<Gateway<never>, 'standing'>;

/** Kinds of scopes whose limits stand in records too. */
const RECORDS: Readonly<Record<string, EntityKind>> = {
  caller: 'key',
  user: 'user',
  team: 'team',
  organisation: 'organisation',
};
const NOBODY = '-';

/** What is left of each limit that requests of a caller meet, as JSON. */
export async function leftOf(gateway: Teller, caller: Caller, model?: string): Promise<readonly object[]> {
  return (await gateway.standing(caller, model)).map(stateAsJson);
}

/** What is left of the limits of one scope, those of the configuration and those of its record. */
export async function leftIn(
  context: AdminContext,
  gateway: Teller,
  scope: string,
  model?: string,
): Promise<readonly object[]> {
  const at = scope.indexOf(':');
  const [kind, id] = [scope.slice(0, at), scope.slice(at + 1)];
  const record = RECORDS[kind] && ((await recordOf(context, RECORDS[kind], id)) as Grant | undefined);
  const limits = (record?.limits ?? []).map((limit) => ({ ...limit, scope: scope as `user:${string}` }));
  const states = await gateway.standing({ ...one(kind, id), limits }, model);
  const own = [scopeOf(kind as ScopeKind, id), scopeOf(kind as ScopeKind, id, model)];
  return states.filter((state) => own.includes(state.scope)).map(stateAsJson);
}

/** Somebody who is of this scope and of no other. */
function one(kind: string, id: string): Caller {
  if (kind === 'caller') return { id };
  return kind === 'tag' ? { id: NOBODY, tags: [id] } : { id: NOBODY, [kind]: id };
}

function stateAsJson({ scope, limit, counts, max, used, reserved, resetAt }: LimitState): object {
  const units = (amount: number) => (counts === 'nanoUsd' ? formatUsd(BigInt(amount)) : amount);
  return {
    scope,
    limit,
    counts: counts === 'nanoUsd' ? 'usd' : counts,
    max: units(max),
    used: units(used),
    reserved: units(reserved),
    left: units(Math.max(0, max - used - reserved)),
    ...(counts === 'concurrency' ? {} : { resetAt: new Date(resetAt).toISOString() }),
  };
}
