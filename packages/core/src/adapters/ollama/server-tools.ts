import type { FunctionTool } from '../../chat/request.ts';
import { array, given, record, string, text } from '../shared/read.ts';
import { optional, refuse } from './refuse.ts';
import { native, rest } from './wire.ts';

const TOOL: ReadonlySet<string> = new Set(['type', 'function']);
const FUNCTION: ReadonlySet<string> = new Set(['name', 'description', 'parameters']);

/** The `tools` of a request: functions, the only kind there is. Throws RequestError `invalid_request`. */
export function parseTools(value: unknown): FunctionTool[] | undefined {
  return optional(value, 'tools', array, 'a list of tools')?.map((tool, index) => parseTool(tool, `tools.${index}`));
}

function parseTool(value: unknown, at: string): FunctionTool {
  const tool = record(value) ?? refuse(at, 'an object');
  const body = record(tool['function']) ?? refuse(`${at}.function`, 'an object');
  const within = rest(body, FUNCTION);
  const unnamed = { ...rest(tool, TOOL), ...(Object.keys(within).length === 0 ? {} : { function: within }) };
  return {
    type: 'function',
    name: text(body['name']) ?? refuse(`${at}.function.name`, 'the name of a tool'),
    ...given('description', string(body['description'])),
    ...given('inputSchema', record(body['parameters'])),
    ...given('native', native(unnamed)),
  };
}
