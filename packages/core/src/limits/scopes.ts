import type { Caller } from '../config/types.ts';
import type { ScopeId } from '../store/store.ts';

const NONE: readonly ScopeId[] = Object.freeze([]);

/** All scopes that a caller is part of, as the ledger keeps them. `named`: the end user whom the request names, where the caller names nobody. */
export function scopesOfCaller(caller: Caller | undefined, named?: string): readonly ScopeId[] {
  if (caller === undefined) return NONE;
  const { id, user, team, organisation, endUser = named, tags } = caller;
  const scopes = [`caller:${id}`];
  if (user !== undefined) scopes.push(`user:${user}`);
  if (team !== undefined) scopes.push(`team:${team}`);
  if (organisation !== undefined) scopes.push(`organisation:${organisation}`);
  if (endUser !== undefined) scopes.push(`endUser:${endUser}`);
  if (tags !== undefined) for (const tag of tags) scopes.push(`tag:${tag}`);
  return scopes;
}
