import type { Granted, Limit, LimitState, Refused, Reservation, ScopeId } from '@postern/core';
import type { Reply } from './connection.ts';

/** What a grant has for each limit: its number, used, reserved, max, reset and whether it was crossed. */
const FIELDS = 6;

/** The limits of a reservation, in their order. */
type Claims = readonly { readonly scope: ScopeId; readonly limit: Limit }[];

/** The part of a reservation that never changes. */
export type Fixed = Pick<Reservation, 'id' | 'attempt' | 'scopes' | 'onExpiry'>;

const claimsOf = (scopes: Reservation['scopes']): Claims =>
  scopes.flatMap(({ scope, limits }) => limits.map((limit) => ({ scope, limit })));

/** A grant or a refusal as the script told it. @param known the scopes, where they are at hand; else they are read out of the reply */
export function answerOf(reply: Reply, known?: Reservation['scopes']): Granted | Refused {
  const [verdict, text = '', ...fields] = reply;
  const claims = claimsOf(known ?? (JSON.parse(text) as Fixed).scopes);
  return verdict === 'refused' ? refusedOf(claims, fields) : { granted: true, scopes: statesOf(claims, fields) };
}

function refusedOf(claims: Claims, [index, resetAt]: readonly string[]): Refused {
  return { granted: false, ...namesOf(claims, index), resetAt: Number(resetAt) };
}

function namesOf(claims: Claims, index: string | undefined): Pick<LimitState, 'scope' | 'limit' | 'counts'> {
  const claim = claims[Number(index)];
  if (claim === undefined) throw new Error('Redis answered for a limit that the reservation does not have.');
  return { scope: claim.scope, limit: claim.limit.id, counts: claim.limit.counts };
}

function statesOf(claims: Claims, fields: readonly string[]): LimitState[] {
  const states: LimitState[] = [];
  for (let at = 0; at < fields.length; at += FIELDS) {
    const [index, used, reserved, max, resetAt, crossed] = fields.slice(at, at + FIELDS);
    const state = {
      ...namesOf(claims, index),
      used: Number(used),
      reserved: Number(reserved),
      max: Number(max),
      resetAt: Number(resetAt),
    };
    states.push(crossed === '1' ? { ...state, crossed: true } : state);
  }
  return states;
}
