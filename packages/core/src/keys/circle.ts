import type { Directory, Entry } from './directory.ts';
import type { Member } from './grants.ts';
import type { Grant } from './records.ts';

/** Kinds of those whom a caller belongs to. */
export type CircleKind = 'user' | 'team' | 'organisation';
export type Circle = Readonly<Partial<Record<CircleKind, string>>>;

/** Reads the record of one of the circle; undefined where nobody wants to know. */
export type Find = <Kind extends CircleKind>(
  kind: Kind,
  id: string,
) => Entry<Kind> | undefined | Promise<Entry<Kind> | undefined>;

/** Collects what is said of a caller from record to record. */
export class Survey {
  readonly members: Member[] = [];
  readonly records: unknown[] = [];
  blocked: string | undefined;
  missing: string | undefined;
  until = Number.POSITIVE_INFINITY;
  readonly #directory: Directory;

  constructor(directory: Directory) {
    this.#directory = directory;
  }

  /** What stands in a record, its access groups read. */
  async add(scope: Member['scope'], { record, until }: { readonly record: Grant | undefined; readonly until: number }) {
    this.until = Math.min(this.until, until);
    this.records.push(record);
    if (record === undefined) {
      this.missing ??= scope;
      return;
    }
    if (record.blocked === true) this.blocked ??= scope;
    this.members.push({ scope, limits: record.limits, models: await this.#modelsOf(record) });
  }

  async #modelsOf({ models, groups }: Grant): Promise<readonly string[] | undefined> {
    if (groups === undefined) return models;
    const all = [...(models ?? [])];
    for (const name of groups) {
      const { record, until } = await this.#directory.find('access-group', name);
      this.until = Math.min(this.until, until);
      this.records.push(record);
      // A group that there is not allows nothing.
      all.push(...(record?.models ?? []));
    }
    return all;
  }
}

/** Adds those whom a caller belongs to: as it is said of it, and what is not said of it as its user and its team say. */
export async function addCircle(survey: Survey, named: Circle, find: Find): Promise<Circle> {
  const user = named.user === undefined ? undefined : await find('user', named.user);
  if (user !== undefined) await survey.add(`user:${named.user}`, user);
  const teamId = named.team ?? user?.record?.team;
  const team = teamId === undefined ? undefined : await find('team', teamId);
  if (team !== undefined) await survey.add(`team:${teamId}`, team);
  const organisationId = named.organisation ?? team?.record?.organisation ?? user?.record?.organisation;
  const organisation = organisationId === undefined ? undefined : await find('organisation', organisationId);
  if (organisation !== undefined) await survey.add(`organisation:${organisationId}`, organisation);
  return {
    ...(named.user === undefined ? {} : { user: named.user }),
    ...(teamId === undefined ? {} : { team: teamId }),
    ...(organisationId === undefined ? {} : { organisation: organisationId }),
  };
}
