import type { FunctionTool, Tool, ToolChoice } from '../../chat/request.ts';
import { refuse } from '../openai-chat/parse-content.ts';
import { array, given, type Json, put, record, string, text } from '../shared/read.ts';
import { FORMAT, native, rest } from './wire.ts';

const FUNCTION: ReadonlySet<string> = new Set(['type', 'name', 'description', 'parameters', 'strict']);
const CUSTOM: ReadonlySet<string> = new Set(['type', 'name', 'description', 'format']);

/**
 * A function. Its members that have no name here are kept, and that it is not strict, which elsewhere goes without saying; an empty set says that the
 * client spoke this format.
 */
function functionTool(tool: Json, at: string): FunctionTool {
  const read: FunctionTool = {
    type: 'function',
    name: text(tool.name) ?? refuse(`${at}.name`, 'must be the name of a tool'),
  };
  put(read, 'description', string(tool.description));
  put(read, 'inputSchema', record(tool.parameters));
  if (tool.strict === true) read.strict = true;
  const said = tool.strict === undefined || tool.strict === true ? {} : { strict: tool.strict };
  read.native = { [FORMAT]: { ...rest(tool, FUNCTION), ...said } };
  return read;
}

/** A grammar stands one level deeper in the chat API, whose form is the canonical one. Source: https://platform.openai.com/docs/guides/function-calling#context-free-grammars */
function chatGrammar(format: unknown): unknown {
  const grammar = record(format);
  if (grammar?.type !== 'grammar') return format;
  const { type, ...body } = grammar;
  return { type, grammar: body };
}

function readTool(value: unknown, at: string): Tool {
  const tool = record(value) ?? refuse(at, 'must be an object');
  const type = text(tool.type) ?? refuse(`${at}.type`, 'must be the type of a tool');
  if (type === 'function') return functionTool(tool, at);
  if (type !== 'custom') return { type: 'server', format: FORMAT, name: type, value: tool };
  return {
    type: 'custom',
    name: text(tool.name) ?? refuse(`${at}.name`, 'must be the name of a tool'),
    ...given('description', string(tool.description)),
    ...given('format', chatGrammar(tool.format)),
    ...given('native', native(rest(tool, CUSTOM))),
  };
}

/** The tools of a request. Throws RequestError. */
export function readTools(tools: unknown): Tool[] | undefined {
  if (tools === undefined || tools === null) return undefined;
  return (array(tools) ?? refuse('tools', 'must be a list')).map((tool, index) => readTool(tool, `tools.${index}`));
}

/** What a choice names when it is a tool of the client's. */
const named = (choice: unknown): string | undefined => {
  const object = record(choice);
  return object?.type === 'function' || object?.type === 'custom' ? text(object.name) : undefined;
};

function allowedTools(choice: Json): ToolChoice | undefined {
  const names = (array(choice.tools) ?? []).map(named);
  const allowed = names.filter((name) => name !== undefined);
  if (allowed.length < names.length) return undefined;
  return { type: choice.mode === 'required' ? 'required' : 'auto', allowed };
}

/**
 * The choice of a tool; undefined for one that only this API has, such as a built-in tool: it is kept as it is. Throws RequestError for what is none.
 * Source: https://platform.openai.com/docs/api-reference/responses/create#responses_create-tool_choice
 */
export function readToolChoice(choice: unknown): ToolChoice | undefined {
  if (choice === 'auto' || choice === 'none' || choice === 'required') return { type: choice };
  const object = record(choice) ?? refuse('tool_choice', 'must be none, auto, required or an object');
  if (object.type === 'allowed_tools') return allowedTools(object);
  const name = named(object);
  return name === undefined ? undefined : { type: 'tool', name };
}
