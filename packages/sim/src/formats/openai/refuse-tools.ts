import { asList, asObject, inWords, type JsonObject } from '../../kit/json.ts';
import type { VendorError } from '../vendor-error.ts';
import { empty, invalidParameter } from './errors.ts';
import { refuseSchema } from './refuse-schema.ts';

/** Names of functions. Source: openai-openapi `FunctionObject.name`: letters, digits, `_` and `-`, at most 64. */
const NAME = /^[a-zA-Z0-9_-]+$/;

/** What is wrong with `tools` and `tool_choice`; the words are api.openai.com's. */
export function refuseTools(body: JsonObject): VendorError | undefined {
  const tools = asList(body.tools);
  if (tools !== undefined && tools.length === 0) return empty('tools');
  const names = (tools ?? []).map((tool) => asObject(asObject(tool)?.function)?.name);
  for (const [index, tool] of (tools ?? []).entries()) {
    const refused = refuseTool(asObject(tool) ?? {}, `tools[${index}]`);
    if (refused !== undefined) return refused;
  }
  return refuseChoice(body, tools === undefined ? undefined : names);
}

function refuseTool(tool: JsonObject, param: string): VendorError | undefined {
  if (tool.type === 'custom') return undefined;
  if (tool.type === undefined)
    return invalidParameter(
      `Missing required parameter: '${param}.type'.`,
      `${param}.type`,
      'missing_required_parameter',
    );
  if (tool.type !== 'function')
    return invalidParameter(
      `Invalid value: '${inWords(tool.type)}'. Supported values are: 'function' and 'custom'.`,
      `${param}.type`,
      'invalid_value',
    );
  const declared = asObject(tool.function);
  const name = declared?.name;
  if (typeof name !== 'string')
    return invalidParameter(
      `Missing required parameter: '${param}.function.name'.`,
      `${param}.function.name`,
      'missing_required_parameter',
    );
  if (!NAME.test(name)) {
    return invalidParameter(
      `Invalid '${param}.function.name': string does not match pattern. Expected a string that matches the pattern '^[a-zA-Z0-9_-]+$'.`,
      `${param}.function.name`,
      'invalid_value',
    );
  }
  if (name.length > 64) {
    return invalidParameter(
      `Invalid '${param}.function.name': string too long. Expected a string with maximum length 64, but got a string with length ${name.length} instead.`,
      `${param}.function.name`,
      'string_above_max_length',
    );
  }
  const parameters = asObject(declared?.parameters);
  if (parameters !== undefined && parameters.type !== 'object') {
    return invalidParameter(
      `Invalid schema for function '${name}': schema must be a JSON Schema of 'type: "object"', got 'type: "${inWords(parameters.type ?? 'None')}"'.`,
      `${param}.function.parameters`,
      'invalid_function_parameters',
    );
  }
  return declared?.strict === true
    ? refuseSchema(parameters, `function '${name}'`, `${param}.function.parameters`)
    : undefined;
}

function refuseChoice(body: JsonObject, names: readonly unknown[] | undefined): VendorError | undefined {
  const choice = body.tool_choice;
  if (choice === undefined || choice === null) return undefined;
  if (names === undefined)
    return choice === 'none'
      ? undefined
      : invalidParameter(
          "Invalid value for 'tool_choice': 'tool_choice' is only allowed when 'tools' are specified.",
          'tool_choice',
          null,
        );
  if (typeof choice === 'string') {
    if (['none', 'auto', 'required'].includes(choice)) return undefined;
    return invalidParameter(
      `Invalid value: '${choice}'. Supported values are: 'none', 'auto', and 'required'.`,
      'tool_choice',
      'invalid_value',
    );
  }
  const wanted = asObject(asObject(choice)?.function)?.name;
  if (wanted === undefined || names.includes(wanted)) return undefined;
  return invalidParameter(
    `Invalid value for 'tool_choice': no function named '${inWords(wanted)}' was specified in the 'tools' parameter.`,
    'tool_choice',
    null,
  );
}
