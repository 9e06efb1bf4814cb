import type { NativePart, Part, ToolResultPart } from '../../chat/parts.ts';
import type { Message, Role } from '../../chat/request.ts';
import { refuse } from '../openai-chat/parse-content.ts';
import { type Cargo, isCarrier, reasoningOf, unpack } from '../shared/carrier.ts';
import { array, given, type Json, record, string, text } from '../shared/read.ts';
import { readContent } from './content-read.ts';
import { nativePart, type Reading, readCall, readOutputItem, readReasoning, withMessage } from './items-read.ts';
import { FORMAT, native, rest } from './wire.ts';

const ROLES: ReadonlySet<string> = new Set(['system', 'developer', 'user', 'assistant']);
const MESSAGE: ReadonlySet<string> = new Set(['type', 'id', 'role', 'content', 'status']);
const RESULT: ReadonlySet<string> = new Set(['type', 'id', 'call_id', 'output', 'status']);

/** A client's items tell no more of their origin than the format. Their ids are never made up. */
const READING: Reading = {
  origin: { format: FORMAT },
  toolName: (name) => name,
  newId: () => '',
};

/** Gathers items into messages: what the model did in one turn is one message, and so are the results of its calls. */
class Conversation {
  readonly messages: Message[] = [];
  readonly #names = new Map<string, string>();

  /** Parts of the model's turn. */
  act(parts: readonly Part[]): void {
    for (const part of parts) if (part.type === 'tool-call') this.#names.set(part.callId, part.name);
    this.#into('assistant').push(...parts);
  }

  answer(result: ToolResultPart): void {
    const name = this.#names.get(result.callId);
    this.#into('tool').push({ ...result, ...given('name', name) });
  }

  say(message: Message): void {
    this.messages.push(message);
  }

  /** A signature over another part, that its client keeps in an item of its own. */
  sign({ callId, text: place, signature, origin }: Cargo): void {
    const parts = this.messages.at(-1)?.role === 'assistant' ? (this.messages.at(-1)?.content ?? []) : [];
    const seal = { ...given('signature', signature), ...given('origin', origin) };
    if (place === 'empty') {
      this.act([{ type: 'text', text: '', ...seal }]);
      return;
    }
    const at = parts.findLastIndex((part) =>
      callId === undefined ? part.type === 'text' : part.type === 'tool-call' && part.callId === callId,
    );
    const part = parts[at];
    if (part !== undefined) parts[at] = { ...part, ...seal };
  }

  #into(role: 'assistant' | 'tool'): Part[] {
    const last = this.messages.at(-1);
    if (last?.role === role) return last.content;
    const content: Part[] = [];
    this.messages.push({ role, content });
    return content;
  }
}

function message(item: Json, at: string, into: Conversation): void {
  const role = text(item.role);
  if (role === undefined || !ROLES.has(role)) refuse(`${at}.role`, 'must be system, developer, user or assistant');
  const content = readContent(item.content, `${at}.content`);
  if (role === 'assistant') into.act(said(item, content));
  else into.say({ role: role as Role, content, ...given('native', native(rest(item, MESSAGE))) });
}

/** A model's message as its client sends it back. */
function said(item: Json, content: readonly Part[]): Part[] {
  const id = text(item.id);
  const issued = id === undefined ? {} : { id, origin: READING.origin };
  const spoken = content.filter((part) => part.type !== 'text' || part.text !== '');
  return withMessage(
    spoken.map((part): Part => ({ ...part, ...issued })),
    item,
  );
}

function result(item: Json, at: string): ToolResultPart {
  const callId = text(item.call_id) ?? refuse(`${at}.call_id`, 'must be the id of a call');
  const content = readContent(item.output, `${at}.output`).map(resultPart);
  return { type: 'tool-result', callId, content, ...given('native', native(rest(item, RESULT))) };
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

/** A reasoning item of the client's: its own provider's, or what Postern put another one's into. */
function reasoning(item: Json, into: Conversation): void {
  const part = readReasoning(item, READING);
  const cargo = isCarrier(part.encrypted) ? unpack(part.encrypted) : undefined;
  if (cargo === undefined) into.act([part]);
  else if (cargo.callId !== undefined || cargo.text !== undefined) into.sign(cargo);
  else into.act([reasoningOf(part.text, cargo)]);
}

function call(item: Json, at: string, into: Conversation): void {
  if (text(item.call_id) === undefined) refuse(`${at}.call_id`, 'must be a string');
  if (text(item.name) === undefined) refuse(`${at}.name`, 'must be the name of a tool');
  into.act([readCall(item, READING)]);
}

/** Items that are the client's own turn, though they are no messages. Sources: https://platform.openai.com/docs/guides/tools-computer-use and others there */
const CLIENTS = /_output$|^mcp_approval_response$|^item_reference$/;

const CALLS: ReadonlySet<string> = new Set(['function_call', 'custom_tool_call']);
const RESULTS: ReadonlySet<string> = new Set(['function_call_output', 'custom_tool_call_output']);

function readItem(value: unknown, at: string, into: Conversation): void {
  const item = record(value) ?? refuse(at, 'must be an object');
  const type =
    string(item.type) ?? (item.role === undefined ? refuse(`${at}.type`, 'must be the type of an item') : 'message');
  if (type === 'message') message(item, at, into);
  else if (CALLS.has(type)) call(item, at, into);
  else if (RESULTS.has(type)) into.answer(result(item, at));
  else if (type === 'reasoning') reasoning(item, into);
  else if (CLIENTS.test(type)) into.say({ role: 'user', content: [nativePart(item)] });
  else into.act(readOutputItem(item, READING));
}

/** The `input` of a request: a text, or items. Throws RequestError `invalid_request` with the path of what is wrong. */
export function readInput(input: unknown): Message[] {
  if (typeof input === 'string') return [{ role: 'user', content: [{ type: 'text', text: input }] }];
  const items = array(input) ?? refuse('input', 'must be a text or a list of items');
  const conversation = new Conversation();
  for (const [index, item] of items.entries()) readItem(item, `input.${index}`, conversation);
  return conversation.messages;
}
