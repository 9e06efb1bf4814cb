import type { FaultKind } from '../chat/fault.ts';
import type { FaultPolicy } from '../config/fault-types.ts';

/** What a fault means for the attempts that are left, and for its deployment. With nothing but `false` it is given back to the client. */
export interface Consequence {
  /** May the same deployment be asked again? */
  readonly same: boolean;
  /** May another deployment of the alias be asked? */
  readonly next: boolean;
  /** May a fallback be asked, whatever it is for? */
  readonly fallBack: boolean;
  /** Does it count against the deployment, so that it rests when there are many of them? */
  readonly cool: boolean;
}

export type Consequences = Readonly<Record<FaultKind, Consequence>>;

/** It passes, mostly. */
const PASSES: Consequence = { same: true, next: true, fallBack: true, cool: true };
/** It stays as it is, at this deployment. */
const STAYS: Consequence = { same: false, next: true, fallBack: true, cool: true };
/** The request is at fault: anybody would say the same. */
const OF_REQUEST: Consequence = { same: false, next: false, fallBack: false, cool: false };

/** The one table of what follows a fault. */
export const CONSEQUENCES: Consequences = {
  unavailable: PASSES,
  overloaded: PASSES,
  timeout: PASSES,
  'rate-limited': PASSES,
  quota: STAYS,
  credentials: STAYS,
  'model-not-found': STAYS,
  'context-length': OF_REQUEST,
  'content-filter': OF_REQUEST,
  rejected: OF_REQUEST,
  'invalid-response': PASSES,
  incomplete: PASSES,
};

/** The table with the policies of a configuration in it; whether a fault counts against its deployment is not for them to say. */
export function consequencesOf(policies: Readonly<Partial<Record<FaultKind, FaultPolicy>>>): Consequences {
  if (Object.keys(policies).length === 0) return CONSEQUENCES;
  const own: Partial<Record<FaultKind, Consequence>> = {};
  for (const [kind, policy] of Object.entries(policies) as [FaultKind, FaultPolicy][]) {
    const next = policy === 'same' || policy === 'next';
    const { cool } = CONSEQUENCES[kind];
    own[kind] = { same: policy === 'same', next, fallBack: next || policy === 'fall-back', cool };
  }
  return { ...CONSEQUENCES, ...own };
}
