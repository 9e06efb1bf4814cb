import type { Granted, LimitState, Refused, Reservation, ScopeId } from '@postern/core';
import type { Reply } from './connection.ts';

/** What a grant has for each limit: its number, used, reserved, max, reset and whether it was crossed. */
const FIELDS = 6;

/** Names of the limits of a reservation, in their order. */
type Names = readonly (readonly [scope: ScopeId, limit: string])[];

/** The part of a reservation that never changes. */
export type Fixed = Pick<Reservation, 'id' | 'attempt' | 'scopes' | 'onExpiry'>;

const namesOf = (scopes: Reservation['scopes']): Names =>
  scopes.flatMap(({ scope, limits }) => limits.map((limit): Names[number] => [scope, limit.id]));

/** A grant or a refusal as the script told it. @param known the scopes, where they are at hand; else they are read out of the reply */
export function answerOf(reply: Reply, known?: Reservation['scopes']): Granted | Refused {
  const [verdict, text = '', ...fields] = reply;
  const names = namesOf(known ?? (JSON.parse(text) as Fixed).scopes);
  return verdict === 'refused' ? refusedOf(names, fields) : { granted: true, scopes: statesOf(names, fields) };
}

function refusedOf(names: Names, [index, resetAt]: readonly string[]): Refused {
  const [scope, limit] = names[Number(index)] ?? ['', ''];
  return { granted: false, scope, limit, resetAt: Number(resetAt) };
}

function statesOf(names: Names, fields: readonly string[]): LimitState[] {
  const states: LimitState[] = [];
  for (let at = 0; at < fields.length; at += FIELDS) {
    const [index, used, reserved, max, resetAt, crossed] = fields.slice(at, at + FIELDS);
    const [scope, limit] = names[Number(index)] ?? ['', ''];
    const state = {
      scope,
      limit,
      used: Number(used),
      reserved: Number(reserved),
      max: Number(max),
      resetAt: Number(resetAt),
    };
    states.push(crossed === '1' ? { ...state, crossed: true } : state);
  }
  return states;
}
