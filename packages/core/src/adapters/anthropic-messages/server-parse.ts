import type {
  ChatRequest,
  FunctionTool,
  ReasoningOptions,
  ResponseFormat,
  Tool,
  ToolChoice,
} from '../../chat/request.ts';
import type { Inbound } from '../adapter.ts';
import { readProviderOptions } from '../options/check.ts';
import { count, given, type Json, number, string, strings } from '../shared/read.ts';
import { readBetas } from './betas.ts';
import { needArray, needObject, needString } from './check.ts';
import { readMessages } from './server-messages.ts';
import { asNative, FORMAT, isObject, others, readCache } from './wire.ts';

/** Members that the chat model has a name for. What of them has an unexpected type stays an extension, for the provider to judge. */
const CORE: ReadonlySet<string> = new Set([
  'model',
  'stream',
  'messages',
  'system',
  'max_tokens',
  'tools',
  'betas',
  'anthropic_beta',
  'providerOptions',
]);
const TOOL: ReadonlySet<string> = new Set(['name', 'description', 'input_schema', 'strict', 'cache_control']);

function functionTool(tool: Json, name: string): FunctionTool {
  const { cache, odd } = readCache(tool.cache_control);
  const rest = { ...others(tool, TOOL), ...(odd === undefined ? {} : { cache_control: odd }) };
  return {
    type: 'function',
    name,
    ...given('description', string(tool.description)),
    ...(isObject(tool.input_schema) ? { inputSchema: tool.input_schema } : {}),
    ...(typeof tool.strict === 'boolean' ? { strict: tool.strict } : {}),
    ...given('cache', cache),
    ...asNative(rest),
  };
}

/** Tools without a type, or of type custom, are the client's own; every other type is the vendor's and kept whole. */
function readTool(value: unknown, param: string): Tool {
  const tool = needObject(value, param);
  const type = string(tool.type);
  if (type === undefined || type === 'custom') return functionTool(tool, needString(tool.name, `${param}.name`));
  return {
    type: 'server',
    format: FORMAT,
    name: type,
    value: tool,
    ...given('cache', readCache(tool.cache_control).cache),
  };
}

const CHOICES: Readonly<Record<string, 'auto' | 'none' | 'required'>> = { auto: 'auto', none: 'none', any: 'required' };

function readToolChoice(value: Json): ToolChoice | undefined {
  const type = string(value.type) ?? '';
  const name = string(value.name);
  if (type === 'tool' && name !== undefined) return { type: 'tool', name };
  const choice = Object.hasOwn(CHOICES, type) ? CHOICES[type] : undefined;
  return choice === undefined ? undefined : { type: choice };
}

const EFFORTS: ReadonlySet<unknown> = new Set(['low', 'medium', 'high', 'xhigh', 'max']);
type Effort = NonNullable<ReasoningOptions['effort']>;
const isEffort = (value: unknown): value is Effort => EFFORTS.has(value);

/** `display` of thinking: shown as a summary, or left out. */
const SHOWN: Readonly<Record<string, boolean>> = { summarized: true, omitted: false };

/** Source: https://platform.claude.com/docs/en/build-with-claude/adaptive-thinking. undefined: a type that is not known here. */
function readThinking(value: Json): ReasoningOptions | undefined {
  if (value.type === 'disabled' || value.type === 'between_tools') return { enabled: false };
  if (value.type !== 'enabled' && value.type !== 'adaptive') return undefined;
  return { enabled: true, ...given('budget', number(value.budget_tokens)), ...given('include', shown(value.display)) };
}

function shown(display: unknown): boolean | undefined {
  return typeof display === 'string' && Object.hasOwn(SHOWN, display) ? SHOWN[display] : undefined;
}

/** What of `thinking` the options don't hold, such as `block_binding`. */
function thinkingExtras(value: Json): Json {
  const known = new Set([
    'type',
    'budget_tokens',
    ...(value.display === null || shown(value.display) !== undefined ? ['display'] : []),
  ]);
  return others(value, known);
}

function readFormat(value: unknown): ResponseFormat | undefined {
  if (!isObject(value) || value.type !== 'json_schema' || !isObject(value.schema)) return undefined;
  return { type: 'json-schema', schema: value.schema };
}

