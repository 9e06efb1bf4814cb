import type { Origin, Part, ToolResultPart } from '../../chat/parts.ts';
import type { Message } from '../../chat/request.ts';
import { type Cargo, isCarrier, reasoningOf, unpack } from '../shared/carrier.ts';
import type { Json } from '../shared/read.ts';
import { readBlock } from './blocks.ts';
import { invalid, needArray, needBlock, needObject } from './check.ts';
import { isForeignCitation } from './citations.ts';
import { asNative, FORMAT, isObject, others } from './wire.ts';

/** What a client echoes was issued by this format, unless a carrier says otherwise. */
const OWN: Origin = { format: FORMAT };
const MESSAGE: ReadonlySet<string> = new Set(['role', 'content']);

/** Content may be a string, which stands for one text block. */
function blocksOf(content: unknown, param: string): Json[] {
  if (typeof content === 'string') return content === '' ? [] : [{ type: 'text', text: content }];
  return needArray(content, param).map((block, index) => needBlock(block, `${param}.${index}`));
}

function cargoIn(block: Json): Cargo | undefined {
  if (block.type === 'thinking' && isCarrier(block.signature)) return unpack(block.signature);
  if (block.type === 'redacted_thinking' && isCarrier(block.data)) return unpack(block.data);
  return undefined;
}

/** A block without the citations that we made of another provider's for the client. */
function withoutForeign(block: Json): Json {
  if (!Array.isArray(block.citations) || !block.citations.some(isForeignCitation)) return block;
  return { ...block, citations: block.citations.filter((citation) => !isForeignCitation(citation)) };
}

function sign(part: Part, cargo: Cargo): void {
  if (cargo.signature !== undefined) part.signature = cargo.signature;
  if (cargo.origin !== undefined) part.origin = cargo.origin;
}

/** A text without words that bore a signature, as some vendors end their answers. */
function signedEmpty(cargo: Cargo): Part {
  const part: Part = { type: 'text', text: '' };
  sign(part, cargo);
  return part;
}

function signedBy(parts: readonly Part[], at: number, cargo: Cargo): Part | undefined {
  if (cargo.callId !== undefined)
    return parts.find((part) => part.type === 'tool-call' && part.callId === cargo.callId);
  const side = cargo.text === 'previous' ? parts.slice(0, at).reverse() : parts.slice(at);
  return side.find((part) => part.type === 'text');
}

/** Gives the signatures that travelled in blocks of their own back to the parts that they sign. */
function signed(parts: Part[], loose: readonly { at: number; cargo: Cargo }[]): Part[] {
  for (const { at, cargo } of loose) {
    const part = signedBy(parts, at, cargo);
    if (part !== undefined) sign(part, cargo);
  }
  return parts;
}

function partsOf(blocks: readonly Json[]): Part[] {
  const parts: Part[] = [];
  const loose: { at: number; cargo: Cargo }[] = [];
  for (const block of blocks) {
    const cargo = cargoIn(block);
    if (cargo === undefined) parts.push(readBlock(withoutForeign(block), OWN));
    else if (cargo.text === 'empty') parts.push(signedEmpty(cargo));
    else if (cargo.callId !== undefined || cargo.text !== undefined) loose.push({ at: parts.length, cargo });
    else parts.push(reasoningOf(typeof block.thinking === 'string' ? block.thinking : '', cargo));
  }
  return loose.length === 0 ? parts : signed(parts, loose);
}

const isResult = (part: Part): part is ToolResultPart => part.type === 'tool-result';

/** A user message is up to two: the tool results (which come first on the wire) as a tool message, and the rest. */
function userMessages(parts: Part[], native: Pick<Message, 'native'>): Message[] {
  const results = parts.filter(isResult);
  if (results.length === 0) return [{ role: 'user', content: parts, ...native }];
  const rest = parts.filter((part) => !isResult(part));
  const tool: Message = { role: 'tool', content: results, ...native };
  return rest.length === 0 ? [tool] : [tool, { role: 'user', content: rest }];
}

/** Names the tools that results answer, which this format leaves to the call. */
function nameResults(messages: readonly Message[]): void {
  const names = new Map<string, string>();
  for (const message of messages) {
    for (const part of message.content) {
      if (part.type === 'tool-call') names.set(part.callId, part.name);
      const name = part.type === 'tool-result' ? names.get(part.callId) : undefined;
      if (part.type === 'tool-result' && name !== undefined) part.name = name;
    }
  }
}

function readMessage(value: unknown, param: string): Message[] {
  const message = needObject(value, param);
  // A system message may be there for its settings only.
  const empty = message.role === 'system' && message.content === undefined;
  const parts = empty ? [] : partsOf(blocksOf(message.content, `${param}.content`));
  const native = asNative(others(message, MESSAGE));
  if (message.role === 'user') return userMessages(parts, native);
  if (message.role === 'assistant' || message.role === 'system')
    return [{ role: message.role, content: parts, ...native }];
  throw invalid(`${param}.role`, 'must be user, assistant or system');
}

/** The system prompt and the messages. Throws RequestError `invalid_request`. */
export function readMessages(system: unknown, value: unknown): Message[] {
  const messages: Message[] = [];
  if (system !== undefined && system !== null) {
    const content = blocksOf(system, 'system')
      .filter(isObject)
      .map((block) => readBlock(block, OWN));
    if (content.length > 0) messages.push({ role: 'system', content });
  }
  messages.push(...needArray(value, 'messages').flatMap((message, index) => readMessage(message, `messages.${index}`)));
  nameResults(messages);
  return messages;
}
