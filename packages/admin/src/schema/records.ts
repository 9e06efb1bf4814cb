import type { EntityKind } from '@postern/core';
import * as z from 'zod';
import { limits } from './limits.ts';
import { metadata } from './metadata.ts';
import { flag, id, list, model, models, moment, name, oneOf, strict, tags, wholeNumber } from './parts.ts';

/** Of a team. */
export const MOST_MEMBERS = 10_000;

const grant = () => ({
  name: name().optional().describe('For people.'),
  blocked: flag().optional().describe('Nobody below it may call any more, until this is taken away.'),
  models: models().optional().describe('Models that may be used; absent, with `groups` absent too: all.'),
  groups: list(id(), 'ids').optional().describe('Access groups whose models may be used as well.'),
  limits: limits().optional(),
  metadata: metadata().optional(),
});

const madeWith = () => ({
  template: id()
    .optional()
    .describe('Fills what is absent, and refuses what goes beyond it, now and in later changes.'),
});

function names(most: number) {
  return z
    .record(model(), model(), { error: 'is no object; write { name: model }' })
    .refine((value) => Object.keys(value).length <= most, { error: `has more than ${most} names` });
}

const key = () =>
  strict(
    {
      ...grant(),
      ...madeWith(),
      expires: moment().optional().describe('Milliseconds since the epoch; absent: never.'),
      user: id().optional(),
      team: id().optional(),
      organisation: id().optional(),
      tags: tags().optional(),
      aliases: names(1_000).optional().describe('Names that only this key knows, and the models that they stand for.'),
      router: strict(
        {
          fallbacks: list(model(), 'models').max(32, { error: 'has more than 32 models' }).optional(),
          attempts: wholeNumber(1, 32).optional(),
          regions: list(id(), 'regions').max(32, { error: 'has more than 32 regions' }).optional(),
        },
        '{ attempts: 2 }',
      ).optional(),
    },
    "{ team: 'research' }",
  );

const user = () =>
  strict({ ...grant(), ...madeWith(), team: id().optional(), organisation: id().optional() }, "{ team: 'research' }");

const team = () =>
  strict(
    {
      ...grant(),
      ...madeWith(),
      organisation: id().optional(),
      members: z
        .record(id(), oneOf(['member', 'admin']), { error: "is no object; write { ann: 'admin' }" })
        .refine((value) => Object.keys(value).length <= MOST_MEMBERS, {
          error: `has more than ${MOST_MEMBERS} members`,
        })
        .optional()
        .describe('User ids and what they may do: an admin issues and changes keys of the team.'),
    },
    "{ members: { ann: 'admin' } }",
  );

const organisation = () =>
  strict(
    {
      ...grant(),
      ...madeWith(),
      admins: list(id(), 'ids').optional().describe('Users who are admins of each of its teams.'),
    },
    "{ admins: ['ann'] }",
  );

const template = () =>
  strict(
    {
      of: oneOf(['key', 'user', 'team', 'organisation']),
      defaults: strict(grant(), '{ limits: [] }').optional().describe('Taken for what is absent.'),
      atMost: strict(
        {
          models: grant().models,
          groups: grant().groups,
          limits: limits().optional(),
          lifetime: wholeNumber(1_000, 3_155_760_000_000).optional().describe('Of keys, in milliseconds.'),
        },
        '{ models: [] }',
      )
        .optional()
        .describe('No entity made with it may allow more.'),
    },
    "{ of: 'key' }",
  );

/** What may be written of each kind, besides its id. What it is made at, and what of a key is secret, is nobody's to write. */
export const SCHEMAS = {
  key: key(),
  user: user(),
  team: team(),
  organisation: organisation(),
  'access-group': strict({ models: models() }, "{ models: ['fast'] }"),
  alias: strict({ model: model() }, "{ model: 'fast' }"),
  template: template(),
} satisfies Record<EntityKind, z.ZodObject>;

/** What may be written of a kind. */
export type Writable<Kind extends EntityKind> = z.input<(typeof SCHEMAS)[Kind]>;

/** What a change may say: any member of {@link Writable}; `null` takes it away. */
export type Change<Kind extends EntityKind> = { readonly [Key in keyof Writable<Kind>]?: Writable<Kind>[Key] | null };

/** A schema of changes: all members optional, `null` where it may be taken away. */
export function changeOf(schema: z.ZodObject): z.ZodObject {
  const shape: Record<string, z.ZodType> = {};
  for (const [member, type] of Object.entries(schema.shape as Record<string, z.ZodType>))
    shape[member] = type.safeParse(undefined).success ? type.nullable() : type.optional();
  return strict(shape, 'an object with what changes') as z.ZodObject;
}

/** Of kinds whose ids are chosen. A model's alias is a name like those of the configuration. */
export const idOf = (kind: EntityKind) => (kind === 'alias' ? model() : id());
