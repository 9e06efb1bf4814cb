import type { ScopeKind } from '../config/limit-types.ts';
import type { Caller } from '../config/types.ts';
import type { ScopeId } from '../store/store.ts';

const NONE: readonly ScopeId[] = Object.freeze([]);

/** What stands between somebody's scope and one model in it. In a name it gets a `%`, and one more where it has some: every scope is of one meaning. */
const BEFORE_MODEL = / (%*)model:/g;

/** The scope of a limit: of `kind`, or of it with one model. Stores keep it, so that ordinary names stand in it as they are. */
export function scopeOf(kind: ScopeKind, name: string, model?: string): ScopeId {
  const scope = `${kind}:${name.includes(' ') ? name.replace(BEFORE_MODEL, ' %$1model:') : name}`;
  return model === undefined ? scope : `${scope} model:${model}`;
}

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
