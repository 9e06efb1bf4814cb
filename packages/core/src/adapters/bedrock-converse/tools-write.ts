import type { ChatRequest, FunctionTool, ResponseFormat, Tool, ToolChoice } from '../../chat/request.ts';
import { type Json, put } from '../shared/read.ts';
import { cachePoint } from './blocks.ts';
import { caches } from './parts-write.ts';
import type { Rendering } from './rendering.ts';
import { FORMAT, nativeFields } from './wire.ts';

/** The API wants an object schema; a tool without parameters has an empty one. */
function inputSchema(schema: Json | undefined): Json {
  if (schema === undefined) return { type: 'object', properties: {} };
  return 'type' in schema ? schema : { type: 'object', ...schema };
}

function functionTool(tool: FunctionTool, at: number, rendering: Rendering): Json {
  const spec: Json = { name: rendering.names.wire(tool.name) };
  // A description must hold something.
  if (tool.description !== undefined && tool.description !== '') spec.description = tool.description;
  spec.inputSchema = { json: inputSchema(tool.inputSchema) };
  if (rendering.can.structured) put(spec, 'strict', tool.strict);
  else if (tool.strict === true) rendering.dropped.add(`tools.${at}.strict`);
  return { toolSpec: { ...spec, ...nativeFields(tool.native) } };
}

function renderTool(tool: Tool, at: number, rendering: Rendering): Json[] {
  const wire =
    tool.type === 'function'
      ? functionTool(tool, at, rendering)
      : tool.type === 'server' && tool.format === FORMAT
        ? tool.value
        : undefined;
  if (wire === undefined) {
    rendering.dropped.add(`tools.${at} (${tool.type === 'server' ? tool.name : 'custom'})`);
    return [];
  }
  if (tool.type === 'custom' || tool.cache === undefined) return [wire];
  if (caches(rendering)) return [wire, cachePoint(tool.cache)];
  rendering.dropped.add(`tools.${at}.cache_control`);
  return [wire];
}

/** `allowed` has no field of its own: the tools that are not allowed are left out. */
function allowedTools(tools: readonly Tool[], choice: ToolChoice | undefined): readonly Tool[] {
  if (choice === undefined || choice.type === 'tool' || choice.allowed === undefined) return tools;
  const allowed = new Set(choice.allowed);
  return tools.filter((tool) => tool.type === 'server' || allowed.has(tool.name));
}

/**
 * The choice of tools; undefined where nothing is to be said. It can't be forced while Claude thinks (nor, on some models, at all): then it is left
 * to the model, and reported. Sources: https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_ToolChoice.html,
 * https://docs.aws.amazon.com/bedrock/latest/userguide/claude-messages-extended-thinking.html
 */
function renderChoice(choice: ToolChoice, thinks: boolean, rendering: Rendering): Json | undefined {
  if (choice.type === 'auto') return { auto: {} };
  const refused = choice.type === 'none' || thinks || !rendering.can.forcedTools;
  if (refused) rendering.dropped.add('tool_choice');
  if (refused) return undefined;
  return choice.type === 'tool' ? { tool: { name: rendering.names.wire(choice.name) } } : { any: {} };
}

/** What is said of tools in a conversation that knows them must stand in the request, though this one offers none. */
function toldTools(told: readonly string[], rendering: Rendering): Json[] {
  const names = told.length === 0 ? ['unknown'] : told;
  rendering.inserted.push(`tools=${names.join(',')}`);
  return names.map((name) => ({ toolSpec: { name, inputSchema: { json: inputSchema(undefined) } } }));
}

/** The name of the tool that stands for a response format. */
const FORMAT_TOOL = 'json_output';

/**
 * Models before the API's structured output take a schema as a tool that they are made to call, whose input is the answer. Not beside other tools, since
 * the model could no longer choose, nor while it thinks.
 */
export function formatTool(
  request: ChatRequest,
  format: ResponseFormat | undefined,
  thinks: boolean,
  told: readonly string[] | undefined,
): string | undefined {
  if (format?.type !== 'json-schema' || thinks || told !== undefined) return undefined;
  return (request.tools?.length ?? 0) === 0 ? FORMAT_TOOL : undefined;
}

/** The tool for {@link formatTool}, and that it is to be called. */
export function formatConfig(
  name: string,
  format: ResponseFormat & { type: 'json-schema' },
  rendering: Rendering,
): Json {
  rendering.inserted.push(`tools=${name}`);
  const spec: Json = { name };
  spec.description = format.description ?? 'Answer with the input of this tool.';
  spec.inputSchema = { json: inputSchema(format.schema) };
  return { tools: [{ toolSpec: spec }], toolChoice: { tool: { name } } };
}

/**
 * `toolConfig`; undefined where there is nothing to say. A conversation that tells of tools must have it.
 * Source: https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_ToolConfiguration.html
 */
export function renderTools(
  request: ChatRequest,
  told: readonly string[] | undefined,
  thinks: boolean,
  rendering: Rendering,
): Json | undefined {
  const { toolChoice: choice, parallelToolCalls } = request;
  if (parallelToolCalls === false) rendering.dropped.add('parallel_tool_calls');
  // Tools that must not be called need not be told; the API has no word for it.
  const hidden = choice?.type === 'none' && told === undefined;
  const tools = hidden
    ? []
    : allowedTools(request.tools ?? [], choice).flatMap((tool, at) => renderTool(tool, at, rendering));
  if (tools.length === 0) {
    if (choice?.type === 'required' || choice?.type === 'tool') rendering.dropped.add('tool_choice');
    return told === undefined ? undefined : { tools: toldTools(told, rendering) };
  }
  const toolChoice = choice === undefined ? undefined : renderChoice(choice, thinks, rendering);
  return toolChoice === undefined ? { tools } : { tools, toolChoice };
}
