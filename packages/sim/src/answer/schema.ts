import { asList, asNumber, asObject, asText, type JsonObject } from '../kit/json.ts';

/** Below this depth only required members are made, so that a schema which holds itself comes to an end. */
const DEEPEST = 6;

/** Texts that fit a JSON Schema `format`. */
const FORMATS: Readonly<Record<string, string>> = {
  date: '2026-01-31',
  time: '12:00:00Z',
  'date-time': '2026-01-31T12:00:00Z',
  email: 'ada@example.com',
  uri: 'https://example.com/a',
  url: 'https://example.com/a',
  uuid: '123e4567-e89b-42d3-a456-426614174000',
  ipv4: '192.0.2.1',
  hostname: 'example.com',
};

/** A value that fits a JSON Schema (or the OpenAPI subset with upper-case types); `undefined` as schema gives an object. */
export function fit(schema: unknown, random: () => number): unknown {
  const root = asObject(schema) ?? {};
  return value(root, root, random, 0);
}

/** Like {@link fit}, for arguments, which are always an object. */
export function fitObject(schema: unknown, random: () => number): JsonObject {
  return asObject(fit({ type: 'object', ...asObject(schema) }, random)) ?? {};
}

function value(given: JsonObject, root: JsonObject, random: () => number, depth: number): unknown {
  const schema = resolve(given, root, depth);
  if ('const' in schema) return schema.const;
  const choices = asList(schema.enum);
  if (choices !== undefined && choices.length > 0) return choices[Math.floor(random() * choices.length)];
  switch (typeOf(schema)) {
    case 'object':
      return object(schema, root, random, depth);
    case 'array':
      return array(schema, root, random, depth);
    case 'integer':
      return Math.round(number(schema, random));
    case 'number':
      return number(schema, random);
    case 'boolean':
      return random() < 0.5;
    case 'null':
      return null;
    default:
      return string(schema, random);
  }
}

/** The schema with references and the first of its alternatives put in place. */
function resolve(schema: JsonObject, root: JsonObject, depth: number): JsonObject {
  const reference = asText(schema.$ref);
  if (reference !== undefined && depth < 40) return resolve(at(root, reference), root, depth + 1);
  const alternatives = asList(schema.anyOf) ?? asList(schema.oneOf);
  const chosen = alternatives?.map(asObject).find((one) => one !== undefined && typeOf(one) !== 'null');
  if (chosen !== undefined) return resolve({ ...omit(schema), ...chosen }, root, depth + 1);
  const all = asList(schema.allOf)?.map((part) => resolve(asObject(part) ?? {}, root, depth + 1));
  if (all !== undefined) return mergeAll({ ...schema, allOf: undefined }, all);
  return schema;
}

function omit(schema: JsonObject): JsonObject {
  const { anyOf: _any, oneOf: _one, ...rest } = schema;
  return rest;
}

function mergeAll(base: JsonObject, parts: readonly JsonObject[]): JsonObject {
  const all = [base, ...parts];
  return Object.assign({}, ...all, {
    properties: Object.assign({}, ...all.map((part) => asObject(part.properties) ?? {})),
    required: all.flatMap((part) => asList(part.required) ?? []),
  });
}

function at(root: JsonObject, reference: string): JsonObject {
  if (!reference.startsWith('#')) return {};
  let here: unknown = root;
  for (const name of reference.slice(1).split('/').filter(Boolean)) {
    here = asObject(here)?.[name.replaceAll('~1', '/').replaceAll('~0', '~')];
  }
  return asObject(here) ?? {};
}

function typeOf(schema: JsonObject): string {
  const type = asText(schema.type) ?? asList(schema.type)?.find((one) => one !== 'null');
  if (typeof type === 'string') return type.toLowerCase();
  if (schema.properties !== undefined) return 'object';
  return schema.items === undefined ? 'string' : 'array';
}

function object(schema: JsonObject, root: JsonObject, random: () => number, depth: number): JsonObject {
  const required = new Set(asList(schema.required) ?? []);
  const members = Object.entries(asObject(schema.properties) ?? {}).filter(
    ([name]) => depth < DEEPEST || required.has(name),
  );
  return Object.fromEntries(
    members.map(([name, member]) => {
      const resolved = asObject(member) ?? {};
      const mayBeNull =
        resolved.nullable === true ||
        asList(resolved.type)?.includes('null') === true ||
        asList(resolved.anyOf)?.some((one) => asObject(one)?.type === 'null');
      return [name, depth >= DEEPEST && mayBeNull ? null : value(resolved, root, random, depth + 1)];
    }),
  );
}

function array(schema: JsonObject, root: JsonObject, random: () => number, depth: number): unknown[] {
  const count = Math.max(Number(schema.minItems ?? 0), depth < DEEPEST ? 1 : 0);
  const most = Number(schema.maxItems ?? count);
  return Array.from({ length: Math.min(count, most) }, () =>
    value(asObject(schema.items) ?? {}, root, random, depth + 1),
  );
}

function number(schema: JsonObject, random: () => number): number {
  const least =
    asNumber(schema.minimum) ??
    (asNumber(schema.exclusiveMinimum) ?? 0) + (schema.exclusiveMinimum === undefined ? 0 : 1);
  const most = asNumber(schema.maximum) ?? (asNumber(schema.exclusiveMaximum) ?? least + 101) - 1;
  const step = asNumber(schema.multipleOf) ?? 1;
  const any = least + Math.floor(random() * Math.max(1, most - least + 1));
  return Math.min(Math.max(Math.ceil(any / step) * step, least), most);
}

const STRINGS = ['Berlin', 'Lisbon', 'Kyoto', 'a "quoted" \\ word', 'Zürich', 'two\nlines'];

function string(schema: JsonObject, random: () => number): string {
  const formatted = FORMATS[asText(schema.format) ?? ''];
  if (formatted !== undefined) return formatted;
  const text = STRINGS[Math.floor(random() * STRINGS.length)] ?? '';
  const least = Number(schema.minLength ?? 0);
  const most = Number(schema.maxLength ?? Number.POSITIVE_INFINITY);
  return text.padEnd(least, 'x').slice(0, most);
}
