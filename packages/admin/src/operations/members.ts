import type { TeamRecord } from '@postern/core';
import { AdminError, invalid } from '../errors.ts';
import { checked } from '../schema/check.ts';
import { id as idSchema } from '../schema/parts.ts';
import { MOST_MEMBERS } from '../schema/records.ts';
import type { AdminContext } from './context.ts';
import type { Shown } from './public.ts';
import { type Guard, update } from './write.ts';

/** What a member of a team may do. */
export type Role = 'member' | 'admin';

/** Takes a user into a team, or gives another role. @throws AdminError `invalid_request`, `not_found`, `etag_mismatch`, `conflict` */
export function setMember(
  context: AdminContext,
  team: string,
  user: string,
  role: Role,
  guard: Guard = {},
): Promise<Shown<'team'>> {
  checked(idSchema(), user, 'user');
  if (role !== 'member' && role !== 'admin') throw invalid('role', 'does not fit; write member or admin');
  return update(context, 'team', team, guard, 'team.set-member', (before) => {
    const members = { ...before.members, [user]: role };
    if (Object.keys(members).length > MOST_MEMBERS)
      throw invalid('user', `is one too many; a team has ${MOST_MEMBERS}`);
    return { ...before, members };
  });
}

/** @throws AdminError `not_found`, `etag_mismatch`, `conflict` */
export function removeMember(
  context: AdminContext,
  team: string,
  user: string,
  guard: Guard = {},
): Promise<Shown<'team'>> {
  return update(context, 'team', team, guard, 'team.remove-member', (before): TeamRecord => {
    if (before.members === undefined || !Object.hasOwn(before.members, user))
      throw new AdminError('not_found', `The team has no member ${JSON.stringify(user.slice(0, 128))}.`);
    const { [user]: _, ...members } = before.members;
    return { ...before, members };
  });
}
