import { asObject, type JsonObject, objectsOf } from '../../kit/json.ts';

/**
 * A member by its JSON name or its proto name: the API takes both (`systemInstruction`, `system_instruction`).
 * Source: https://protobuf.dev/programming-guides/json/ («Parsers accept both the lowerCamelCase name … and the original proto field name»).
 */
export function member(object: JsonObject | undefined, name: string): unknown {
  return object?.[name] ?? object?.[snakeCase(name)];
}

/** {@link member} as an object. */
export function objectMember(object: JsonObject | undefined, name: string): JsonObject | undefined {
  return asObject(member(object, name));
}

/** {@link member} as a list of objects; one object alone counts as a list of one. */
export function listMember(object: JsonObject | undefined, name: string): readonly JsonObject[] {
  const value = member(object, name);
  const single = asObject(value);
  return single === undefined ? objectsOf(value) : [single];
}

/** `thoughtSignature` → `thought_signature`, as the API's errors name fields. */
export function snakeCase(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

/** `thought_signature` → `thoughtSignature`. */
export function camelCase(name: string): string {
  return name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
}

/** The values that all of these have under a name, where it is an object. */
export function membersOf(objects: readonly JsonObject[], name: string): readonly JsonObject[] {
  return objects.map((object) => objectMember(object, name)).filter((found) => found !== undefined);
}
