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
import { boolean, count, given, type Json, number, put, record, string } from '../shared/read.ts';
import { needArray, needObject, needText } from './check.ts';
import { readMessages } from './server-messages.ts';
import { asNative, FORMAT, others } from './wire.ts';

const FUNCTION: ReadonlySet<string> = new Set(['name', 'description', 'parameters']);

/** Every tool is the client's own. Types that are not known here are kept whole. */
function readTool(value: unknown, param: string, strict: boolean | undefined): Tool {
  const tool = needObject(value, param);
  if (tool.type !== undefined && tool.type !== 'function')
    return { type: 'server', format: FORMAT, name: string(tool.type) ?? 'tool', value: tool };
  const described = needObject(tool.function, `${param}.function`);
  const read: FunctionTool = { type: 'function', name: needText(described.name, `${param}.function.name`) };
  put(read, 'description', string(described.description));
  put(read, 'inputSchema', record(described.parameters));
  put(read, 'strict', strict);
  return { ...read, ...asNative(others(described, FUNCTION)) };
}

const CHOICES: Readonly<Record<string, ToolChoice>> = { REQUIRED: { type: 'required' }, NONE: { type: 'none' } };

function readChoice(value: unknown): ToolChoice | undefined {
  return typeof value === 'string' && Object.hasOwn(CHOICES, value) ? CHOICES[value] : undefined;
}

function readFormat(value: unknown): ResponseFormat | undefined {
  const format = record(value);
  if (format?.type === 'text') return { type: 'text' };
  if (format?.type !== 'json_object') return undefined;
  const schema = record(format.json_schema);
  return schema === undefined ? { type: 'json' } : { type: 'json-schema', schema };
}

/** Source: https://docs.cohere.com/docs/reasoning */
function readThinking(value: unknown): ReasoningOptions | undefined {
  const thinking = record(value);
  if (thinking?.type !== 'enabled' && thinking?.type !== 'disabled') return undefined;
  return { enabled: thinking.type === 'enabled', ...given('budget', count(thinking.token_budget)) };
}

function stopList(value: unknown): string[] | undefined {
  return Array.isArray(value) && value.every((entry) => typeof entry === 'string') ? value : undefined;
}

/** Takes a member into the request; false when it has the wrong type: then it stays an extension, for the provider to judge. */
type Take = (value: unknown, request: ChatRequest) => boolean;

function into<Key extends keyof ChatRequest>(key: Key, read: (value: unknown) => ChatRequest[Key] | undefined): Take {
  return (value, request) => {
    const found = read(value);
    put(request, key, found);
    return found !== undefined;
  };
}

const read: Take = () => true;

const MEMBERS: ReadonlyMap<string, Take> = new Map([
  ['model', read],
  ['stream', read],
  ['messages', read],
  ['documents', read],
  ['tools', read],
  ['providerOptions', read],
  ['strict_tools', (value, request) => typeof value === 'boolean' && request.tools !== undefined],
  ['tool_choice', into('toolChoice', readChoice)],
  ['max_tokens', into('maxOutputTokens', count)],
  ['stop_sequences', into('stop', stopList)],
  ['temperature', into('temperature', number)],
  ['seed', into('seed', number)],
  ['frequency_penalty', into('frequencyPenalty', number)],
  ['presence_penalty', into('presencePenalty', number)],
  ['k', into('topK', number)],
  ['p', into('topP', number)],
  ['logprobs', into('logprobs', boolean)],
  ['response_format', into('responseFormat', readFormat)],
  ['thinking', into('reasoning', readThinking)],
]);

/** A request of the chat API in the canonical model. Throws RequestError `invalid_request`. */
export function parse(value: unknown, _inbound: Inbound): ChatRequest {
  const body = needObject(value, 'body');
  const request: ChatRequest = { messages: readMessages(body.messages, body.documents) };
  if (body.tools !== undefined && body.tools !== null) {
    const strict = boolean(body.strict_tools);
    request.tools = needArray(body.tools, 'tools').map((tool, at) => readTool(tool, `tools.${at}`, strict));
  }
  put(request, 'providerOptions', readProviderOptions(body.providerOptions));
  const left: Json = Object.fromEntries(
    Object.entries(body).filter(
      ([name, member]) => member !== null && member !== undefined && MEMBERS.get(name)?.(member, request) !== true,
    ),
  );
  if (Object.keys(left).length > 0) request.extensions = { [FORMAT]: left };
  return request;
}