/** Reads members one by one; what was read is no extension. */
class Reader {
  readonly rest: Map<string, unknown>;
  constructor(body: Json) {
    this.rest = new Map(Object.entries(body).filter(([key, value]) => !CORE.has(key) && value !== null));
  }
  /** The member if `read` understands it; it then counts as read. */
  take<Value>(key: string, read: (value: unknown) => Value | undefined): Value | undefined {
    const value = this.rest.has(key) ? read(this.rest.get(key)) : undefined;
    if (value !== undefined) this.rest.delete(key);
    return value;
  }
  /** The member's other fields stay an extension; none left: the member counts as read. */
  keep(key: string, fields: Json): void {
    if (Object.keys(fields).length === 0) this.rest.delete(key);
    else this.rest.set(key, fields);
  }
}

function readOutput(reader: Reader): { format?: ResponseFormat; effort?: Effort } {
  const older = reader.take('output_format', readFormat);
  const config = reader.rest.get('output_config');
  if (!isObject(config)) return given('format', older);
  const format = readFormat(config.format);
  const effort = isEffort(config.effort) ? config.effort : undefined;
  const read = new Set([...(format === undefined ? [] : ['format']), ...(effort === undefined ? [] : ['effort'])]);
  reader.keep('output_config', others(config, read));
  return { ...given('format', format ?? older), ...given('effort', effort) };
}

function readReasoning(reader: Reader, effort: Effort | undefined): ReasoningOptions | undefined {
  const wire = reader.rest.get('thinking');
  const thinking = isObject(wire) ? readThinking(wire) : undefined;
  if (isObject(wire) && thinking !== undefined) reader.keep('thinking', thinkingExtras(wire));
  if (effort === undefined) return thinking;
  return thinking === undefined ? { effort, effortScope: 'answer' } : { ...thinking, effort };
}

const USER_ID: ReadonlySet<string> = new Set(['user_id']);

function readUser(reader: Reader): string | undefined {
  const metadata = reader.rest.get('metadata');
  if (!isObject(metadata)) return undefined;
  const user = string(metadata.user_id);
  if (user !== undefined || metadata.user_id === null) reader.keep('metadata', others(metadata, USER_ID));
  return user;
}

function readParallel(reader: Reader): Pick<ChatRequest, 'toolChoice' | 'parallelToolCalls'> {
  const choice = reader.rest.get('tool_choice');
  if (!isObject(choice)) return {};
  const toolChoice = reader.take('tool_choice', () => readToolChoice(choice));
  const disabled = choice.disable_parallel_tool_use;
  return {
    ...given('toolChoice', toolChoice),
    ...(typeof disabled === 'boolean' ? { parallelToolCalls: !disabled } : {}),
  };
}

/** `standard_only` is what others call the default tier. */
const readTier = (value: unknown): string | undefined => (value === 'standard_only' ? 'default' : string(value));

function readStops(value: unknown): string[] | undefined {
  const stops = strings(value);
  return stops !== undefined && Array.isArray(value) && stops.length === value.length ? stops : undefined;
}

/**
 * A request body as a chat request. Members that the chat model has no name for become extensions of this format.
 * Throws RequestError `invalid_request` with `param`.
 */
export function parse(body: unknown, inbound: Inbound): ChatRequest {
  const wire = needObject(body, 'body');
  const messages = readMessages(wire.system, wire.messages);
  const tools =
    wire.tools === undefined || wire.tools === null
      ? undefined
      : needArray(wire.tools, 'tools').map((tool, index) => readTool(tool, `tools.${index}`));
  const reader = new Reader(wire);
  const { format, effort } = readOutput(reader);
  const request: ChatRequest = {
    messages,
    ...given('tools', tools),
    ...given('providerOptions', readProviderOptions(wire.providerOptions)),
    ...readParallel(reader),
    ...given('maxOutputTokens', count(wire.max_tokens)),
    ...given('temperature', reader.take('temperature', number)),
    ...given('topP', reader.take('top_p', number)),
    ...given('topK', reader.take('top_k', number)),
    ...given('stop', reader.take('stop_sequences', readStops)),
    ...given('responseFormat', format),
    ...given('reasoning', readReasoning(reader, effort)),
    ...given('user', readUser(reader)),
    ...given('serviceTier', reader.take('service_tier', readTier)),
    ...given(
      'cache',
      reader.take('cache_control', (value) =>
        readCache(value).odd === undefined ? readCache(value).cache : undefined,
      ),
    ),
  };
  const betas = readBetas(inbound.header('anthropic-beta'), wire);
  if (betas.length > 0) reader.rest.set('betas', betas);
  if (reader.rest.size > 0) request.extensions = { [FORMAT]: Object.fromEntries(reader.rest) };
  return request;
}
