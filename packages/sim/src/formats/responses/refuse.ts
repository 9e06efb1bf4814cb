import { asList, asNumber, asObject, inWords, type JsonObject } from '../../kit/json.ts';
import type { Received, SimOperation, Strictness } from '../format.ts';
import { empty, invalidParameter, missing, openAiError } from '../openai/errors.ts';
import { refuseSchema } from '../openai/refuse-schema.ts';
import type { VendorError } from '../vendor-error.ts';
import { contentText, itemsOf } from './read.ts';
import { refuseInput } from './refuse-input.ts';

/** Source: openai-openapi `CreateResponse`, all members; openai-node src/resources/responses/responses.ts. */
const KNOWN = new Set(
  (
    'background context_management conversation include input instructions max_output_tokens max_tool_calls metadata model moderation ' +
    'parallel_tool_calls previous_response_id prompt prompt_cache_key prompt_cache_options prompt_cache_retention reasoning safety_identifier ' +
    'service_tier store stream stream_options temperature text tool_choice tools top_logprobs top_p truncation user'
  ).split(' '),
);
/** Names of functions. Source: openai-openapi `FunctionTool.name`. */
const NAME = /^[a-zA-Z0-9_-]{1,64}$/;

/** What api.openai.com refuses at /v1/responses, in its words. */
export function refuseResponses(
  received: Received,
  operation: SimOperation,
  strictness: Strictness,
): VendorError | undefined {
  const body = asObject(received.body);
  if (body === undefined)
    return openAiError('bad-request', { message: 'We could not parse the JSON body of your request.' });
  if (received.model === '') return missing('model');
  return (
    refuseUnknown(body, strictness) ??
    (body.input === undefined && operation === 'chat' ? missing('input') : undefined) ??
    refuseInput(itemsOf(body.input), strictness) ??
    refuseTools(body) ??
    refuseNumbers(body) ??
    refuseFormat(body) ??
    refuseInclude(body, received.model)
  );
}

/** Source: api.openai.com; code `unknown_parameter`. */
function refuseUnknown(body: JsonObject, strictness: Strictness): VendorError | undefined {
  const unknown = Object.keys(body).find((name) => !KNOWN.has(name));
  if (unknown === undefined || strictness.unknownFields === 'allow') return undefined;
  return invalidParameter(`Unknown parameter: '${unknown}'.`, unknown, 'unknown_parameter');
}

function refuseTools(body: JsonObject): VendorError | undefined {
  const tools = asList(body.tools);
  if (tools !== undefined && tools.length === 0) return empty('tools');
  for (const [index, value] of (tools ?? []).entries()) {
    const tool = asObject(value) ?? {};
    if (tool.type === undefined) return missing(`tools[${index}].type`);
    if (tool.type !== 'function' && tool.type !== 'custom') continue;
    if (typeof tool.name !== 'string') return missing(`tools[${index}].name`);
    if (!NAME.test(tool.name))
      return invalidParameter(
        `Invalid 'tools[${index}].name': string does not match pattern. Expected a string that matches the pattern '^[a-zA-Z0-9_-]+$'.`,
        `tools[${index}].name`,
        'invalid_value',
      );
    if (tool.strict !== true) continue;
    const refused = refuseSchema(tool.parameters, `function '${tool.name}'`, `tools[${index}].parameters`);
    if (refused !== undefined) return refused;
  }
  return refuseChoice(body, tools);
}

function refuseChoice(body: JsonObject, tools: readonly unknown[] | undefined): VendorError | undefined {
  const choice = asObject(body.tool_choice);
  if (body.tool_choice !== undefined && body.tool_choice !== null && tools === undefined && body.tool_choice !== 'none')
    return invalidParameter("Tool choice 'required' must be specified with 'tools' parameter.", 'tool_choice', null);
  if (choice?.type !== 'function' || (tools ?? []).some((tool) => asObject(tool)?.name === choice.name))
    return undefined;
  return invalidParameter(
    `Tool choice 'function' not found in 'tools' parameter: ${inWords(choice.name)}.`,
    'tool_choice',
    null,
  );
}

/** Source: openai-openapi, `minimum` and `maximum` of each. */
const RANGES = [
  ['temperature', 0, 2],
  ['top_p', 0, 1],
  ['max_output_tokens', 1, Number.POSITIVE_INFINITY],
  ['top_logprobs', 0, 20],
] as const;

function refuseNumbers(body: JsonObject): VendorError | undefined {
  for (const [name, least, most] of RANGES) {
    const value = body[name];
    if (value === undefined || value === null) continue;
    const number = asNumber(value);
    if (number === undefined)
      return invalidParameter(
        `Invalid type for '${name}': expected a number, but got ${inWords(value)} instead.`,
        name,
        'invalid_type',
      );
    if (number < least)
      return invalidParameter(
        `Invalid '${name}': integer below minimum value. Expected a value >= ${least}, but got ${number} instead.`,
        name,
        'integer_below_min_value',
      );
    if (number > most)
      return invalidParameter(
        `Invalid '${name}': decimal above maximum value. Expected a value <= ${most}, but got ${number} instead.`,
        name,
        'decimal_above_max_value',
      );
  }
  return undefined;
}

/** Source: openai-openapi `ResponseFormatTextJSONSchemaConfig`; json_object wants the word in the input. */
function refuseFormat(body: JsonObject): VendorError | undefined {
  const format = asObject(asObject(body.text)?.format);
  if (format?.type === 'json_object') {
    const told = itemsOf(body.input).some((item) => /json/i.test(contentText(item.content)));
    return told || /json/i.test(String(body.instructions ?? ''))
      ? undefined
      : invalidParameter(
          "Response input messages must contain the word 'json' in some form to use 'text.format' of type 'json_object'.",
          'input',
          null,
        );
  }
  if (format?.type !== 'json_schema') return undefined;
  if (typeof format.name !== 'string') return missing('text.format.name');
  if (format.schema === undefined) return missing('text.format.schema');
  return format.strict === true
    ? refuseSchema(format.schema, `response_format '${format.name}'`, 'text.format.schema')
    : undefined;
}

/** Source: the answer of api.openai.com to a model that does not reason. */
function refuseInclude(body: JsonObject, model: string): VendorError | undefined {
  if (!/^gpt-(?:3|4)/.test(model) || asList(body.include)?.includes('reasoning.encrypted_content') !== true)
    return undefined;
  return invalidParameter('Encrypted content is not supported with this model.', 'include', null);
}
