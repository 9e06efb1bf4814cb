import type { KeyRecord } from '@postern/core';
import { AdminError } from '../errors.ts';
import type { AdminContext } from '../operations/context.ts';
import { recordOf } from '../operations/read.ts';

/**
 * Who asks. An `admin` may do all, a `viewer` may read all. A `user` may do what teams and organisations let that user: admins of a team issue and
 * change its keys and see its spend, everybody sees their own.
 */
export type Identity =
  | { readonly actor: string; readonly role: 'admin' | 'viewer' }
  | { readonly actor: string; readonly role: 'user'; readonly user: string };

/** Is this what `authorize` may answer? Anything else is nobody. */
export function isIdentity(value: unknown): value is Identity {
  if (typeof value !== 'object' || value === null) return false;
  const { actor, role, user } = value as Record<string, unknown>;
  if (typeof actor !== 'string' || actor === '' || actor.length > 200) return false;
  return role === 'admin' || role === 'viewer' || (role === 'user' && typeof user === 'string' && user !== '');
}

export const forbidden = (text = 'This is not yours to do.', param?: string): AdminError =>
  new AdminError('forbidden', text, param);

/** Is the user an admin of the team, or of its organisation? Who is blocked is admin of nothing: a new key would open what the block closed. */
export async function isAdminOf(context: AdminContext, user: string, id: string): Promise<boolean> {
  const team = await recordOf(context, 'team', id);
  if (team === undefined || (await recordOf(context, 'user', user))?.blocked === true) return false;
  if (team.members !== undefined && Object.hasOwn(team.members, user) && team.members[user] === 'admin') return true;
  if (team.organisation === undefined) return false;
  const organisation = await recordOf(context, 'organisation', team.organisation);
  return organisation?.admins?.includes(user) === true;
}

/**
 * May a key be seen?
 * @throws AdminError `not_found`: what is not theirs is not there for them
 */
export async function checkSees(
  context: AdminContext,
  who: Identity,
  key: Pick<KeyRecord, 'team' | 'user'>,
): Promise<void> {
  if (who.role !== 'user' || key.user === who.user) return;
  if (key.team !== undefined && (await isAdminOf(context, who.user, key.team))) return;
  throw new AdminError('not_found', 'There is no such key.');
}

/**
 * May a key be as it is to be? A team's admin can't move it out of reach, count it for somebody who is not of the team or for a tag that it did not have,
 * or leave its template.
 * @param before undefined: it is new
 * @throws AdminError `forbidden`, `not_found`
 */
export async function checkChanges(
  context: AdminContext,
  who: Identity,
  before: Partial<KeyRecord> | undefined,
  after: Partial<KeyRecord>,
): Promise<void> {
  if (who.role === 'admin') return;
  if (who.role !== 'user') throw forbidden();
  if (before !== undefined) {
    if (before.team === undefined || !(await isAdminOf(context, who.user, before.team))) throw forbidden();
    if (before.template !== after.template)
      throw forbidden('The template of a key is not yours to change.', 'template');
  }
  if (after.team === undefined || !(await isAdminOf(context, who.user, after.team)))
    throw forbidden('Name a team that you are an admin of.', 'team');
  const team = await recordOf(context, 'team', after.team);
  if (after.organisation !== undefined && after.organisation !== team?.organisation)
    throw forbidden('The organisation of a key has to be that of its team.', 'organisation');
  if (after.user !== undefined && after.user !== before?.user && !Object.hasOwn(team?.members ?? {}, after.user))
    throw forbidden('The user of a key has to be a member of its team.', 'user');
  // The limits of a tag are of whoever gave it.
  if (after.tags?.some((tag) => before?.tags?.includes(tag) !== true))
    throw forbidden('The tags of a key are not yours to add to.', 'tags');
}

/**
 * May spend of this scope be seen?
 * @throws AdminError `forbidden`
 */
export async function checkSpend(context: AdminContext, who: Identity, scope: string | undefined): Promise<void> {
  if (who.role !== 'user' || scope === `user:${who.user}`) return;
  if (scope?.startsWith('team:') === true && (await isAdminOf(context, who.user, scope.slice(5)))) return;
  throw forbidden('Name a scope that is yours: your own, or a team that you are an admin of.', 'scope');
}
