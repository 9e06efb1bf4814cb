import type { Json } from '../shared/read.ts';
import { isObject } from './wire.ts';

/** Keywords by what they hold: one schema, a list of schemas, or schemas by name. */
const SCHEMA: ReadonlySet<string> = new Set([
  'items',
  'contains',
  'not',
  'if',
  'then',
  'else',
  'propertyNames',
  'unevaluatedItems',
]);
const LIST: ReadonlySet<string> = new Set(['anyOf', 'oneOf', 'allOf', 'prefixItems']);
const NAMED: ReadonlySet<string> = new Set([
  'properties',
  'patternProperties',
  '$defs',
  'definitions',
  'dependentSchemas',
]);

const isObjectSchema = (schema: Json): boolean =>
  schema.type === 'object' || (schema.type === undefined && isObject(schema.properties));

const mapped = (object: Json, change: (value: unknown, key: string) => unknown): Json =>
  Object.fromEntries(Object.entries(object).map(([key, value]) => [key, change(value, key)]));

/**
 * The schema with `additionalProperties: false` on every object that says nothing of it, as the API wants it
 * (https://platform.claude.com/docs/en/build-with-claude/structured-outputs#json-schema-limitations): an answer to the closed schema satisfies
 * the open one as well. Where the client set it otherwise it stays, for the provider to judge.
 */
export function closedSchema(schema: Json): { schema: Json; changed: boolean } {
  let changed = false;
  const close = (value: unknown): unknown => {
    if (!isObject(value)) return value;
    const copy = mapped(value, (member, key) => {
      if (SCHEMA.has(key)) return close(member);
      if (LIST.has(key)) return Array.isArray(member) ? member.map(close) : member;
      return NAMED.has(key) && isObject(member) ? mapped(member, close) : member;
    });
    if (!isObjectSchema(copy) || Object.hasOwn(copy, 'additionalProperties')) return copy;
    changed = true;
    return { ...copy, additionalProperties: false };
  };
  const result = close(schema);
  return { schema: isObject(result) ? result : schema, changed };
}
