import type { LimitSettings } from '../config/limit-settings.ts';
import type { ScopeKind } from '../config/limit-types.ts';
import type { Caller } from '../config/types.ts';
import { matchesName } from '../kit/patterns.ts';
import type { Limit, Reservation } from '../store/store.ts';
import { LimitWindow } from './windows.ts';

/** Whom and what a request is counted for. */
export interface Subject {
  readonly caller?: Caller | undefined;
  /** As asked for. */
  readonly model?: string;
  readonly provider?: string;
  readonly deployment?: string;
}

type Scopes = Reservation['scopes'];
const NONE: Scopes = Object.freeze([]);

/** The limits of a configuration: which of them hold for whom. */
export class LimitRules {
  readonly #requests: readonly LimitWindow[];
  readonly #attempts: readonly LimitWindow[];

  constructor(limits: readonly LimitSettings[]) {
    const windows = limits.map((limit) => new LimitWindow(limit));
    this.#attempts = windows.filter(({ settings }) => isOfAttempt(settings.kind));
    this.#requests = windows.filter(({ settings }) => !isOfAttempt(settings.kind));
  }

  /** Is an attempt held back by what it goes to? */
  get holdsAttempts(): boolean {
    return this.#attempts.length > 0;
  }

  /** The scopes of the caller and of the model that is asked for. */
  ofRequest(subject: Subject, now: number): Scopes {
    return this.#requests.length === 0 ? NONE : scopesOf(this.#requests, subject, now);
  }

  /** The scopes of where an attempt goes. */
  ofAttempt(subject: Subject, now: number): Scopes {
    return this.#attempts.length === 0 ? NONE : scopesOf(this.#attempts, subject, now);
  }
}

const isOfAttempt = (kind: ScopeKind): boolean => kind === 'provider' || kind === 'deployment';

function scopesOf(windows: readonly LimitWindow[], subject: Subject, now: number): Scopes {
  const scopes = new Map<string, Limit[]>();
  for (const window of windows) {
    const { kind, name, model } = window.settings;
    if (model !== undefined && !matchesName([model], subject.model ?? '')) continue;
    for (const value of valuesOf(kind, subject)) {
      if (name !== undefined && name !== value) continue;
      const scope = model === undefined ? `${kind}:${value}` : `${kind}:${value} model:${subject.model}`;
      const limits = scopes.get(scope);
      if (limits === undefined) scopes.set(scope, [window.at(now)]);
      else limits.push(window.at(now));
    }
  }
  return [...scopes].map(([scope, limits]) => ({ scope, limits }));
}

const none: readonly string[] = Object.freeze([]);

function valuesOf(kind: ScopeKind, { caller, model, provider, deployment }: Subject): readonly string[] {
  switch (kind) {
    case 'caller':
      return one(caller?.id);
    case 'tag':
      return caller?.tags ?? none;
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
