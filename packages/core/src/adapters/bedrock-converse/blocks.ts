import type { CachePoint, Origin, Part, ReasoningPart, TextPart, ToolResultPart } from '../../chat/parts.ts';
import { type Json, put, records, string } from '../shared/read.ts';
import { readCitation } from './citations.ts';
import { type MediaKind, readSource } from './media.ts';
import { FORMAT, isObject, memberOf, nativeOf, others } from './wire.ts';

const known = (...names: string[]): ReadonlySet<string> => new Set(names);
const MEDIA = known('format', 'source');
const DOCUMENT = known('format', 'source', 'name', 'context');
const CALL = known('toolUseId', 'name', 'input');
const RESULT = known('toolUseId', 'content', 'status');
const SERVER_RESULT = known('toolUseId', 'content');
const REASONING_TEXT = known('text', 'signature');

const nativeBlock = (block: Json, name: string): Part => ({ type: 'native', format: FORMAT, name, value: block });

function keeping<Kept extends Part>(part: Kept, fields: Json): Kept {
  put<Part, 'native'>(part, 'native', nativeOf(fields));
  return part;
}

function mediaPart(kind: MediaKind, value: Json, block: Json): Part {
  const read = readSource(kind, value);
  if (read === undefined) return nativeBlock(block, kind);
  const { source, kept } = read;
  if (kind !== 'document') return keeping({ type: kind, source }, { ...others(value, MEDIA), ...kept });
  const name = string(value.name);
  const context = string(value.context);
  const named = { ...(name === undefined ? {} : { name }), ...(context === undefined ? {} : { context }) };
  return keeping({ type: 'file', source, ...named }, { ...others(value, DOCUMENT), ...kept });
}

/** The JSON text of a call's input; `{}` where there is none. */
const inputText = (input: unknown): string => (input === undefined || input === null ? '{}' : JSON.stringify(input));

function callPart(value: Json, origin: Origin): Part {
  const call = { callId: string(value.toolUseId) ?? '', name: string(value.name) ?? '', input: inputText(value.input) };
  return value.type === 'server_tool_use'
    ? keeping({ type: 'server-tool-call', ...call, origin }, others(value, CALL))
    : keeping({ type: 'tool-call', ...call }, others(value, CALL));
}

const STATUSES: Readonly<Record<string, boolean>> = { error: true, success: false };

function resultPart(value: Json, origin: Origin): Part {
  const callId = string(value.toolUseId) ?? '';
  if (value.type !== undefined && value.type !== null)
    return keeping(
      { type: 'server-tool-result', callId, content: value.content, origin },
      others(value, SERVER_RESULT),
    );
  const part: ToolResultPart = {
    type: 'tool-result',
    callId,
    content: records(value.content).map((piece) => resultContent(piece, origin)),
  };
  const status = string(value.status) ?? '';
  if (Object.hasOwn(STATUSES, status)) put(part, 'isError', STATUSES[status]);
  return keeping(part, others(value, RESULT));
}

/** JSON is text for others, and stays itself for its own format. */
function resultContent(piece: Json, origin: Origin): ToolResultPart['content'][number] {
  if (piece.json !== undefined && piece.json !== null)
    return { type: 'text', text: JSON.stringify(piece.json), native: { [FORMAT]: { json: piece.json } } };
  const part = readBlock(piece, origin);
  if (part.type === 'text' || part.type === 'image' || part.type === 'file' || part.type === 'video') return part;
  return { type: 'native', format: FORMAT, name: memberOf(piece)[0], value: piece };
}

function reasoningPart(value: Json, origin: Origin, block: Json): Part {
  const [name, content] = memberOf(value);
  const part: ReasoningPart = { type: 'reasoning', text: '', origin };
  if (name === 'redactedContent' && typeof content === 'string') return { ...part, encrypted: content };
  if (name !== 'reasoningText' || !isObject(content)) return nativeBlock(block, 'reasoningContent');
  part.text = string(content.text) ?? '';
  const signature = string(content.signature);
  if (signature !== undefined && signature !== '') part.signature = signature;
  return keeping(part, others(content, REASONING_TEXT));
}

const textsOf = (list: unknown): string[] =>
  records(list).flatMap((piece) => (typeof piece.text === 'string' ? [piece.text] : []));

function citedPart(value: Json): TextPart {
  return {
    type: 'text',
    text: textsOf(value.content).join(''),
    annotations: records(value.citations).map(readCitation),
  };
}

/** A search result is readable text for others, and stays itself for its own format. */
function searchResultPart(value: Json, block: Json): TextPart {
  const head = [value.title, value.source].filter((line) => typeof line === 'string' && line !== '');
  return keeping({ type: 'text', text: [...head, ...textsOf(value.content)].join('\n') }, block);
}

/** What a guardrail is to look at is content for the model as well. */
function guardedPart(value: Json, block: Json): Part {
  const [name, content] = memberOf(value);
  const text = name === 'text' && isObject(content) ? string(content.text) : undefined;
  if (text !== undefined) return keeping({ type: 'text', text }, block);
  const image = name === 'image' && isObject(content) ? mediaPart('image', content, block) : undefined;
  return image?.type === 'image' ? keeping(image, block) : nativeBlock(block, 'guardContent');
}

/**
 * Any content block, of a request or of an answer, as a part; a block that the chat model does not know becomes a native part. `origin` says who
 * issued its signatures. Wrong types read as absent: callers that must be strict check first.
 * Source: https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_ContentBlock.html
 */
export function readBlock(block: Json, origin: Origin): Part {
  const [name, value] = memberOf(block);
  if (name === 'text' && typeof value === 'string') return { type: 'text', text: value };
  if (!isObject(value)) return nativeBlock(block, name);
  switch (name) {
    case 'image':
    case 'document':
    case 'video':
    case 'audio':
      return mediaPart(name, value, block);
    case 'toolUse':
      return callPart(value, origin);
    case 'toolResult':
      return resultPart(value, origin);
    case 'reasoningContent':
      return reasoningPart(value, origin, block);
    case 'citationsContent':
      return citedPart(value);
    case 'searchResult':
      return searchResultPart(value, block);
    case 'guardContent':
      return guardedPart(value, block);
    default:
      return nativeBlock(block, name);
  }
}

/** A cache point that the chat model can say; undefined for any other block. */
export function readCachePoint(block: Json): CachePoint | undefined {
  const point = block.cachePoint;
  if (!isObject(point) || point.type !== 'default') return undefined;
  const ttl = string(point.ttl);
  return Object.keys(point).length === (ttl === undefined ? 1 : 2) ? (ttl === undefined ? {} : { ttl }) : undefined;
}

/** A cache point as a block of its own. Source: https://docs.aws.amazon.com/bedrock/latest/userguide/prompt-caching.html */
export const cachePoint = ({ ttl }: CachePoint): Json => ({
  cachePoint: ttl === undefined ? { type: 'default' } : { type: 'default', ttl },
});

/** A list of blocks, in which a cache point belongs to the part before it. */
export function readBlocks(blocks: readonly Json[], read: (block: Json) => Part): Part[] {
  const parts: Part[] = [];
  for (const block of blocks) {
    const cache = readCachePoint(block);
    const last = parts.at(-1);
    if (cache !== undefined && last !== undefined && last.cache === undefined && last.type !== 'native')
      last.cache = cache;
    else parts.push(read(block));
  }
  return parts;
}
