import type { ChatRequest, CustomTool, FunctionTool, Tool, ToolChoice } from '../../chat/request.ts';
import { given, record } from '../shared/read.ts';
import { generation } from './model.ts';
import { fromOpenApi, toGemini } from './schema.ts';
import type { ToolMemo } from './tool-names.ts';
import { FORMAT, ownNative, type Wire } from './wire.ts';

const same = (one: unknown, other: unknown): boolean => JSON.stringify(one) === JSON.stringify(other);

/** The parameters, as the client spelled them while nobody has changed their meaning since; else as JSON Schema. */
function parameters(tool: FunctionTool, native: Wire | undefined): Wire {
  const { inputSchema } = tool;
  const original = record(native?.['parameters']);
  if (original !== undefined && inputSchema !== undefined && same(fromOpenApi(original), inputSchema))
    return { parameters: original };
  return inputSchema === undefined ? {} : { parametersJsonSchema: toGemini(inputSchema) };
}

/** What writing tools needs besides the tools. */
export interface ToolWriting {
  readonly memo: ToolMemo;
  readonly dropped: Set<string>;
  /** Does the calling mode hold the model to the schemas? */
  readonly strict: boolean;
}

function writeFunction(tool: FunctionTool, path: string, { memo, dropped, strict }: ToolWriting): Wire {
  if (tool.strict === true && !strict) dropped.add(`${path}.function.strict`);
  if (tool.cache !== undefined) dropped.add('cache_control');
  const native = ownNative(tool.native);
  const { parameters: _, ...others } = native ?? {};
  return {
    name: memo.names.wire(tool.name),
    ...given('description', tool.description),
    ...parameters(tool, native),
    ...others,
  };
}

const FREE_TEXT = { type: 'object', properties: { input: { type: 'string' } }, required: ['input'] };

/** A free-text tool as a function with one text argument; a grammar can't be expressed. */
function writeCustom(tool: CustomTool, path: string, { memo, dropped }: ToolWriting): Wire {
  if (tool.format !== undefined && record(tool.format)?.['type'] !== 'text') dropped.add(`${path}.custom.format`);
  return {
    name: memo.names.wire(tool.name),
    ...given('description', tool.description),
    parametersJsonSchema: FREE_TEXT,
  };
}

/** The request's tools: all functions in one entry, each of the vendor's own tools in one of its own. Foreign server tools are reported. */
export function writeTools(tools: readonly Tool[], writing: ToolWriting): Wire[] {
  const written: Wire[] = [];
  const functions: Wire[] = [];
  const declare = (declaration: Wire): void => {
    if (functions.length === 0) written.push({ functionDeclarations: functions });
    functions.push(declaration);
  };
  for (const [index, tool] of tools.entries()) {
    const path = `tools.${index}`;
    if (tool.type === 'function') declare(writeFunction(tool, path, writing));
    else if (tool.type === 'custom') declare(writeCustom(tool, path, writing));
    else if (tool.format === FORMAT) written.push({ ...tool.value });
    else writing.dropped.add(tool.name);
  }
  return written;
}

const isStrict = (tool: Tool): boolean => tool.type === 'function' && tool.strict === true;

/**
 * The calling mode. ANY and VALIDATED hold the model to the schemas of its functions, and only they take names; VALIDATED leaves it
 * free to answer with text, and so stands for strict tools and for a choice among some of them.
 * Source: https://ai.google.dev/gemini-api/docs/function-calling#function_calling_modes
 */
export function callingMode(
  request: Pick<ChatRequest, 'tools' | 'toolChoice'>,
  model: string,
): 'AUTO' | 'ANY' | 'NONE' | 'VALIDATED' {
  const choice = request.toolChoice;
  if (choice?.type === 'tool' || choice?.type === 'required') return 'ANY';
  if (choice?.type === 'none') return 'NONE';
  const validates = (generation(model) ?? 0) >= 2.5 && (request.tools ?? []).some(isStrict);
  return validates || choice?.allowed !== undefined ? 'VALIDATED' : 'AUTO';
}

function allowedNames(choice: ToolChoice | undefined, memo: ToolMemo): string[] | undefined {
  if (choice === undefined || choice.type === 'none') return undefined;
  const names = choice.type === 'tool' ? [choice.name] : choice.allowed;
  return names?.map((name) => memo.names.wire(name));
}

/** The tool choice as `functionCallingConfig`. Without functions the API refuses one, and `auto` and `none` change nothing. */
export function writeToolChoice(request: ChatRequest, model: string, memo: ToolMemo): Wire | undefined {
  const choice = request.toolChoice;
  const mode = callingMode(request, model);
  if (choice === undefined && mode === 'AUTO') return undefined;
  const hasFunctions = (request.tools ?? []).some((tool) => tool.type !== 'server');
  if (!hasFunctions && mode !== 'ANY') return undefined;
  return { functionCallingConfig: { mode, ...given('allowedFunctionNames', allowedNames(choice, memo)) } };
}
