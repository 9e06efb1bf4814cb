import type { ChatRequest, FunctionTool, Tool, ToolChoice } from '../../chat/request.ts';
import { type Json, put } from '../shared/read.ts';
import type { Rendering } from './rendering.ts';
import { dressed, FORMAT } from './wire.ts';

/** The API wants an object schema; a tool without parameters has an empty one. */
function inputSchema(schema: Json | undefined): Json {
  if (schema === undefined) return { type: 'object', properties: {} };
  return 'type' in schema ? schema : { type: 'object', ...schema };
}

function functionTool(tool: FunctionTool, at: number, rendering: Rendering): Json {
  const strict = tool.strict !== undefined && rendering.can.structured;
  if (tool.strict === true && !strict) rendering.dropped.add(`tools.${at}.strict`);
  const wire: Json = { name: rendering.names.wire(tool.name) };
  put(wire, 'description', tool.description);
  wire.input_schema = inputSchema(tool.inputSchema);
  if (strict) wire.strict = tool.strict;
  return dressed(wire, tool);
}

function renderTool(tool: Tool, at: number, rendering: Rendering): Json | undefined {
  if (tool.type === 'function') return functionTool(tool, at, rendering);
  if (tool.type === 'server' && tool.format === FORMAT) return tool.value;
  rendering.dropped.add(`tools.${at} (${tool.type === 'server' ? tool.name : 'custom'})`);
  return undefined;
}

/** `allowed` has no field of its own: the tools that are not allowed are left out. */
function allowedTools(tools: readonly Tool[], choice: ToolChoice | undefined): readonly Tool[] {
  if (choice === undefined || choice.type === 'tool' || choice.allowed === undefined) return tools;
  const allowed = new Set(choice.allowed);
  return tools.filter((tool) => tool.type === 'server' || allowed.has(tool.name));
}

const CHOICES = { auto: 'auto', none: 'none', required: 'any' } as const;

function choiceOf(choice: ToolChoice, rendering: Rendering): Json {
  return choice.type === 'tool'
    ? { type: 'tool', name: rendering.names.wire(choice.name) }
    : { type: CHOICES[choice.type] };
}

/**
 * The choice of tools. It can't be forced while the model thinks (nor, on some models, at all): then it is `auto`, and reported.
 * Source: https://platform.claude.com/docs/en/build-with-claude/extended-thinking#extended-thinking-with-tool-use
 */
function renderChoice(request: ChatRequest, thinks: boolean, rendering: Rendering): Json | undefined {
  const { toolChoice, parallelToolCalls } = request;
  if (toolChoice === undefined && parallelToolCalls !== false) return undefined;
  const asked = toolChoice === undefined ? { type: 'auto' } : choiceOf(toolChoice, rendering);
  const forced = asked.type === 'any' || asked.type === 'tool';
  const refused = forced && (thinks || !rendering.can.forcedTools);
  if (refused) rendering.dropped.add('tool_choice');
  const choice = refused ? { type: 'auto' } : asked;
  if (choice.type === 'none' || parallelToolCalls === undefined) return choice;
  return { ...choice, disable_parallel_tool_use: !parallelToolCalls };
}

/** `tools` and `tool_choice`; the latter only beside the former, as the API wants it. */
export function putTools(body: Json, request: ChatRequest, thinks: boolean, rendering: Rendering): void {
  const tools: Json[] = [];
  allowedTools(request.tools ?? [], request.toolChoice).forEach((tool, at) => {
    const wire = renderTool(tool, at, rendering);
    if (wire !== undefined) tools.push(wire);
  });
  if (tools.length === 0) {
    if (request.toolChoice?.type === 'required' || request.toolChoice?.type === 'tool')
      rendering.dropped.add('tool_choice');
    return;
  }
  body.tools = tools;
  put(body, 'tool_choice', renderChoice(request, thinks, rendering));
}
