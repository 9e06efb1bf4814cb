import { asList, asObject, asText, type JsonObject } from '../../kit/json.ts';
import type { Received, SimOperation } from '../format.ts';
import type { VendorError } from '../vendor-error.ts';
import { badRequest } from './errors.ts';
import { isGenerate } from './read.ts';

/**
 * What the server refuses, in its words or near them. It is written in Go: a member of the wrong type is an error of its JSON reader, and one that it
 * does not know is passed over. Sources: https://docs.ollama.com/api/errors; ollama/ollama server/routes.go and api/types.go.
 */
export function refuseOllama(received: Received, operation: SimOperation): VendorError | undefined {
  if (operation === 'models') return undefined;
  const body = asObject(received.body);
  if (body === undefined) return badRequest('missing request body');
  if (received.model === '') return badRequest('model is required');
  if (operation === 'embeddings') return refuseInput(body);
  const form = isGenerate(received) ? refuseImages(body, 'GenerateRequest.images') : refuseMessages(body.messages);
  return form ?? refuseFormat(body.format) ?? refuseThink(body.think) ?? refuseOptions(body) ?? refuseTools(body.tools);
}

const cannot = (what: string, field: string): VendorError =>
  badRequest(`json: cannot unmarshal ${what} into Go struct field ${field}`);

function refuseInput(body: JsonObject): VendorError | undefined {
  const list = asList(body.input);
  const fits = typeof body.input === 'string' || list?.every((one) => typeof one === 'string') === true;
  return fits ? undefined : badRequest('invalid input type');
}

function refuseMessages(messages: unknown): VendorError | undefined {
  if (messages === undefined || messages === null) return undefined;
  const list = asList(messages);
  if (list === undefined) return cannot(typeof messages, 'ChatRequest.messages of type []api.Message');
  for (const value of list) {
    const message = asObject(value);
    if (message === undefined) return cannot(typeof value, 'ChatRequest.messages of type api.Message');
    const refused = refuseMessage(message);
    if (refused !== undefined) return refused;
  }
  return undefined;
}

const ROLES = ['system', 'user', 'assistant', 'tool'];

function refuseMessage(message: JsonObject): VendorError | undefined {
  if (!ROLES.includes(String(message.role)))
    return badRequest(`invalid role: ${String(message.role)} (must be one of ${ROLES.join(', ')})`);
  if (message.content !== undefined && typeof message.content !== 'string')
    return cannot(
      Array.isArray(message.content) ? 'array' : typeof message.content,
      'Message.messages.content of type string',
    );
  for (const value of asList(message.tool_calls) ?? []) {
    const called = asObject(asObject(value)?.function);
    if (asText(called?.name) === undefined) return cannot('object', 'ToolCallFunction.name of type string');
    if (asObject(called?.arguments) === undefined)
      return cannot(
        'string',
        'ToolCallFunction.messages.tool_calls.function.arguments of type api.ToolCallFunctionArguments',
      );
  }
  return refuseImages(message, 'Message.messages.images');
}

/** Images are base64 and nothing else. */
function refuseImages({ images }: JsonObject, field: string): VendorError | undefined {
  if (images === undefined || images === null) return undefined;
  const list = asList(images);
  if (list === undefined) return cannot(typeof images, `${field} of type []api.ImageData`);
  const wrong = list.findIndex((one) => typeof one !== 'string' || !/^[A-Za-z0-9+/]*={0,2}$/.test(one));
  return wrong < 0 ? undefined : badRequest('illegal base64 data at input byte 4');
}

function refuseFormat(format: unknown): VendorError | undefined {
  if (format === undefined || format === null || format === '' || format === 'json') return undefined;
  if (asObject(format) !== undefined) return undefined;
  return badRequest(`invalid format: ${JSON.stringify(format)}; expected "json" or a valid JSON Schema object`);
}

const THINK = [true, false, 'high', 'medium', 'low'];

function refuseThink(think: unknown): VendorError | undefined {
  if (think === undefined || think === null || THINK.includes(think as boolean)) return undefined;
  return badRequest(`invalid think value: ${JSON.stringify(think)} (must be "high", "medium", "low", true, or false)`);
}

const INTEGERS = ['num_predict', 'num_ctx', 'top_k', 'seed'];
const NUMBERS = ['temperature', 'top_p', 'min_p', 'frequency_penalty', 'presence_penalty', 'repeat_penalty'];

function refuseOptions(body: JsonObject): VendorError | undefined {
  if (body.options === undefined || body.options === null) return undefined;
  const options = asObject(body.options);
  if (options === undefined) return cannot(typeof body.options, 'ChatRequest.options of type map[string]interface {}');
  const given = Object.entries(options).filter(([, value]) => value !== null);
  for (const [name, value] of given) {
    if ((INTEGERS.includes(name) || NUMBERS.includes(name)) && typeof value !== 'number')
      return badRequest(`option "${name}" must be of type ${INTEGERS.includes(name) ? 'integer' : 'float32'}`);
    if (name === 'stop' && asList(value)?.every((one) => typeof one === 'string') !== true)
      return badRequest('option "stop" must be of an array of strings');
  }
  const top = body.top_logprobs;
  return typeof top === 'number' && (top < 0 || top > 20)
    ? badRequest('top_logprobs must be between 0 and 20')
    : undefined;
}

function refuseTools(tools: unknown): VendorError | undefined {
  if (tools === undefined || tools === null) return undefined;
  const list = asList(tools);
  if (list === undefined) return cannot(typeof tools, 'ChatRequest.tools of type api.Tools');
  const wrong = list.some((tool) => {
    const declared = asObject(asObject(tool)?.function);
    return asText(declared?.name) === undefined || asObject(declared?.parameters) === undefined;
  });
  return wrong ? cannot('tool', 'ChatRequest.tools.function of type api.ToolFunction') : undefined;
}
