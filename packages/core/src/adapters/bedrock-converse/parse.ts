import type { ChatRequest, ReasoningOptions, ResponseFormat } from '../../chat/request.ts';
import { RequestError } from '../../kit/errors.ts';
import type { Inbound } from '../adapter.ts';
import { readProviderOptions } from '../options/check.ts';
import { count, given, isEmpty, type Json, number, parsedOr, put, record, string, strings } from '../shared/read.ts';
import { needObject } from './check.ts';
import { readMessages } from './messages-read.ts';
import { readEffort, readThinking, readTopK } from './thinking-read.ts';
import { readToolConfig } from './tools-read.ts';
import { FORMAT, isObject, others } from './wire.ts';

/** Members that are read one by one below; every other one is an extension. */
const READ: ReadonlySet<string> = new Set([
  'messages',
  'system',
  'inferenceConfig',
  'toolConfig',
  'additionalModelRequestFields',
  'outputConfig',
  'serviceTier',
  'requestMetadata',
  'providerOptions',
]);

/** Members of an object one by one: what `read` understands is no extension. */
function taken<Value>(
  fields: Json,
  name: string,
  read: (value: unknown) => Value | undefined,
): [Value | undefined, Json] {
  const value = Object.hasOwn(fields, name) ? read(fields[name]) : undefined;
  return value === undefined ? [undefined, fields] : [value, others(fields, new Set([name]))];
}

type Inference = Pick<ChatRequest, 'maxOutputTokens' | 'temperature' | 'topP' | 'stop'>;

function readInference(value: unknown): { read: Inference; rest: Json } {
  const config = isObject(value) ? value : {};
  const [maxOutputTokens, first] = taken(config, 'maxTokens', count);
  const [temperature, second] = taken(first, 'temperature', number);
  const [topP, third] = taken(second, 'topP', number);
  const [stop, rest] = taken(third, 'stopSequences', allStrings);
  const read: Inference = {};
  put(read, 'maxOutputTokens', maxOutputTokens);
  put(read, 'temperature', temperature);
  put(read, 'topP', topP);
  put(read, 'stop', stop);
  return { read, rest };
}

function allStrings(value: unknown): string[] | undefined {
  const list = strings(value);
  return list !== undefined && Array.isArray(value) && list.length === value.length ? list : undefined;
}

function parsedSchema(text: unknown): Json | undefined {
  return typeof text === 'string' ? record(parsedOr(text, undefined)) : undefined;
}

/** The schema is a JSON text. Source: https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_JsonSchemaDefinition.html */
function readFormat(value: unknown): ResponseFormat | undefined {
  const format = record(value);
  const definition = record(record(format?.structure)?.jsonSchema);
  const schema = parsedSchema(definition?.schema);
  if (format?.type !== 'json_schema' || schema === undefined) return undefined;
  return {
    type: 'json-schema',
    schema,
    ...given('name', string(definition?.name)),
    ...given('description', string(definition?.description)),
  };
}

function readOutput(value: unknown): {
  format: ResponseFormat | undefined;
  effort: ReasoningOptions['effort'];
  rest: Json;
} {
  const [format, first] = taken(isObject(value) ? value : {}, 'textFormat', readFormat);
  const [effort, rest] = taken(first, 'effort', readEffort);
  return { format, effort, rest };
}

/** The effort is asked for the answer as a whole and does not by itself ask for thinking. */
function withEffort(
  reasoning: ReasoningOptions | undefined,
  effort: ReasoningOptions['effort'],
): ReasoningOptions | undefined {
  if (effort === undefined) return reasoning;
  return reasoning === undefined ? { effort, effortScope: 'answer' } : { ...reasoning, effort };
}

function readMetadata(value: unknown): Record<string, string> | undefined {
  if (!isObject(value) || Object.values(value).some((entry) => typeof entry !== 'string')) return undefined;
  return value as Record<string, string>;
}

function readTier(value: unknown): string | undefined {
  const type = isObject(value) ? string(value.type) : undefined;
  return isObject(value) && Object.keys(value).length === 1 ? type : undefined;
}

/** The request whose tokens are to be counted, where it is a conversation. */
function converseIn(wire: Json, action: string | undefined): Json {
  if (action !== 'count-tokens') return wire;
  const converse = record(record(wire.input)?.converse);
  if (converse !== undefined) return converse;
  throw new RequestError(
    'invalid_request',
    'input.converse: must be a conversation; other inputs are not served here',
    {
      param: 'input.converse',
    },
  );
}

/**
 * A request body as a chat request. Members that the chat model has no name for become extensions of this format.
 * Throws RequestError `invalid_request` with `param`.
 */
export function parse(body: unknown, inbound: Inbound): ChatRequest {
  const wire = converseIn(needObject(body, 'body'), inbound.path.action);
  const messages = readMessages(wire.system, wire.messages);
  const { rest: toolsRest, ...tools } = readToolConfig(wire.toolConfig);
  const inference = readInference(wire.inferenceConfig);
  const { reasoning, rest: unthought } = readThinking(record(wire.additionalModelRequestFields) ?? {});
  const { topK, rest: own } = readTopK(unthought);
  const output = readOutput(wire.outputConfig);
  const tier = readTier(wire.serviceTier);
  const metadata = readMetadata(wire.requestMetadata);
  const request: ChatRequest = { messages, ...tools, ...inference.read };
  put(request, 'topK', topK);
  put(request, 'responseFormat', output.format);
  put(request, 'reasoning', withEffort(reasoning, output.effort));
  put(request, 'serviceTier', tier);
  put(request, 'metadata', metadata);
  put(request, 'providerOptions', readProviderOptions(wire.providerOptions));
  const extensions: Json = withoutNulls(others(wire, READ));
  const kept: Json = {
    inferenceConfig: inference.rest,
    toolConfig: toolsRest,
    additionalModelRequestFields: own,
    outputConfig: output.rest,
  };
  for (const [name, fields] of Object.entries(kept)) if (!isEmpty(fields as Json)) extensions[name] = fields;
  if (tier === undefined) put(extensions, 'serviceTier', wire.serviceTier ?? undefined);
  if (metadata === undefined) put(extensions, 'requestMetadata', wire.requestMetadata ?? undefined);
  if (!isEmpty(extensions)) request.extensions = { [FORMAT]: extensions };
  return request;
}

/** A member that is null is not there. */
const withoutNulls = (fields: Json): Json =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== null && value !== undefined));
