import type { PartView, TurnView } from '../neutral.ts';
import { isObject, wrong } from './json.ts';

/** Adds parts to the turns; neighbours of one role are one turn. */
export function addTurn(turns: TurnView[], role: TurnView['role'], parts: readonly PartView[]): void {
  const last = turns.at(-1);
  if (last?.role === role) turns[turns.length - 1] = { role, parts: [...last.parts, ...parts] };
  else turns.push({ role, parts });
}

/** Which call an id belongs to. */
export interface CallNames {
  call(id: string, name: string): void;
  /** The name of the call that a result answers; throws when nobody made it, or when it was answered already. */
  result(id: string, at: string): string;
}

export function callNames(): CallNames {
  const open = new Map<string, string>();
  return {
    call(id, name) {
      if (open.has(id)) wrong('calls', 'must have ids of their own', id);
      open.set(id, name);
    },
    result(id, at) {
      const name = open.get(id) ?? wrong(at, 'answers no open call', id);
      open.delete(id);
      return name;
    },
  };
}

/** A result without words is empty, however it is written. */
export const resultContent = (content: readonly PartView[]): readonly PartView[] =>
  content.filter((part) => !('text' in part) || part.text !== '');

/** A schema of no properties is what a tool without arguments has where one is required. */
export function schemaOf(schema: unknown): unknown {
  const bare = isObject(schema) && Object.keys(schema).every((name) => name === 'type' || name === 'properties');
  return bare && Object.keys(isObject(schema.properties) ? schema.properties : {}).length === 0 ? undefined : schema;
}
