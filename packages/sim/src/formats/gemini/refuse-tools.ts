import { asList, asText, inWords, type JsonObject } from '../../kit/json.ts';
import type { VendorError } from '../vendor-error.ts';
import { invalidArgument } from './errors.ts';
import { listMember, member, objectMember } from './names.ts';
import { declarations } from './read.ts';

/** Source: js-genai src/types.ts `FunctionDeclaration.name`. */
const NAME = /^[A-Za-z_][A-Za-z0-9_.:-]{0,127}$/;
const MODES = ['AUTO', 'ANY', 'NONE', 'VALIDATED', 'MODE_UNSPECIFIED'];

/** What is wrong with `tools` and `toolConfig`; the words are generativelanguage.googleapis.com's. */
export function refuseTools(body: JsonObject): VendorError | undefined {
  for (const [index, tool] of listMember(body, 'tools').entries()) {
    for (const [place, declared] of listMember(tool, 'functionDeclarations').entries()) {
      const refused = refuseDeclaration(declared, `tools[${index}].function_declarations[${place}]`);
      if (refused !== undefined) return refused;
    }
  }
  const names = declarations(body).map((declared) => declared.name);
  const twice = names.find((name, place) => names.indexOf(name) !== place);
  if (twice !== undefined) return invalidArgument(`Duplicate function declaration found: ${inWords(twice)}`);
  return refuseChoice(body, names);
}

function refuseDeclaration(declared: JsonObject, path: string): VendorError | undefined {
  const at = `* GenerateContentRequest.${path}`;
  if (!NAME.test(asText(declared.name) ?? '')) {
    return invalidArgument(
      `${at}.name: [FIELD_INVALID] Invalid function name. Must start with a letter or an underscore. Must be alphameric (a-z, A-Z, 0-9), underscores (_), dots (.), colons (:), or dashes (-), with a maximum length of 128.\n`,
    );
  }
  const parameters = objectMember(declared, 'parameters');
  if (parameters === undefined) return undefined;
  if (member(declared, 'parametersJsonSchema') !== undefined)
    return invalidArgument(
      `${at}.parameters_json_schema: only one of parameters and parameters_json_schema can be set.\n`,
    );
  return refuseSchema(parameters, `${at}.parameters`);
}

/** Source: js-genai src/types.ts `Schema`; arrays need `items`, and `enum` is for strings. */
function refuseSchema(schema: JsonObject, at: string): VendorError | undefined {
  const type = asText(schema.type)?.toUpperCase();
  if (schema.type !== undefined && type === undefined) {
    return invalidArgument(
      `Proto field is not repeating, cannot start list: ${at.replace('* GenerateContentRequest.', '')}.type`,
    );
  }
  if (type === 'ARRAY' && schema.items === undefined) return invalidArgument(`${at}.items: missing field.\n`);
  if (schema.enum !== undefined && type !== undefined && type !== 'STRING')
    return invalidArgument(`${at}.enum: only allowed for STRING type\n`);
  const below = Object.entries(objectMember(schema, 'properties') ?? {});
  for (const [name, child] of below) {
    const refused = refuseSchema(child as JsonObject, `${at}.properties[${name}]`);
    if (refused !== undefined) return refused;
  }
  const absent = (asList(schema.required) ?? []).find((name) => !below.some(([known]) => known === name));
  if (type === 'OBJECT' && absent !== undefined) return invalidArgument(`${at}.required[0]: property is not defined\n`);
  const items = objectMember(schema, 'items');
  return items === undefined ? undefined : refuseSchema(items, `${at}.items`);
}

/** Source: https://ai.google.dev/api/caching#FunctionCallingConfig. */
function refuseChoice(body: JsonObject, names: readonly unknown[]): VendorError | undefined {
  const config = objectMember(objectMember(body, 'toolConfig'), 'functionCallingConfig');
  if (config === undefined) return undefined;
  const mode = asText(config.mode)?.toUpperCase() ?? 'AUTO';
  if (!MODES.includes(mode)) {
    return invalidArgument(
      `Invalid value at 'tool_config.function_calling_config.mode' (type.googleapis.com/google.ai.generativelanguage.v1beta.FunctionCallingConfig.Mode), "${inWords(config.mode)}"`,
    );
  }
  const allowed = asList(member(config, 'allowedFunctionNames')) ?? [];
  if (allowed.length > 0 && mode !== 'ANY' && mode !== 'VALIDATED') {
    return invalidArgument(
      'Function calling config is set without function_declarations, or allowed_function_names without mode ANY.',
    );
  }
  if (mode === 'ANY' && names.length === 0)
    return invalidArgument('Function calling config is set without function_declarations.');
  const unknown = allowed.find((name) => !names.includes(name));
  return unknown === undefined
    ? undefined
    : invalidArgument(`allowed_function_names contains a name that is not declared: ${inWords(unknown)}`);
}
