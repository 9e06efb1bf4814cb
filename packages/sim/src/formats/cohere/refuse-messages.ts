import { asList, asObject, asText, inWords, type JsonObject, objectsOf } from '../../kit/json.ts';
import type { VendorError } from '../vendor-error.ts';
import { invalid } from './errors.ts';

/** Blocks of each role. Source: https://docs.cohere.com/reference/chat, messages */
const BLOCKS: Readonly<Record<string, readonly string[]>> = {
  system: ['text'],
  user: ['text', 'image_url'],
  assistant: ['text', 'thinking'],
  tool: ['text', 'document'],
};
const MEMBERS: Readonly<Record<string, readonly string[]>> = {
  system: ['role', 'content'],
  user: ['role', 'content'],
  assistant: ['role', 'content', 'tool_plan', 'tool_calls', 'citations'],
  tool: ['role', 'content', 'tool_call_id'],
};

/** What is wrong with `messages`. */
export function refuseMessages(body: JsonObject): VendorError | undefined {
  const messages = (asList(body.messages) ?? []).map((message) => asObject(message) ?? {});
  if (messages.length === 0) return invalid('message must be at least 1 token long or tool results must be specified.');
  for (const [index, message] of messages.entries()) {
    const refused = refuseMessage(messages, message, index);
    if (refused !== undefined) return refused;
  }
  const last = messages.at(-1)?.role;
  return last === 'user' || last === 'tool' || last === 'assistant' ? undefined : invalid('a user message is missing');
}

function refuseMessage(messages: readonly JsonObject[], message: JsonObject, index: number): VendorError | undefined {
  const role = inWords(message.role);
  const known = Object.hasOwn(BLOCKS, role) ? BLOCKS[role] : undefined;
  if (known === undefined) return invalid(`messages[${index}]: role ${role} is not valid`);
  const extra = Object.keys(message).find((name) => MEMBERS[role]?.includes(name) !== true);
  if (extra !== undefined) return invalid(`messages[${index}]: unknown field ${extra}`);
  // Source: https://docs.cohere.com/reference/errors
  if (role === 'system' && index > 0) return invalid('system turn must be the first in the list');
  if (role === 'tool') return refuseResult(messages, message, index) ?? refuseContent(message, index, known);
  const calls = objectsOf(message.tool_calls);
  if (message.content === undefined && calls.length > 0) return refuseCalls(messages, calls, index);
  return refuseContent(message, index, known) ?? refuseCalls(messages, calls, index);
}

function refuseContent(message: JsonObject, index: number, known: readonly string[]): VendorError | undefined {
  const { content } = message;
  if (typeof content === 'string')
    return content.trim() === '' ? invalid('message must not be empty in a turn') : undefined;
  const blocks = objectsOf(content);
  if (blocks.length === 0) return invalid('message must not be empty in a turn');
  for (const block of blocks) {
    const type = inWords(block.type);
    if (!known.includes(type)) return invalid(`messages[${index}]: content type ${type} is not valid`);
    if (type === 'text' && (asText(block.text) ?? '').trim() === '')
      return invalid('message must not be empty in a turn');
    if (type === 'thinking' && Object.keys(block).some((name) => name !== 'type' && name !== 'thinking'))
      return invalid(`messages[${index}]: unknown field of thinking`);
    if (type === 'image_url' && typeof asObject(block.image_url)?.url !== 'string')
      return invalid(`messages[${index}]: image_url.url is missing`);
  }
  return undefined;
}

/** Every call is answered by the tool messages right behind it. */
function refuseCalls(
  messages: readonly JsonObject[],
  calls: readonly JsonObject[],
  index: number,
): VendorError | undefined {
  const answered = new Set<unknown>();
  for (let at = index + 1; messages[at]?.role === 'tool'; at += 1) answered.add(messages[at]?.tool_call_id);
  for (const call of calls) {
    const called = asObject(call.function);
    if (typeof call.id !== 'string' || call.type !== 'function' || typeof called?.arguments !== 'string')
      return invalid(`messages[${index}]: tool_calls are not valid`);
    if (!answered.has(call.id)) return invalid(`messages[${index}]: tool call id ${call.id} has no result`);
  }
  return undefined;
}

function refuseResult(messages: readonly JsonObject[], message: JsonObject, index: number): VendorError | undefined {
  let at = index - 1;
  while (messages[at]?.role === 'tool') at -= 1;
  const known = objectsOf(messages[at]?.tool_calls).some((call) => call.id === message.tool_call_id);
  return known ? undefined : invalid(`tool call id ${inWords(message.tool_call_id)} not found in previous tool calls`);
}
