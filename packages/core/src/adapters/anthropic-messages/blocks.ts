import type {
  FilePart,
  NativePart,
  Origin,
  Part,
  PartBase,
  ReasoningPart,
  TextPart,
  ToolCallPart,
  ToolResultPart,
} from '../../chat/parts.ts';
import { toBase64 } from '../shared/base64.ts';
import { boolean, type Json, put, string } from '../shared/read.ts';
import { readCitations } from './citations.ts';
import { contentText, readSource } from './media.ts';
import { asNative, FORMAT, isObject, nativeOf, others, readCache } from './wire.ts';

/** Gives the part what it keeps besides its own fields: cache point, and every member that has no name in the chat model. */
function keeping<Kept extends Part>(part: Kept, block: Json, known: ReadonlySet<string>, more?: Json): Kept {
  const rest = more === undefined ? others(block, known) : { ...more, ...others(block, known) };
  if (block.cache_control !== undefined) {
    const { cache, odd } = readCache(block.cache_control);
    put<PartBase, 'cache'>(part, 'cache', cache);
    put(rest, 'cache_control', odd);
  }
  put<PartBase, 'native'>(part, 'native', nativeOf(rest));
  return part;
}

const known = (...names: string[]): ReadonlySet<string> => new Set(['type', 'cache_control', ...names]);
const TEXT = known('text', 'citations');
const IMAGE = known('source');
const DOCUMENT = known('source', 'title', 'context');
const CALL = known('id', 'name', 'input');
const RESULT = known('tool_use_id', 'content', 'is_error');
const SERVER_RESULT = known('tool_use_id', 'content');
const THINKING = known('thinking', 'signature', 'data');

/** Any block, kept whole. */
function nativeBlock(block: Json, name: string): NativePart {
  return { type: 'native', format: FORMAT, name, value: block };
}

function textPart(block: Json): TextPart {
  const part: TextPart = { type: 'text', text: string(block.text) ?? '' };
  put(part, 'annotations', readCitations(block.citations));
  return keeping(part, block, TEXT);
}

function imagePart(block: Json): Part {
  const source = readSource(block.source);
  return source === undefined ? nativeBlock(block, 'image') : keeping({ type: 'image', source }, block, IMAGE);
}

/** A document whose content is blocks of text is text for others, and keeps its blocks for its own format. */
function documentPart(block: Json): Part {
  const text = contentText(block.source);
  const source =
    text === undefined
      ? readSource(block.source)
      : { kind: 'base64' as const, data: toBase64(text), mediaType: 'text/plain' };
  if (source === undefined) return nativeBlock(block, 'document');
  const part: FilePart = { type: 'file', source };
  put(part, 'name', string(block.title));
  put(part, 'context', string(block.context));
  return keeping(part, block, DOCUMENT, text === undefined ? undefined : { source: block.source });
}

/** A search result is readable text for others, and stays itself for its own format. */
function searchResultPart(block: Json): TextPart {
  const content = Array.isArray(block.content) ? block.content : [];
  const texts = content.flatMap((piece) => (isObject(piece) && typeof piece.text === 'string' ? [piece.text] : []));
  const head = [block.title, block.source].filter((line) => typeof line === 'string' && line !== '');
  const { cache } = readCache(block.cache_control);
  return {
    type: 'text',
    text: [...head, ...texts].join('\n'),
    ...(cache === undefined ? {} : { cache }),
    ...asNative(block),
  };
}

/** The JSON text of a call's input; `{}` where there is none. */
const inputText = (input: unknown): string => (input === undefined || input === null ? '{}' : JSON.stringify(input));

function thinkingPart(block: Json, origin: Origin): ReasoningPart {
  const part: ReasoningPart = { type: 'reasoning', text: string(block.thinking) ?? '', origin };
  const signature = string(block.signature);
  const data = string(block.data);
  // An empty signature is how an unsigned block is spelled at its start.
  if (signature !== undefined && signature !== '') part.signature = signature;
  put(part, 'encrypted', data);
  put(part, 'native', nativeOf(others(block, THINKING)));
  return part;
}

function toolResultPart(block: Json, origin: Origin): ToolResultPart {
  const { content } = block;
  const pieces =
    typeof content === 'string'
      ? content === ''
        ? []
        : [{ type: 'text', text: content }]
      : Array.isArray(content)
        ? content
        : [];
  const part: ToolResultPart = {
    type: 'tool-result',
    callId: string(block.tool_use_id) ?? '',
    content: pieces.filter(isObject).map((piece) => resultContent(piece, origin)),
  };
  put(part, 'isError', boolean(block.is_error));
  return keeping(part, block, RESULT);
}

function resultContent(piece: Json, origin: Origin): ToolResultPart['content'][number] {
  const part = readBlock(piece, origin);
  if (part.type === 'text' || part.type === 'image' || part.type === 'file' || part.type === 'native') return part;
  return nativeBlock(piece, string(piece.type) ?? 'unknown');
}

/** Which tool a block calls, and with what. */
const called = (block: Json): Pick<ToolCallPart, 'callId' | 'name' | 'input'> => ({
  callId: string(block.id) ?? '',
  name: string(block.name) ?? '',
  input: inputText(block.input),
});

const SERVER_CALLS: ReadonlySet<string> = new Set(['server_tool_use', 'mcp_tool_use']);

/**
 * Any content block, of a request or of an answer, as a part; a block that the chat model does not know becomes a native part.
 * `origin` says who issued its signatures and ids. Wrong types read as absent: callers that must be strict check first.
 */
export function readBlock(block: Json, origin: Origin): Part {
  const type = string(block.type) ?? 'unknown';
  switch (type) {
    case 'text':
      return textPart(block);
    case 'image':
      return imagePart(block);
    case 'document':
      return documentPart(block);
    case 'search_result':
      return searchResultPart(block);
    case 'thinking':
    case 'redacted_thinking':
      return thinkingPart(block, origin);
    case 'tool_use':
      return keeping({ type: 'tool-call', ...called(block) }, block, CALL);
    case 'tool_result':
      return toolResultPart(block, origin);
  }
  if (SERVER_CALLS.has(type)) {
    return keeping({ type: 'server-tool-call', ...called(block), origin }, block, CALL, { type });
  }
  if (type.endsWith('_tool_result')) {
    const name = type.slice(0, -'_tool_result'.length);
    const callId = string(block.tool_use_id) ?? '';
    return keeping({ type: 'server-tool-result', callId, name, content: block.content, origin }, block, SERVER_RESULT, {
      type,
    });
  }
  return nativeBlock(block, type);
}
