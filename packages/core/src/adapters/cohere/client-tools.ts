import type { ChatRequest, FunctionTool, Tool, ToolChoice } from '../../chat/request.ts';
import { given, type Json, put } from '../shared/read.ts';
import type { Rendering } from './rendering.ts';
import { FORMAT, nativeFields } from './wire.ts';

/** The API wants parameters; a tool without has an empty object of them. */
function functionTool(tool: FunctionTool, { names, dropped }: Rendering): Json {
  if (tool.cache !== undefined) dropped.add('cache_control');
  return {
    type: 'function',
    function: {
      name: names.wire(tool.name),
      ...given('description', tool.description),
      parameters: tool.inputSchema ?? { type: 'object', properties: {} },
      ...nativeFields(tool.native),
    },
  };
}

function renderTool(tool: Tool, at: number, rendering: Rendering): Json[] {
  if (tool.type === 'function') return [functionTool(tool, rendering)];
  if (tool.type === 'server' && tool.format === FORMAT) return [tool.value];
  rendering.dropped.add(`tools.${at} (${tool.type === 'server' ? tool.name : 'custom'})`);
  return [];
}

/** One tool, or some, can't be named: the others are left out. */
function chosen(tools: readonly Tool[], choice: ToolChoice | undefined): readonly Tool[] {
  const names = choice?.type === 'tool' ? [choice.name] : choice?.allowed;
  if (names === undefined) return tools;
  return tools.filter((tool) => tool.type === 'server' || names.includes(tool.name));
}

const CHOICES = { auto: undefined, none: 'NONE', required: 'REQUIRED', tool: 'REQUIRED' } as const;

/** All tools are strict or none is. */
function strictness(tools: readonly Tool[], { dropped }: Rendering): boolean | undefined {
  const said = tools.flatMap((tool) => (tool.type === 'function' ? [tool.strict] : []));
  if (said.every((strict) => strict === undefined)) return undefined;
  if (said.every((strict) => strict === true)) return true;
  if (said.includes(true)) dropped.add('tools.strict');
  return said.includes(true) ? undefined : false;
}

/** `tools`, `strict_tools` and `tool_choice`; the latter two only beside the first. Source: https://docs.cohere.com/reference/chat */
export function putTools(body: Json, request: ChatRequest, rendering: Rendering): void {
  const { toolChoice, parallelToolCalls } = request;
  const tools = chosen(request.tools ?? [], toolChoice);
  const wire = tools.flatMap((tool, at) => renderTool(tool, at, rendering));
  if (parallelToolCalls === false) rendering.dropped.add('parallel_tool_calls');
  if (wire.length === 0) {
    if (toolChoice?.type === 'required' || toolChoice?.type === 'tool') rendering.dropped.add('tool_choice');
    return;
  }
  body.tools = wire;
  put(body, 'strict_tools', strictness(tools, rendering));
  put(body, 'tool_choice', toolChoice === undefined ? undefined : CHOICES[toolChoice.type]);
}
