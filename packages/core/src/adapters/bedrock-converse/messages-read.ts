import type { Origin, Part, ToolResultPart } from '../../chat/parts.ts';
import type { Message } from '../../chat/request.ts';
import { type Cargo, reasoningOf } from '../shared/carrier.ts';
import { type Json, put } from '../shared/read.ts';
import { readBlock, readBlocks } from './blocks.ts';
import { cargoIn } from './carrier.ts';
import { invalid, needArray, needBlock, needObject } from './check.ts';
import { isForeignCitation } from './citations.ts';
import { FORMAT, isObject, nativeOf, others } from './wire.ts';

/** What a client echoes was issued by this format, unless a carrier says otherwise. */
const OWN: Origin = { format: FORMAT };
const MESSAGE: ReadonlySet<string> = new Set(['role', 'content']);

/** A block without the citations that we made of another provider's for the client. */
function withoutForeign(block: Json): Json {
  const cited = block.citationsContent;
  if (!isObject(cited) || !Array.isArray(cited.citations) || !cited.citations.some(isForeignCitation)) return block;
  const citations = cited.citations.filter((citation) => !isForeignCitation(citation));
  if (citations.length > 0) return { citationsContent: { ...cited, citations } };
  const texts = Array.isArray(cited.content) ? cited.content.filter(isObject) : [];
  return { text: texts.map(({ text }) => (typeof text === 'string' ? text : '')).join('') };
}

function sign<Signed extends Part>(part: Signed, cargo: Cargo): Signed {
  put<Part, 'signature'>(part, 'signature', cargo.signature);
  put<Part, 'origin'>(part, 'origin', cargo.origin);
  return part;
}

/** A signature that travels in a block of its own belongs to another part. */
const isLoose = ({ callId, text }: Cargo): boolean => callId !== undefined || text === 'next' || text === 'previous';

function readPart(block: Json): Part {
  const carried = cargoIn(block.reasoningContent);
  if (carried === undefined) return readBlock(withoutForeign(block), OWN);
  const { cargo, text } = carried;
  // A text without words that bore a signature, as some vendors end their answers.
  return cargo.text === 'empty' ? sign({ type: 'text', text: '' }, cargo) : reasoningOf(text, cargo);
}

/** Gives a loose signature back to the part that it signs. `before`: how many parts stood before it. */
function signLoose(parts: readonly Part[], before: number, cargo: Cargo): void {
  const isCall = (part: Part): boolean => part.type === 'tool-call' && part.callId === cargo.callId;
  const isText = (part: Part): boolean => part.type === 'text';
  const signed =
    cargo.callId !== undefined
      ? parts.find(isCall)
      : cargo.text === 'previous'
        ? parts.slice(0, before).findLast(isText)
        : parts.slice(before).find(isText);
  if (signed !== undefined) sign(signed, cargo);
}

function partsOf(blocks: readonly Json[]): Part[] {
  const parts: Part[] = [];
  const loose: { before: number; cargo: Cargo }[] = [];
  let run: Json[] = [];
  const readRun = (): void => {
    parts.push(...readBlocks(run, readPart));
    run = [];
  };
  for (const block of blocks) {
    const cargo = cargoIn(block.reasoningContent)?.cargo;
    if (cargo === undefined || !isLoose(cargo)) run.push(block);
    else {
      readRun();
      loose.push({ before: parts.length, cargo });
    }
  }
  readRun();
  for (const { before, cargo } of loose) signLoose(parts, before, cargo);
  return parts;
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
  for (const part of messages.flatMap(({ content }) => content)) {
    if (part.type === 'tool-call') names.set(part.callId, part.name);
    else if (part.type === 'tool-result') put(part, 'name', names.get(part.callId));
  }
}

const blocksOf = (content: unknown, path: string): Json[] =>
  needArray(content, path).map((block, index) => needBlock(block, `${path}.${index}`));

function readMessage(value: unknown, path: string): Message[] {
  const message = needObject(value, path);
  const { role } = message;
  if (role !== 'user' && role !== 'assistant' && role !== 'system')
    throw invalid(`${path}.role`, 'must be user, assistant or system');
  const parts = partsOf(blocksOf(message.content, `${path}.content`));
  const fields = nativeOf(others(message, MESSAGE));
  const native = fields === undefined ? {} : { native: fields };
  return role === 'user' ? userMessages(parts, native) : [{ role, content: parts, ...native }];
}

/** The system prompt and the messages. Throws RequestError `invalid_request`. */
export function readMessages(system: unknown, value: unknown): Message[] {
  const messages: Message[] = [];
  if (system !== undefined && system !== null) {
    const content = readBlocks(blocksOf(system, 'system'), (block) => readBlock(block, OWN));
    if (content.length > 0) messages.push({ role: 'system', content });
  }
  const list = needArray(value, 'messages');
  messages.push(...list.flatMap((message, index) => readMessage(message, `messages.${index}`)));
  nameResults(messages);
  return messages;
}
