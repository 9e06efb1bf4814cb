import type { ChatRequest, CustomTool, FunctionTool, Tool } from '../../chat/request.ts';
import type { Dropped } from '../shared/dropped.ts';
import { given, type Json, record } from '../shared/read.ts';
import { nativeOf } from './wire.ts';

const FREE_TEXT = { type: 'object', properties: { input: { type: 'string' } }, required: ['input'] };
/** Required there. Source: https://docs.ollama.com/api/chat (ToolDefinition) */
const NO_PARAMETERS = { type: 'object', properties: {} };

/** The tools of a request that its choice leaves; undefined when none are offered. No field of the API demands a call: that is reported. */
export function renderTools(request: ChatRequest, dropped: Dropped): Json[] | undefined {
  const { tools = [], toolChoice } = request;
  if (toolChoice?.type === 'none' || tools.length === 0) return undefined;
  if (toolChoice?.type === 'required' || toolChoice?.type === 'tool') dropped.add('tool_choice');
  const only = allowedBy(toolChoice);
  const rendered = tools.flatMap((tool, index) => {
    if (only !== undefined && tool.type !== 'server' && !only.includes(tool.name)) return [];
    const wire = renderTool(tool, `tools.${index}`, dropped);
    return wire === undefined ? [] : [wire];
  });
  return rendered.length === 0 ? undefined : rendered;
}

function allowedBy(choice: ChatRequest['toolChoice']): readonly string[] | undefined {
  if (choice?.type === 'tool') return [choice.name];
  return choice === undefined ? undefined : choice.allowed;
}

function renderTool(tool: Tool, at: string, dropped: Dropped): Json | undefined {
  if (tool.type === 'server') {
    dropped.add(tool.name);
    return undefined;
  }
  return tool.type === 'custom' ? custom(tool, at, dropped) : declared(tool, at, dropped);
}

function declared(tool: FunctionTool, at: string, dropped: Dropped): Json {
  if (tool.strict === true) dropped.add(`${at}.function.strict`);
  if (tool.cache !== undefined) dropped.add('cache_control');
  const { function: within, ...around } = nativeOf(tool);
  return {
    ...around,
    type: 'function',
    function: {
      ...record(within),
      name: tool.name,
      ...given('description', tool.description),
      parameters: tool.inputSchema ?? NO_PARAMETERS,
    },
  };
}

/** A free-text tool as a function with one text argument; a grammar can't be expressed. */
function custom(tool: CustomTool, at: string, dropped: Dropped): Json {
  if (tool.format !== undefined && record(tool.format)?.['type'] !== 'text') dropped.add(`${at}.custom.format`);
  return {
    type: 'function',
    function: { name: tool.name, ...given('description', tool.description), parameters: FREE_TEXT },
  };
}
