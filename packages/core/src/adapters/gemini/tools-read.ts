import type { FunctionTool, Tool, ToolChoice } from '../../chat/request.ts';
import { RequestError } from '../../kit/errors.ts';
import { given, record, string } from '../shared/read.ts';
import { fromOpenApi } from './schema.ts';
import { camelRecord, camelRecords, FORMAT, rest, type Wire } from './wire.ts';

const DECLARATION = new Set(['name', 'description', 'parametersJsonSchema']);

/** A `functionDeclaration`; the members without a name in the chat model, and the original of converted parameters, stay native. */
function readDeclaration(declaration: Wire, path: string): FunctionTool {
  const name = string(declaration['name']);
  if (name === undefined || name === '')
    throw new RequestError('invalid_request', `"${path}.name" must be a non-empty string.`, { param: `${path}.name` });
  const openApi = record(declaration['parameters']);
  const schema = record(declaration['parametersJsonSchema']) ?? (openApi && fromOpenApi(openApi));
  const native = rest(declaration, DECLARATION);
  return {
    type: 'function',
    name,
    ...given('description', string(declaration['description'])),
    ...given('inputSchema', schema),
    ...(native !== undefined && { native: { [FORMAT]: native } }),
  };
}

function readTool(tool: Wire, path: string): Tool[] {
  return Object.entries(tool).flatMap(([key, value]): Tool[] => {
    if (key === 'functionDeclarations')
      return camelRecords(value, `${path}.${key}`).map((declaration, index) =>
        readDeclaration(declaration, `${path}.${key}.${index}`),
      );
    return value === undefined || value === null
      ? []
      : [{ type: 'server', format: FORMAT, name: key, value: { [key]: value } }];
  });
}

/** The request's `tools`: functions, and everything that the vendor runs as server tools. Throws RequestError `invalid_request`. */
export function readTools(value: unknown): Tool[] {
  return camelRecords(value, 'tools').flatMap((tool, index) => readTool(tool, `tools.${index}`));
}

/** The member in either spelling; null when there is none. */
const either = (object: Wire | undefined, camelName: string, snakeName: string): unknown =>
  object?.[camelName] ?? object?.[snakeName] ?? null;

/**
 * Does the request name servers that the vendor then calls: MCP servers, or a search of the client's own? Lenient: used before the body is validated.
 * Sources: https://googleapis.github.io/java-genai/javadoc/com/google/genai/types/McpServer.html and …/ExternalApi.html
 */
export function namesRemoteTools(value: unknown): boolean {
  const tools: unknown[] = Array.isArray(value) ? value : [value];
  return tools.some((tool) => {
    const object = record(tool);
    const search = either(record(object?.['retrieval']), 'externalApi', 'external_api');
    return either(object, 'mcpServers', 'mcp_servers') !== null || search !== null;
  });
}

const CONFIG = new Set(['mode', 'allowedFunctionNames']);

function choiceOf(mode: string, allowed: string[] | undefined): ToolChoice | undefined {
  const some = allowed === undefined || allowed.length === 0 ? {} : { allowed };
  if (mode === 'NONE') return { type: 'none' };
  if (mode === 'AUTO') return { type: 'auto', ...some };
  if (mode === 'VALIDATED') return { type: 'auto', ...some };
  if (mode !== 'ANY') return undefined;
  const only = allowed?.length === 1 ? allowed[0] : undefined;
  return only === undefined ? { type: 'required', ...some } : { type: 'tool', name: only };
}

/** Can the mode be told from the choice alone? VALIDATED is what `allowed` with auto is written as. */
const tellsMode = (mode: string, choice: ToolChoice | undefined): boolean =>
  choice !== undefined && mode !== (choice.type === 'auto' && choice.allowed !== undefined ? 'AUTO' : 'VALIDATED');

/**
 * `toolConfig` as a tool choice, and as extensions by their path what it can't say.
 * Source: https://ai.google.dev/api/caching#ToolConfig
 */
export function readToolConfig(value: unknown): { choice?: ToolChoice; extensions: [string, unknown][] } {
  const config = camelRecord(value, 'toolConfig') ?? {};
  const extensions = Object.entries(rest(config, new Set(['functionCallingConfig'])) ?? {}).map(
    ([key, member]): [string, unknown] => [`toolConfig.${key}`, member],
  );
  const calling = camelRecord(config['functionCallingConfig'], 'toolConfig.functionCallingConfig');
  if (calling === undefined) return { extensions };
  const path = 'toolConfig.functionCallingConfig';
  const names = calling['allowedFunctionNames'];
  const allowed = Array.isArray(names) ? names.filter((name): name is string => typeof name === 'string') : undefined;
  const mode = string(calling['mode'])?.toUpperCase();
  const choice = mode === undefined ? undefined : choiceOf(mode, allowed);
  if (mode !== undefined && !tellsMode(mode, choice)) extensions.push([`${path}.mode`, mode]);
  if (allowed !== undefined && choice === undefined) extensions.push([`${path}.allowedFunctionNames`, allowed]);
  for (const [key, member] of Object.entries(rest(calling, CONFIG) ?? {})) extensions.push([`${path}.${key}`, member]);
  return { ...given('choice', choice), extensions };
}
