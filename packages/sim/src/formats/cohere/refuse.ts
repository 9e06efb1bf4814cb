import { asList, asNumber, asObject, inWords, type JsonObject, objectsOf } from '../../kit/json.ts';
import type { Received, SimOperation, Strictness } from '../format.ts';
import type { VendorError } from '../vendor-error.ts';
import { cohereError, invalid } from './errors.ts';
import { refuseMessages } from './refuse-messages.ts';

/** Members of each request. Source: https://docs.cohere.com/reference/chat, /reference/embed, /reference/rerank */
const KNOWN: Readonly<Record<string, ReadonlySet<string>>> = {
  chat: new Set(
    (
      'stream model messages tools strict_tools documents citation_options response_format safety_mode max_tokens stop_sequences temperature seed ' +
      'frequency_penalty presence_penalty k p logprobs tool_choice thinking priority'
    ).split(' '),
  ),
  embeddings: new Set(
    'model input_type texts images inputs max_tokens output_dimension embedding_types truncate priority'.split(' '),
  ),
  rerank: new Set('model query documents top_n max_tokens_per_doc priority'.split(' ')),
};

/** Source: the descriptions of these fields on the page of the chat endpoint. */
const RANGES: Readonly<Record<string, readonly [from: number, to: number]>> = {
  temperature: [0, Number.POSITIVE_INFINITY],
  frequency_penalty: [0, 1],
  presence_penalty: [0, 1],
  k: [0, 500],
  p: [0.01, 0.99],
};

/** What api.cohere.com refuses, in words like its own. */
export function refuseCohere(
  received: Received,
  operation: SimOperation,
  strictness: Strictness,
): VendorError | undefined {
  if (operation === 'models') return undefined;
  const body = asObject(received.body);
  if (body === undefined) return invalid('the body is no JSON object');
  if (typeof body.model !== 'string' || body.model === '')
    return cohereError('bad-request', { message: 'a model parameter is required for this endpoint.' });
  const unknown = Object.keys(body).find((name) => KNOWN[operation]?.has(name) === false);
  if (unknown !== undefined && strictness.unknownFields === 'refuse') return invalid(`unknown field: ${unknown}`);
  if (operation === 'embeddings') return refuseInputs(body);
  if (operation === 'rerank') return refuseDocuments(body);
  return refuseNumbers(body) ?? refuseMessages(body) ?? refuseTools(body) ?? refuseFormat(body) ?? refuseThinking(body);
}

function refuseNumbers(body: JsonObject): VendorError | undefined {
  for (const [name, [from, to]] of Object.entries(RANGES)) {
    if (body[name] === undefined) continue;
    const value = asNumber(body[name]);
    if (value === undefined || value < from || value > to)
      return invalid(`${name} must be between ${from} and ${to} inclusive.`);
  }
  const stops = body.stop_sequences === undefined ? [] : asList(body.stop_sequences);
  return stops === undefined || stops.length > 5
    ? invalid('stop_sequences must be a list of up to 5 strings')
    : undefined;
}

/** Names of functions. Source: https://docs.cohere.com/v1/reference/chat, tools.name */
const NAME = /^[a-zA-Z_][a-zA-Z0-9_]*$/;

function refuseTools(body: JsonObject): VendorError | undefined {
  for (const tool of objectsOf(body.tools)) {
    const called = asObject(tool.function);
    if (tool.type !== 'function' || called === undefined) return invalid('tools must be functions');
    if (!NAME.test(inWords(called.name))) return invalid(`tool name ${inWords(called.name)} is not valid`);
    if (asObject(called.parameters) === undefined) return invalid('tool parameters must be an object');
    const extra = Object.keys(called).find((name) => !['name', 'description', 'parameters'].includes(name));
    if (extra !== undefined) return invalid(`unknown field: tools.function.${extra}`);
  }
  const choice = body.tool_choice;
  if (choice !== undefined && choice !== 'REQUIRED' && choice !== 'NONE')
    return invalid('tool_choice must be REQUIRED or NONE');
  if (choice === 'REQUIRED' && objectsOf(body.tools).length === 0)
    return invalid('tools must be given when tool_choice is REQUIRED');
  return undefined;
}

/** Source: https://docs.cohere.com/docs/structured-outputs; the words are of the page of errors. */
function refuseFormat(body: JsonObject): VendorError | undefined {
  const format = asObject(body.response_format);
  if (format === undefined) return undefined;
  if (format.type !== 'text' && format.type !== 'json_object') return invalid('response_format.type is not valid');
  if (format.type === 'text')
    return format.json_schema === undefined ? undefined : invalid('json_schema needs json_object');
  if (body.documents !== undefined) return invalid('response_format is not supported with RAG.');
  return body.tools === undefined ? undefined : invalid('response_format is not supported with tools.');
}

/** Source: https://docs.cohere.com/docs/reasoning */
function refuseThinking(body: JsonObject): VendorError | undefined {
  if (body.thinking === undefined) return undefined;
  const thinking = asObject(body.thinking);
  if (thinking?.type !== 'enabled' && thinking?.type !== 'disabled') return invalid('thinking.type is not valid');
  const budget = thinking.token_budget;
  return budget === undefined || (asNumber(budget) ?? 0) > 0 ? undefined : invalid('token_budget must be positive');
}

function refuseInputs(body: JsonObject): VendorError | undefined {
  if (body.input_type === undefined) return invalid('valid input_type must be provided with the provided model');
  const given = [body.texts, body.images, body.inputs].filter((one) => one !== undefined);
  if (given.length !== 1) return invalid('exactly one of texts, images or inputs must be given');
  const count = asList(given[0])?.length ?? 0;
  return count === 0 || count > 96 ? invalid('there must be 1 to 96 inputs') : undefined;
}

function refuseDocuments(body: JsonObject): VendorError | undefined {
  if (typeof body.query !== 'string' || body.query.trim() === '')
    return invalid('query must not be empty or be only whitespace');
  const documents = asList(body.documents) ?? [];
  if (documents.length === 0) return invalid('list of documents must not be empty');
  return documents.every((one) => typeof one === 'string') ? undefined : invalid('documents must be strings');
}
