import type { ChatRequest, Tool, ToolChoice } from '../../chat/request.ts';
import { given, type Json, record } from '../shared/read.ts';
import { cacheFields, type Rendering } from './render-content.ts';
import { isExact } from './row.ts';
import { FORMAT, nativeOf } from './wire.ts';

/** Names of tools as the API takes them. Source: https://platform.openai.com/docs/api-reference/chat/create#chat_create-tools */
export const TOOL_NAMES = { character: /[a-zA-Z0-9_-]/, maxLength: 64 } as const;

function renderTool(tool: Tool, rendering: Rendering): Json | undefined {
  if (tool.type === 'server') {
    if (tool.format === FORMAT) return tool.value;
    rendering.dropped.add(tool.name);
    return undefined;
  }
  const name = rendering.toolName(tool.name);
  const described = { name, ...given('description', tool.description) };
  if (tool.type === 'custom')
    return { type: 'custom', custom: { ...described, ...given('format', tool.format), ...nativeOf(tool) } };
  const { function: unnamed, ...around } = nativeOf(tool);
  const body = {
    ...described,
    ...given('parameters', tool.inputSchema),
    ...given('strict', tool.strict),
    ...record(unnamed),
  };
  return { ...around, type: 'function', function: body, ...cacheFields(tool, rendering) };
}

/** `tools` and what goes with them. The API refuses an empty list, and a choice or parallel calls without tools. */
export function renderTools(request: ChatRequest, rendering: Rendering): Json {
  const { toolChoice, parallelToolCalls } = request;
  const tools = offered(request, rendering)?.flatMap((tool) => renderTool(tool, rendering) ?? []) ?? [];
  if (tools.length > 0) {
    const choice = toolChoice === undefined ? undefined : renderChoice(toolChoice, request.tools ?? [], rendering);
    return { tools, ...given('tool_choice', choice), ...given('parallel_tool_calls', parallelToolCalls) };
  }
  if (toolChoice?.type === 'tool' || toolChoice?.type === 'required') rendering.dropped.add('tool_choice');
  return {};
}

/** Few APIs know `allowed_tools`; offering only the allowed ones says the same to the others. */
function offered(request: ChatRequest, rendering: Rendering): Tool[] | undefined {
  const allowed = request.toolChoice?.type === 'tool' ? undefined : request.toolChoice?.allowed;
  if (allowed === undefined || isExact(rendering.target.row)) return request.tools;
  return request.tools?.filter((tool) => allowed.includes(tool.name));
}

function reference(name: string, tools: readonly Tool[], rendering: Rendering): Json {
  const isCustom = tools.some((tool) => tool.type === 'custom' && tool.name === name);
  const body = { name: rendering.toolName(name) };
  return isCustom ? { type: 'custom', custom: body } : { type: 'function', function: body };
}

function renderChoice(choice: ToolChoice, tools: readonly Tool[], rendering: Rendering): unknown {
  if (choice.type === 'tool') return reference(choice.name, tools, rendering);
  if (choice.allowed === undefined || choice.type === 'none' || !isExact(rendering.target.row)) return choice.type;
  return {
    type: 'allowed_tools',
    allowed_tools: { mode: choice.type, tools: choice.allowed.map((name) => reference(name, tools, rendering)) },
  };
}
