import { asList, asObject, inWords, type JsonObject, typeName } from '../../kit/json.ts';
import type { Strictness } from '../format.ts';
import type { VendorError } from '../vendor-error.ts';
import { empty, invalidParameter } from './errors.ts';
import { refusePlace } from './refuse-place.ts';
import { refuseReasoning } from './refuse-reasoning.ts';

const ROLES = ['system', 'assistant', 'user', 'function', 'tool', 'developer'];

/** Parts that a message of a role may have. Source: openai-openapi `ChatCompletionRequest…MessageContentPart`. */
const PARTS: Readonly<Record<string, readonly string[]>> = {
  system: ['text'],
  developer: ['text'],
  tool: ['text'],
  user: ['text', 'image_url', 'input_audio', 'file'],
  assistant: ['text', 'refusal'],
};

/** What is wrong with `messages`; the words are api.openai.com's. */
export function refuseMessages(body: JsonObject, strictness: Strictness): VendorError | undefined {
  if (body.messages === undefined)
    return invalidParameter("Missing required parameter: 'messages'.", 'messages', 'missing_required_parameter');
  const messages = asList(body.messages);
  if (messages === undefined) {
    return invalidParameter(
      `Invalid type for 'messages': expected an array of objects, but got a ${typeName(body.messages)} instead.`,
      'messages',
      'invalid_type',
    );
  }
  if (messages.length === 0) return empty('messages');
  const read = messages.map((message) => asObject(message) ?? {});
  for (const [index, message] of read.entries()) {
    const refused =
      refuseMessage(message, index) ?? refusePlace(read, index) ?? refuseReasoning(message, index, strictness);
    if (refused !== undefined) return refused;
  }
  return undefined;
}

function refuseMessage(message: JsonObject, index: number): VendorError | undefined {
  const role = message.role;
  if (typeof role !== 'string')
    return invalidParameter(
      `Missing required parameter: 'messages[${index}].role'.`,
      `messages[${index}].role`,
      'missing_required_parameter',
    );
  if (!ROLES.includes(role)) {
    return invalidParameter(
      `Invalid value: '${role}'. Supported values are: 'system', 'assistant', 'user', 'function', 'tool', and 'developer'.`,
      `messages[${index}].role`,
      'invalid_value',
    );
  }
  return refuseContent(message, role, index) ?? refuseCalls(message, index);
}

function refuseContent(message: JsonObject, role: string, index: number): VendorError | undefined {
  const { content } = message;
  if (content === undefined || content === null) {
    if (
      role === 'assistant' &&
      (message.tool_calls !== undefined || message.refusal !== undefined || message.function_call !== undefined)
    )
      return undefined;
    return invalidParameter(
      `Invalid value for 'content': expected a string, got null.`,
      `messages.[${index}].content`,
      null,
    );
  }
  if (typeof content === 'string') return undefined;
  const parts = asList(content);
  const at = `messages[${index}].content`;
  if (parts === undefined)
    return invalidParameter(
      `Invalid type for '${at}': expected one of a string or array of objects, but got an ${typeName(content)} instead.`,
      at,
      'invalid_type',
    );
  if (parts.length === 0) return empty(at);
  for (const [place, part] of parts.entries()) {
    const type = inWords(asObject(part)?.type);
    const allowed = PARTS[role] ?? ['text'];
    if (!allowed.includes(type)) {
      return invalidParameter(
        `Invalid value: '${type}'. Supported values are: ${allowed.map((one) => `'${one}'`).join(', ')}.`,
        `${at}[${place}].type`,
        'invalid_value',
      );
    }
  }
  return undefined;
}

function refuseCalls(message: JsonObject, index: number): VendorError | undefined {
  if (message.tool_calls === undefined) return undefined;
  const at = `messages[${index}].tool_calls`;
  const calls = asList(message.tool_calls) ?? [];
  if (calls.length === 0) return empty(at);
  for (const [place, call] of calls.entries()) {
    const read = asObject(call) ?? {};
    if (typeof read.id !== 'string')
      return invalidParameter(
        `Missing required parameter: '${at}[${place}].id'.`,
        `${at}[${place}].id`,
        'missing_required_parameter',
      );
    if (read.id.length > 40) {
      const length = read.id.length;
      return invalidParameter(
        `Invalid '${at}[${place}].id': string too long. Expected a string with maximum length 40, but got a string with length ${length} instead.`,
        `${at}[${place}].id`,
        'string_above_max_length',
      );
    }
    if (read.type !== 'function' && read.type !== 'custom')
      return invalidParameter(
        `Missing required parameter: '${at}[${place}].type'.`,
        `${at}[${place}].type`,
        'missing_required_parameter',
      );
    const called = asObject(read.function);
    if (read.type === 'function' && typeof called?.arguments !== 'string') {
      const param = `${at}[${place}].function.arguments`;
      return invalidParameter(
        `Invalid type for '${param}': expected a string, but got an ${typeName(called?.arguments)} instead.`,
        param,
        'invalid_type',
      );
    }
  }
  return undefined;
}
