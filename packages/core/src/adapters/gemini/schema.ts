import { record } from '../shared/read.ts';
import { rest, type Wire } from './wire.ts';

const TYPES: Readonly<Record<string, string>> = {
  STRING: 'string',
  NUMBER: 'number',
  INTEGER: 'integer',
  BOOLEAN: 'boolean',
  ARRAY: 'array',
  OBJECT: 'object',
  NULL: 'null',
};
/** Counts that the API writes as strings (int64). */
const COUNTS = new Set(['minItems', 'maxItems', 'minLength', 'maxLength', 'minProperties', 'maxProperties']);
const SNAKE: Readonly<Record<string, string>> = {
  any_of: 'anyOf',
  min_items: 'minItems',
  max_items: 'maxItems',
  min_length: 'minLength',
  max_length: 'maxLength',
  min_properties: 'minProperties',
  max_properties: 'maxProperties',
  property_ordering: 'propertyOrdering',
};

function typeOf(schema: Wire): unknown {
  const given = schema['type'];
  const type =
    typeof given === 'string' && Object.hasOwn(TYPES, given.toUpperCase()) ? TYPES[given.toUpperCase()] : given;
  return schema['nullable'] === true && typeof type === 'string' ? [type, 'null'] : type;
}

function each(value: unknown, change: (schema: Wire) => Wire): unknown {
  if (Array.isArray(value)) return value.map((item: unknown) => each(item, change));
  const schema = record(value);
  return schema === undefined ? value : change(schema);
}

function eachMember(value: unknown, change: (schema: Wire) => Wire): unknown {
  const members = record(value);
  return members === undefined
    ? value
    : Object.fromEntries(Object.entries(members).map(([name, schema]) => [name, each(schema, change)]));
}

function converted(key: string, value: unknown): [string, unknown] {
  if (key === 'properties') return [key, eachMember(value, fromOpenApi)];
  if (key === 'items' || key === 'anyOf') return [key, each(value, fromOpenApi)];
  if (key === 'example') return ['examples', [value]];
  if (COUNTS.has(key) && typeof value === 'string' && /^\d{1,15}$/.test(value)) return [key, Number(value)];
  return [key, value];
}

/**
 * A schema in the API's OpenAPI subset as JSON Schema: types in lower case, `nullable` as a type, counts as numbers.
 * Source: https://ai.google.dev/api/caching#Schema
 */
export function fromOpenApi(schema: Wire): Wire {
  const entries: [string, unknown][] = [];
  for (const [spelled, value] of Object.entries(schema)) {
    const key = Object.hasOwn(SNAKE, spelled) ? (SNAKE[spelled] ?? spelled) : spelled;
    if (key === 'nullable' && typeof schema['type'] === 'string') continue;
    entries.push(key === 'type' ? [key, typeOf(schema)] : converted(key, value));
  }
  return Object.fromEntries(entries);
}

const SUBSCHEMAS = new Set([
  'items',
  'anyOf',
  'oneOf',
  'allOf',
  'prefixItems',
  'additionalProperties',
  'not',
  'contains',
]);
const MEMBERS = new Set(['properties', '$defs', 'definitions', 'patternProperties']);

function rewritten(schema: Wire): Wire {
  const entries = Object.entries(schema).map(([key, value]): [string, unknown] => {
    if (MEMBERS.has(key)) return [key, eachMember(value, toGemini)];
    return [key, SUBSCHEMAS.has(key) ? each(value, toGemini) : value];
  });
  return Object.fromEntries(entries);
}

function isOnlyMember(schema: Wire, key: string): boolean {
  return Object.keys(schema).every((name) => name === key || name.startsWith('$'));
}

/**
 * A JSON Schema in the words that the API understands, with the same meaning; what it does not understand it ignores
 * (https://ai.google.dev/gemini-api/docs/structured-output#json-schema-support):
 * `const` as an enum of one, a `$ref` with neighbours as an `anyOf` of one, an `allOf` of one as its member.
 */
export function toGemini(given: Wire): Wire {
  let schema = rewritten(given);
  if (
    'const' in schema &&
    !('enum' in schema) &&
    (typeof schema['const'] === 'string' || typeof schema['const'] === 'number')
  ) {
    schema = { ...rest(schema, new Set(['const'])), enum: [schema['const']] };
  }
  const all = schema['allOf'];
  const single = Array.isArray(all) && all.length === 1 ? record(all[0]) : undefined;
  if (single !== undefined) {
    const others = rest(schema, new Set(['allOf'])) ?? {};
    if (Object.keys(single).every((key) => !Object.hasOwn(others, key))) schema = { ...others, ...single };
  }
  if (typeof schema['$ref'] === 'string' && !isOnlyMember(schema, '$ref') && !('anyOf' in schema)) {
    schema = { ...rest(schema, new Set(['$ref'])), anyOf: [{ $ref: schema['$ref'] }] };
  }
  return schema;
}
