import type { LimitSettings } from '../config/limit-settings.ts';
import type { ScopeKind } from '../config/limit-types.ts';
import type { Caller } from '../config/types.ts';
import { matchesName } from '../kit/patterns.ts';
import type { Limit, Reservation, ScopeId } from '../store/store.ts';
import { windowsOf } from './caller-limits.ts';
import { scopeOf } from './scopes.ts';
import { type Windows, windowsFor } from './split.ts';
import type { LimitWindow } from './windows.ts';

/** Whom and what a request is counted for. */
export interface Subject {
  readonly caller?: Caller | undefined;
  /** Whom the request names, where the caller names nobody. */
  readonly endUser?: string | undefined;
  /** As asked for. */
  readonly model?: string;
  readonly provider?: string;
  readonly deployment?: string;
}

type Scopes = Reservation['scopes'];
/** A class, since it is held for as long as a call runs (decisions/0006). */
class Scope {
  readonly scope: ScopeId;
  readonly limits: Limit[];

  constructor(scope: ScopeId, first: Limit) {
    this.scope = scope;
    this.limits = [first];
  }
}
const NONE: Scopes = Object.freeze([]);

/** The limits of a configuration, and those that callers bring along: which of them hold for whom. */
export class LimitRules {
  readonly #own: Windows;

  constructor(limits: readonly LimitSettings[]) {
    this.#own = windowsFor(limits);
  }

  /** May anything hold requests of this caller back? Throws as {@link windowsOf} does. */
  holdsRequests(caller: Caller | undefined): boolean {
    return this.#own.requests.length > 0 || windowsOf(caller).requests.length > 0;
  }

  /** Are attempts of this caller held back by what they go to? */
  holdsAttempts(caller: Caller | undefined): boolean {
    return this.#own.attempts.length > 0 || windowsOf(caller).attempts.length > 0;
  }

  /** The scopes of the caller and of the model that is asked for. Throws as {@link windowsOf} does. */
  ofRequest(subject: Subject, now: number): Scopes {
    return scopesOf(this.#own.requests, windowsOf(subject.caller).requests, subject, now);
  }

  /** The scopes of where an attempt goes. */
  ofAttempt(subject: Subject, now: number): Scopes {
    return scopesOf(this.#own.attempts, windowsOf(subject.caller).attempts, subject, now);
  }
}

function scopesOf(own: readonly LimitWindow[], brought: readonly LimitWindow[], subject: Subject, now: number): Scopes {
  if (own.length + brought.length === 0) return NONE;
  const scopes: Scope[] = [];
  collect(scopes, own, subject, now);
  collect(scopes, brought, subject, now);
  return scopes;
}

/** They are few: to look through them costs less than an index. */
function collect(scopes: Scope[], windows: readonly LimitWindow[], subject: Subject, now: number): void {
  for (const window of windows) {
    const { kind, name, model } = window.settings;
    if (model !== undefined && (subject.model === undefined || !matchesName([model], subject.model))) continue;
    for (const value of valuesOf(kind, subject)) {
      if (name !== undefined && name !== value) continue;
      const scope = scopeOf(kind, value, model && subject.model);
      const found = scopes.find((one) => one.scope === scope);
      if (found === undefined) scopes.push(new Scope(scope, window.at(now)));
      else found.limits.push(window.at(now));
    }
  }
}

const none: readonly string[] = Object.freeze([]);

function valuesOf(kind: ScopeKind, { caller, endUser, model, provider, deployment }: Subject): readonly string[] {
  switch (kind) {
    case 'caller':
      return one(caller?.id);
    case 'endUser':
      return one(caller?.endUser ?? endUser);
    case 'tag':
      // One that stands twice is one tag.
      return caller?.tags === undefined ? none : [...new Set(caller.tags)];
    case 'model':
      return one(model);
    case 'provider':
      return one(provider);
    case 'deployment':
      return one(deployment);
    default:
      return one(caller?.[kind]);
  }
}

const one = (value: string | undefined): readonly string[] => (value === undefined ? none : [value]);
