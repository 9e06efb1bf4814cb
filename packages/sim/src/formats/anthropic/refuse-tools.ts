import { asList, asObject, inWords, type JsonObject } from '../../kit/json.ts';
import type { VendorError } from '../vendor-error.ts';
import { invalidRequest } from './errors.ts';

/** Source: anthropic-sdk-typescript `Tool.name`; the pattern is the one that the API's errors quote. */
const NAME = /^[a-zA-Z0-9_-]{1,128}$/;

/** What is wrong with `tools` and `tool_choice`; the words are api.anthropic.com's. Tools of the vendor's own types are let through. */
export function refuseTools(body: JsonObject): VendorError | undefined {
  const tools = (asList(body.tools) ?? []).map((tool) => asObject(tool) ?? {});
  for (const [index, tool] of tools.entries()) {
    const refused =
      tool.type === undefined || tool.type === 'custom' ? refuseTool(tool, `tools.${index}.custom`) : undefined;
    if (refused !== undefined) return refused;
  }
  const names = tools.map((tool) => tool.name);
  if (new Set(names).size < names.length) return invalidRequest('tools: Tool names must be unique.');
  return refuseChoice(body, names);
}

function refuseTool(tool: JsonObject, at: string): VendorError | undefined {
  if (tool.name === undefined) return invalidRequest(`${at}.name: Field required`);
  if (typeof tool.name !== 'string' || !NAME.test(tool.name))
    return invalidRequest(`${at}.name: String should match pattern '^[a-zA-Z0-9_-]{1,128}$'`);
  const schema = asObject(tool.input_schema);
  if (schema === undefined) return invalidRequest(`${at}.input_schema: Field required`);
  if (schema.type === undefined) return invalidRequest(`${at}.input_schema.type: Field required`);
  if (schema.type !== 'object') return invalidRequest(`${at}.input_schema.type: Input should be 'object'`);
  const union = ['oneOf', 'allOf', 'anyOf'].find((name) => schema[name] !== undefined);
  return union === undefined
    ? undefined
    : invalidRequest(`${at}.input_schema: input_schema does not support oneOf, allOf, or anyOf at the top level`);
}

function refuseChoice(body: JsonObject, names: readonly unknown[]): VendorError | undefined {
  if (body.tool_choice === undefined) return undefined;
  const choice = asObject(body.tool_choice);
  if (choice === undefined)
    return invalidRequest('tool_choice: Input should be a valid dictionary or object to extract fields from');
  if (!['auto', 'any', 'tool', 'none'].includes(inWords(choice.type))) {
    return invalidRequest(
      `tool_choice: Input tag '${inWords(choice.type)}' found using 'type' does not match any of the expected tags: 'auto', 'any', 'tool', 'none'`,
    );
  }
  if (names.length === 0) return invalidRequest('tool_choice: tool_choice may only be specified while providing tools');
  if (choice.type === 'tool' && !names.includes(choice.name))
    return invalidRequest(`Tool '${inWords(choice.name)}' not found in provided tools`);
  return undefined;
}
