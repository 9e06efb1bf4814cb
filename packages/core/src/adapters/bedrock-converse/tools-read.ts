import type { FunctionTool, Tool, ToolChoice } from '../../chat/request.ts';
import { boolean, given, type Json, record, string } from '../shared/read.ts';
import { readCachePoint } from './blocks.ts';
import { invalid, needArray, needObject, needString } from './check.ts';
import { FORMAT, isObject, memberOf, nativeOf, others } from './wire.ts';

const SPEC: ReadonlySet<string> = new Set(['name', 'description', 'inputSchema', 'strict']);

function functionTool(value: unknown, path: string): FunctionTool {
  const spec = needObject(value, path);
  const schema = record(record(spec.inputSchema)?.json);
  return {
    type: 'function',
    name: needString(spec.name, `${path}.name`),
    ...given('description', string(spec.description)),
    ...given('inputSchema', schema),
    ...given('strict', boolean(spec.strict)),
    ...given('native', nativeOf(others(spec, SPEC))),
  };
}

/** The vendor's own tools are kept whole, under the name that they have there. */
function serverTool(tool: Json): Tool {
  const [kind, value] = memberOf(tool);
  return {
    type: 'server',
    format: FORMAT,
    name: (isObject(value) ? string(value.name) : undefined) ?? kind,
    value: tool,
  };
}

function readTools(value: unknown): Tool[] {
  const tools: Tool[] = [];
  needArray(value, 'toolConfig.tools').forEach((entry, index) => {
    const path = `toolConfig.tools.${index}`;
    const tool = needObject(entry, path);
    const cache = readCachePoint(tool);
    const last = tools.at(-1);
    if (cache !== undefined && last !== undefined && last.type !== 'custom' && last.cache === undefined)
      last.cache = cache;
    else if (tool.toolSpec !== undefined) tools.push(functionTool(tool.toolSpec, `${path}.toolSpec`));
    else tools.push(serverTool(tool));
  });
  return tools;
}

function readChoice(value: unknown): ToolChoice | undefined {
  if (!isObject(value)) return undefined;
  const [kind, content] = memberOf(value);
  if (kind === 'auto') return { type: 'auto' };
  if (kind === 'any') return { type: 'required' };
  const name = kind === 'tool' && isObject(content) ? string(content.name) : undefined;
  return name === undefined ? undefined : { type: 'tool', name };
}

const CONFIG: ReadonlySet<string> = new Set(['tools', 'toolChoice']);

/** `toolConfig`; `rest`: what of it has no name in the chat model. Throws RequestError `invalid_request`. */
export function readToolConfig(value: unknown): { tools?: Tool[]; toolChoice?: ToolChoice; rest: Json } {
  if (value === undefined || value === null) return { rest: {} };
  if (!isObject(value)) throw invalid('toolConfig', 'must be an object');
  const toolChoice = readChoice(value.toolChoice);
  const odd = value.toolChoice !== undefined && toolChoice === undefined ? { toolChoice: value.toolChoice } : {};
  const tools = value.tools === undefined || value.tools === null ? undefined : readTools(value.tools);
  return { ...given('tools', tools), ...given('toolChoice', toolChoice), rest: { ...others(value, CONFIG), ...odd } };
}
