import { asList, asObject } from '../../kit/json.ts';
import type { VendorError } from '../vendor-error.ts';
import { invalidParameter } from './errors.ts';

/**
 * What a strict schema must have: `additionalProperties: false` and every property in `required`, at every depth.
 * Source: https://platform.openai.com/docs/guides/structured-outputs#supported-schemas; the words are api.openai.com's.
 */
export function refuseSchema(
  schema: unknown,
  what: string,
  param: string,
  context: readonly string[] = [],
): VendorError | undefined {
  const node = asObject(schema);
  if (node === undefined) return undefined;
  const properties = asObject(node.properties);
  if (node.type === 'object' || properties !== undefined) {
    const refused = refuseObject(node, properties ?? {}, what, param, context);
    if (refused !== undefined) return refused;
  }
  return children(node).reduce<VendorError | undefined>(
    (found, [name, child]) => found ?? refuseSchema(child, what, param, [...context, ...name]),
    undefined,
  );
}

function refuseObject(
  node: { readonly [name: string]: unknown },
  properties: object,
  what: string,
  param: string,
  context: readonly string[],
): VendorError | undefined {
  const where = `Invalid schema for ${what}: In context=(${context.map((name) => `'${name}'`).join(', ')}${context.length === 1 ? ',' : ''})`;
  if (node.additionalProperties !== false)
    return invalidParameter(
      `${where}, 'additionalProperties' is required to be supplied and to be false.`,
      param,
      null,
    );
  const required = asList(node.required) ?? [];
  const absent = Object.keys(properties).find((name) => !required.includes(name));
  if (absent === undefined) return undefined;
  return invalidParameter(
    `${where}, 'required' is required to be supplied and to be an array including every key in properties. Missing '${absent}'.`,
    param,
    null,
  );
}

function children(node: { readonly [name: string]: unknown }): [string[], unknown][] {
  const named = (['properties', '$defs', 'definitions'] as const).flatMap((group) =>
    Object.entries(asObject(node[group]) ?? {}).map(([name, child]): [string[], unknown] => [[group, name], child]),
  );
  const listed = (asList(node.anyOf) ?? []).map((child, index): [string[], unknown] => [
    ['anyOf', String(index)],
    child,
  ]);
  return [...named, ...listed, [['items'], node.items]];
}
