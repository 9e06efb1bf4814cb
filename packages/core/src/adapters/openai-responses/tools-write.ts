import type { ChatRequest, Tool, ToolChoice } from '../../chat/request.ts';
import { given, type Json, record } from '../shared/read.ts';
import type { Rendering } from './rendering.ts';
import { FORMAT, nativeOf } from './wire.ts';

/** The chat API's form of a grammar in this API's. */
function plainGrammar(format: unknown): unknown {
  const grammar = record(format);
  const body = record(grammar?.grammar);
  return grammar?.type === 'grammar' && body !== undefined ? { type: 'grammar', ...body } : format;
}

/** Here a function is strict unless it says otherwise; a client of another format that says nothing means that it is not. */
const strictness = (tool: Tool & { type: 'function' }): Json =>
  tool.native?.[FORMAT] === undefined ? { strict: tool.strict ?? false } : given('strict', tool.strict);

const NO_PARAMETERS = { type: 'object', properties: {} };

function writeTool(tool: Tool, rendering: Rendering): Json | undefined {
  if (tool.type === 'server') {
    if (tool.format === FORMAT) return tool.value;
    rendering.dropped.add(tool.name);
    return undefined;
  }
  const described = { name: rendering.names.wire(tool.name), ...given('description', tool.description) };
  if (tool.type === 'custom')
    return { ...nativeOf(tool), type: 'custom', ...described, ...given('format', plainGrammar(tool.format)) };
  if (tool.cache !== undefined) rendering.dropped.add('cache_control');
  const parameters = tool.inputSchema ?? (tool.native?.[FORMAT] === undefined ? NO_PARAMETERS : undefined);
  return { type: 'function', ...described, ...given('parameters', parameters), ...strictness(tool), ...nativeOf(tool) };
}

/** `tools` and what goes with them. A choice without tools would be refused. */
export function writeTools(request: ChatRequest, rendering: Rendering): Json {
  const { toolChoice, parallelToolCalls } = request;
  const tools = (request.tools ?? []).flatMap((tool) => writeTool(tool, rendering) ?? []);
  if (tools.length > 0) {
    const choice = toolChoice === undefined ? undefined : writeChoice(toolChoice, request.tools ?? [], rendering);
    return { tools, ...given('tool_choice', choice), ...given('parallel_tool_calls', parallelToolCalls) };
  }
  if (toolChoice?.type === 'tool' || toolChoice?.type === 'required') rendering.dropped.add('tool_choice');
  return {};
}

function reference(name: string, tools: readonly Tool[], rendering: Rendering): Json {
  const isCustom = tools.some((tool) => tool.type === 'custom' && tool.name === name);
  return { type: isCustom ? 'custom' : 'function', name: rendering.names.wire(name) };
}

function writeChoice(choice: ToolChoice, tools: readonly Tool[], rendering: Rendering): unknown {
  if (choice.type === 'tool') return reference(choice.name, tools, rendering);
  if (choice.allowed === undefined || choice.type === 'none') return choice.type;
  return {
    type: 'allowed_tools',
    mode: choice.type,
    tools: choice.allowed.map((name) => reference(name, tools, rendering)),
  };
}
