import type { AudioPart, NativePart, Part, ReasoningPart, TextPart, ToolResultPart } from '../../chat/parts.ts';
import type { Message, Role } from '../../chat/request.ts';
import { array, given, type Json, put, record, records, string, text } from '../shared/read.ts';
import { readAnnotation } from './annotations.ts';
import { readCarriers } from './carriers-read.ts';
import { parseCalls } from './parse-calls.ts';
import { cachePoint, parseContent, refuse } from './parse-content.ts';
import { restoreSignatures } from './signatures-read.ts';
import { FORMAT, native, rest } from './wire.ts';

const ROLES: ReadonlySet<string> = new Set(['system', 'developer', 'user', 'assistant', 'tool', 'function']);

/** Members of a message that have a place in the canonical model. */
const KNOWN: ReadonlySet<string> = new Set([
  'role',
  'content',
  'name',
  'refusal',
  'audio',
  'tool_calls',
  'function_call',
  'tool_call_id',
  'annotations',
  'images',
  'cache_control',
  'reasoning_content',
  'reasoning',
  'reasoning_details',
  'thinking_blocks',
]);

/** Names of the calls so far, by id; results tell only the id. */
type CallNames = Map<string, string>;

/** The `messages` of a request. Throws RequestError `invalid_request` with the path of what is wrong. */
export function parseMessages(value: unknown): Message[] {
  const list = array(value) ?? refuse('messages', 'must be a list of messages');
  if (list.length === 0) refuse('messages', 'must not be empty');
  const names: CallNames = new Map();
  return list.map((message, index) => parseMessage(message, `messages.${index}`, names));
}

function parseMessage(value: unknown, at: string, names: CallNames): Message {
  const message = record(value) ?? refuse(at, 'must be an object');
  const role = text(message['role']);
  if (role === undefined || !ROLES.has(role))
    refuse(`${at}.role`, 'must be system, developer, user, assistant, tool or function');
  if (role === 'tool' || role === 'function')
    return keeping({ role: 'tool', content: [toolResult(message, role, at, names)] }, message);
  const content =
    role === 'assistant' ? assistantContent(message, at, names) : parseContent(message['content'], `${at}.content`);
  const cache = cachePoint(message);
  const last = content.at(-1);
  if (cache !== undefined && last !== undefined) content[content.length - 1] = { ...last, cache };
  const parsed: Message = { role: role as Role, content };
  put(parsed, 'name', text(message['name']));
  return keeping(parsed, message);
}

/** The message with the members that have no name here. */
function keeping(parsed: Message, message: Json): Message {
  put(parsed, 'native', native(rest(message, KNOWN)));
  return parsed;
}

/** The deprecated form has no ids: a result belongs to the latest call of that name. */
function functionCallId(name: string, names: CallNames): string {
  for (const [id, called] of [...names].reverse()) if (called === name) return id;
  return `call_${name}`;
}

function toolResult(message: Json, role: string, at: string, names: CallNames): ToolResultPart {
  const given_ = text(message['name']);
  const callId =
    role === 'function'
      ? functionCallId(given_ ?? refuse(`${at}.name`, 'must be the name of the function'), names)
      : (text(message['tool_call_id']) ?? refuse(`${at}.tool_call_id`, 'must be the id of a tool call'));
  const content = parseContent(message['content'] ?? '', `${at}.content`).map((part) => resultPart(part));
  const result: ToolResultPart = { type: 'tool-result', callId, content };
  put(result, 'name', given_ ?? names.get(callId));
  put(result, 'cache', cachePoint(message));
  return result;
}

function resultPart(part: Part): ToolResultPart['content'][number] {
  switch (part.type) {
    case 'text':
    case 'image':
    case 'file':
    case 'audio':
    case 'video':
    case 'native':
      return part;
    default:
      return { type: 'native', format: FORMAT, name: part.type, value: part } satisfies NativePart;
  }
}

function assistantContent(message: Json, at: string, names: CallNames): Part[] {
  const spoken = parseContent(message['content'], `${at}.content`).filter(
    (part) => part.type !== 'text' || part.text !== '',
  );
  const calls = parseCalls(message, at);
  for (const call of calls) names.set(call.callId, call.name);
  const refusal = text(message['refusal']);
  const content: Part[] = reasoning(message);
  content.push(...annotated(spoken, message));
  if (refusal !== undefined) content.push({ type: 'refusal', text: refusal });
  content.push(...audio(message), ...images(message, at), ...calls);
  return restoreSignatures(content, message['reasoning_details']);
}

const reasoning = (message: Json): ReasoningPart[] => readCarriers(message, { format: FORMAT });

/** A client that sends the answer back as it came sends its citations too. */
function annotated(spoken: Part[], message: Json): Part[] {
  const citations = records(message['annotations']);
  const only = spoken.length === 1 ? spoken[0] : undefined;
  if (citations.length === 0 || only?.type !== 'text') return spoken;
  return [{ ...only, annotations: citations.map(readAnnotation) } satisfies TextPart];
}

/** Earlier audio is named by its id; a client may send it whole, as it came. */
function audio(message: Json): AudioPart[] {
  const spoken = record(message['audio']);
  const id = text(spoken?.['id']);
  if (spoken === undefined || id === undefined) return [];
  const transcript = string(spoken['transcript']);
  return [{ type: 'audio', id, source: { kind: 'file', fileId: id }, ...given('transcript', transcript) }];
}

function images(message: Json, at: string): Part[] {
  return records(message['images']).length === 0 ? [] : parseContent(message['images'], `${at}.images`);
}
