import type { Part, TextPart, ToolCallPart, ToolResultPart } from '../../chat/parts.ts';
import type { Message, Role } from '../../chat/request.ts';
import { readCarriers } from '../openai-chat/carriers-read.ts';
import { restoreSignatures } from '../openai-chat/signatures-read.ts';
import { array, given, type Json, put, record, string, strings, text } from '../shared/read.ts';
import { CallMatcher } from './call-ids.ts';
import { readImage } from './images.ts';
import { optional, refuse } from './refuse.ts';
import { FORMAT, native, rest } from './wire.ts';

const ROLES: ReadonlySet<string> = new Set(['system', 'user', 'assistant', 'tool']);

/** Members of a message that have a place in the canonical model; `reasoning_details` is the carrier of what other vendors signed. */
const KNOWN: ReadonlySet<string> = new Set([
  'role',
  'content',
  'thinking',
  'images',
  'tool_calls',
  'tool_name',
  'tool_call_id',
  'reasoning_details',
]);

/** The `messages` of a request. Throws RequestError `invalid_request` with the path of what is wrong. */
export function parseMessages(value: unknown): Message[] {
  const list = array(value) ?? refuse('messages', 'a list of messages');
  // The API itself takes none and loads the model; there is nothing to answer then.
  if (list.length === 0) refuse('messages', 'a list of at least one message');
  const calls = new CallMatcher();
  return list.map((message, index) => parseMessage(message, `messages.${index}`, calls));
}

function parseMessage(value: unknown, at: string, calls: CallMatcher): Message {
  const message = record(value) ?? refuse(at, 'an object');
  const role = text(message['role']);
  if (role === undefined || !ROLES.has(role)) refuse(`${at}.role`, 'system, user, assistant or tool');
  const parsed: Message = { role: role as Role, content: contentOf(role, message, at, calls) };
  put(parsed, 'native', native(rest(message, KNOWN)));
  return parsed;
}

function contentOf(role: string, message: Json, at: string, calls: CallMatcher): Part[] {
  const said = spoken(message, at);
  if (role === 'tool') return [toolResult(message, said, calls)];
  if (role !== 'assistant') return said;
  const thought = readCarriers(
    { reasoning_content: message['thinking'], reasoning_details: message['reasoning_details'] },
    { format: FORMAT },
  );
  return restoreSignatures(
    [...thought, ...said.filter((part) => part.type !== 'text' || part.text !== ''), ...toolCalls(message, at, calls)],
    message['reasoning_details'],
  );
}

/** Text, then images: the API does not say where in a message its images stand. */
function spoken(message: Json, at: string): ToolResultPart['content'] {
  const content = optional(message['content'], `${at}.content`, string, 'a string') ?? '';
  const images = parseImages(message['images'], `${at}.images`);
  const words: TextPart[] = content === '' && images.length > 0 ? [] : [{ type: 'text', text: content }];
  return [...words, ...images];
}

/** A list of base64 images. Throws RequestError `invalid_request`. */
export function parseImages(value: unknown, at: string): ReturnType<typeof readImage>[] {
  const list = optional(value, at, array, 'a list of base64 strings') ?? [];
  const data = strings(list) ?? [];
  return data.length === list.length ? data.map(readImage) : refuse(at, 'a list of base64 strings');
}

/** Source of `tool_name`: https://docs.ollama.com/capabilities/tool-calling */
function toolResult(message: Json, content: ToolResultPart['content'], calls: CallMatcher): ToolResultPart {
  const { callId, name } = calls.result(text(message['tool_call_id']), text(message['tool_name']));
  return { type: 'tool-result', callId, ...given('name', name), content };
}

function toolCalls(message: Json, at: string, calls: CallMatcher): ToolCallPart[] {
  const list = optional(message['tool_calls'], `${at}.tool_calls`, array, 'a list of calls') ?? [];
  return list.map((value, index) => {
    const path = `${at}.tool_calls.${index}`;
    const call = record(value) ?? refuse(path, 'an object');
    const called = record(call['function']) ?? refuse(`${path}.function`, 'an object');
    const name = text(called['name']) ?? refuse(`${path}.function.name`, 'the name of a tool');
    return { type: 'tool-call', callId: calls.call(text(call['id']), name), name, input: inputOf(called['arguments']) };
  });
}

/** Arguments are an object here; older clients send the text of one. */
export const inputOf = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value ?? {}));
