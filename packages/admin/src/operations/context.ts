import type { Call, Entities, EntityKind } from '@postern/core';

/** What was changed, for whoever keeps copies of it. */
export interface EntityChange {
  readonly kind: EntityKind;
  readonly id: string;
  /** Such as `key.rotate`. */
  readonly action: string;
  readonly by: string;
}

/** Who asks, and of which store. */
export interface AdminContext {
  readonly entities: Entities;
  /** Who it is, for the audit: the host's own name for that person or program. */
  readonly by: string;
  /** Default: the real time. */
  readonly clock?: { now(): number };
  /** How long the store may take for a call. Milliseconds; default 5,000. */
  readonly timeout?: number;
  /** Told after each change, such as to forget a cached key. What it throws is ignored: the change is made. */
  readonly onChange?: ((change: EntityChange) => void) | undefined;
  /** Templates of what is made without naming one, by kind. Default: none. */
  readonly templates?: { readonly [Kind in 'key' | 'user' | 'team' | 'organisation']?: string } | undefined;
}

/** Default of how long the store may take for a call, in milliseconds. */
export const TIMEOUT = 5_000;

export const nowOf = ({ clock }: Pick<AdminContext, 'clock'>): number => (clock ?? Date).now();

/** The moment of a call to the store, and until when its answer is of use. */
export function callOf(context: Pick<AdminContext, 'clock' | 'timeout'>): Call {
  const now = nowOf(context);
  return { now, deadline: now + (context.timeout ?? TIMEOUT) };
}
