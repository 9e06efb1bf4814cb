import type { LimitConfig } from '../config/limit-types.ts';

/**
 * What the store's entities hold, by their kind. `@postern/admin` writes them, the line reads them. Ids of entities are chosen by whoever makes them,
 * but a key's, which is part of the key.
 */
export interface EntityRecords {
  readonly key: KeyRecord;
  readonly user: UserRecord;
  readonly team: TeamRecord;
  readonly organisation: OrganisationRecord;
  readonly 'access-group': AccessGroupRecord;
  readonly alias: AliasRecord;
  readonly template: TemplateRecord;
}
export type EntityKind = keyof EntityRecords;

/** What may be said of keys, users, teams and organisations alike. What stands at several of them holds from each of them. */
export interface Grant {
  /** For people. */
  readonly name?: string;
  /** Nobody below it may call any more, until this is taken away. */
  readonly blocked?: boolean;
  /** Models (aliases or provider/model) that may be used, `*` at the end matches any rest; absent, with `groups` absent too: all. */
  readonly models?: readonly string[];
  /** Access groups whose models may be used as well. */
  readonly groups?: readonly string[];
  readonly limits?: readonly LimitConfig[];
  /** Of the host's; at most 16 KB as JSON. */
  readonly metadata?: Readonly<Record<string, unknown>>;
  /** The template that it was made with: what changes later stays within its bounds too. */
  readonly template?: string;
  /** Milliseconds since the epoch. */
  readonly createdAt: number;
}

/** A virtual key. The secret is not in it. */
export interface KeyRecord extends Grant {
  /** SHA-256 of the secret, lower-case hex. */
  readonly hash: string;
  /** The secret before the last rotation, which is good until then (milliseconds since the epoch). */
  readonly previous?: { readonly hash: string; readonly until: number };
  /** Milliseconds since the epoch; absent: never. */
  readonly expires?: number;
  readonly user?: string;
  readonly team?: string;
  readonly organisation?: string;
  readonly tags?: readonly string[];
  /** Names that only this key knows, and the models that they stand for. */
  readonly aliases?: Readonly<Record<string, string>>;
  /** How requests of this key are routed. */
  readonly router?: RouterSettings;
}
/** What a key may say of how its requests are routed. */
export interface RouterSettings {
  /** Models to try behind the one that is asked for, in this order. */
  readonly fallbacks?: readonly string[];
  /** Calls of a request at most. */
  readonly attempts?: number;
  /** Where it may be served: see `regions` of callers. */
  readonly regions?: readonly string[];
}

export interface UserRecord extends Grant {
  readonly team?: string;
  readonly organisation?: string;
}
export interface TeamRecord extends Grant {
  readonly organisation?: string;
  /** User ids and what they may do: an `admin` issues and changes keys of the team. */
  readonly members?: Readonly<Record<string, 'member' | 'admin'>>;
}
export interface OrganisationRecord extends Grant {
  readonly admins?: readonly string[];
}

/** A named list of models. */
export interface AccessGroupRecord {
  readonly models: readonly string[];
  readonly createdAt: number;
}
/** A name that every caller may use for a model. */
export interface AliasRecord {
  readonly model: string;
  readonly createdAt: number;
}

/** Fills what a new entity does not say, and refuses what goes beyond. */
export interface TemplateRecord {
  readonly of: 'key' | 'user' | 'team' | 'organisation';
  /** Taken for what is absent. */
  readonly defaults?: Partial<Omit<Grant, 'createdAt' | 'template'>>;
  /** No entity made with it may allow more: models and groups within these, and each of these limits at most so high. */
  readonly atMost?: Pick<Grant, 'models' | 'groups' | 'limits'> & { readonly lifetime?: number };
  readonly createdAt: number;
}
