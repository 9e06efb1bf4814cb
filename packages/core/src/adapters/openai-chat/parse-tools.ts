import type { CustomTool, FunctionTool, Tool, ToolChoice } from '../../chat/request.ts';
import { array, boolean, isEmpty, type Json, put, record, records, string, text } from '../shared/read.ts';
import { cachePoint, refuse } from './parse-content.ts';
import { FORMAT, native, rest } from './wire.ts';

const FUNCTION_FIELDS: ReadonlySet<string> = new Set(['name', 'description', 'parameters', 'strict']);
const TOOL_FIELDS: ReadonlySet<string> = new Set(['type', 'function', 'custom', 'cache_control']);
const CUSTOM_FIELDS: ReadonlySet<string> = new Set(['name', 'description', 'format']);

function functionTool(body: Json, at: string, around: Json): FunctionTool {
  const name = text(body['name']) ?? refuse(`${at}.name`, 'must be the name of a tool');
  const tool: FunctionTool = { type: 'function', name };
  put(tool, 'description', string(body['description']));
  put(tool, 'inputSchema', record(body['parameters']));
  put(tool, 'strict', boolean(body['strict']));
  put(tool, 'cache', cachePoint(around));
  const unnamed = rest(around, TOOL_FIELDS);
  const within = rest(body, FUNCTION_FIELDS);
  if (!isEmpty(within)) unnamed['function'] = within;
  put(tool, 'native', native(unnamed));
  return tool;
}

function parseTool(value: unknown, at: string): Tool {
  const tool = record(value) ?? refuse(at, 'must be an object');
  const type =
    text(tool['type']) ??
    (record(tool['function']) === undefined ? refuse(`${at}.type`, 'must be the type of a tool') : 'function');
  if (type === 'function')
    return functionTool(
      record(tool['function']) ?? refuse(`${at}.function`, 'must be an object'),
      `${at}.function`,
      tool,
    );
  if (type !== 'custom') return { type: 'server', format: FORMAT, name: type, value: tool };
  const custom = record(tool['custom']) ?? refuse(`${at}.custom`, 'must be an object');
  const name = text(custom['name']) ?? refuse(`${at}.custom.name`, 'must be the name of a tool');
  const read: CustomTool = { type: 'custom', name };
  put(read, 'description', string(custom['description']));
  put(read, 'format', custom['format']);
  put(read, 'native', native(rest(custom, CUSTOM_FIELDS)));
  return read;
}

/** `tools`, else the deprecated `functions`. Throws RequestError. */
export function parseTools(tools: unknown, functions: unknown): Tool[] | undefined {
  if (tools !== undefined && tools !== null) {
    return (array(tools) ?? refuse('tools', 'must be a list')).map((tool, index) => parseTool(tool, `tools.${index}`));
  }
  if (functions === undefined || functions === null) return undefined;
  const list = array(functions) ?? refuse('functions', 'must be a list');
  return list.map((body, index) =>
    functionTool(record(body) ?? refuse(`functions.${index}`, 'must be an object'), `functions.${index}`, {}),
  );
}

const nameIn = (choice: Json): string | undefined =>
  text(record(choice['function'])?.['name']) ?? text(record(choice['custom'])?.['name']) ?? text(choice['name']);

/** `tool_choice`, else the deprecated `function_call`; `any` is another spelling of `required`. Throws RequestError for an unknown form. */
export function parseToolChoice(choice: unknown, functionCall: unknown): ToolChoice | undefined {
  const value = choice ?? functionCall ?? undefined;
  if (value === undefined) return undefined;
  if (value === 'any') return { type: 'required' };
  if (value === 'auto' || value === 'none' || value === 'required') return { type: value };
  const object = record(value) ?? refuse('tool_choice', 'must be none, auto, required or an object');
  if (object['type'] === 'allowed_tools') return allowedTools(object);
  return { type: 'tool', name: nameIn(object) ?? refuse('tool_choice', 'must name a tool') };
}

/** Source: https://platform.openai.com/docs/api-reference/chat/create#chat_create-tool_choice (allowed tools) */
function allowedTools(choice: Json): ToolChoice {
  const body = record(choice['allowed_tools']) ?? choice;
  const allowed = records(body['tools']).flatMap((tool) => nameIn(tool) ?? []);
  return { type: body['mode'] === 'required' ? 'required' : 'auto', allowed };
}
