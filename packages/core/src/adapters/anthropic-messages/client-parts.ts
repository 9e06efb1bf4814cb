import type {
  FilePart,
  ImagePart,
  Part,
  ReasoningPart,
  TextPart,
  ToolCallPart,
  ToolResultPart,
} from '../../chat/parts.ts';
import { RequestError } from '../../kit/errors.ts';
import { callInput } from '../shared/call-input.ts';
import { isOwn } from '../shared/origin.ts';
import { isBlank, type Json, parsedOr, put } from '../shared/read.ts';
import { ownCitation } from './citations.ts';
import { asImage, documentSource, imageSource, isRemoteText } from './media.ts';
import type { Rendering } from './rendering.ts';
import { dressed, FORMAT, isObject, nativeFields, present } from './wire.ts';

/** A text block; undefined for blank text. Citations of other providers can't be sent: their source is unknown here. */
function textBlock(
  part: Pick<TextPart, 'text' | 'annotations' | 'cache' | 'native'>,
  path: string,
  rendering: Rendering,
): Json | undefined {
  const kept = part.native?.[FORMAT];
  if (typeof kept?.type === 'string') return kept; // a search_result that others read as text
  // The API refuses text blocks that are empty or hold blank space only.
  if (isBlank(part.text)) return undefined;
  const block: Json = { type: 'text', text: part.text };
  if (part.annotations !== undefined) {
    const citations = part.annotations.map(ownCitation).filter((citation) => citation !== undefined);
    if (citations.length < part.annotations.length) rendering.dropped.add(`${path}.annotations`);
    if (citations.length > 0) block.citations = citations;
  }
  return dressed(block, part);
}

/** An image; the vendor sizes images by itself, so another vendor's `detail` is lost. */
function imageBlock(part: ImagePart, path: string, rendering: Rendering): Json {
  if (part.detail !== undefined && part.detail !== 'auto') rendering.dropped.add(`${path}.detail`);
  return dressed({ type: 'image', source: imageSource(part.source) }, part);
}

function documentBlock(part: FilePart, path: string, rendering: Rendering): Json | undefined {
  const image = asImage(part);
  if (image !== undefined) return imageBlock(image, path, rendering);
  if (isRemoteText(part.source))
    throw new RequestError('media_url_unsupported', 'The model takes text as it is only, not by its address.', {
      param: path,
    });
  const kept = part.native?.[FORMAT]?.source;
  const source = isObject(kept) ? kept : documentSource(part.source);
  if (source === undefined) return undefined;
  const block: Json = { type: 'document', source };
  put(block, 'title', part.name);
  put(block, 'context', part.context);
  return dressed(block, part);
}

function callBlock(part: ToolCallPart, path: string, rendering: Rendering): Json {
  const block: Json = {
    type: 'tool_use',
    id: rendering.ids.wire(part.callId),
    name: rendering.names.wire(part.name),
    input: callInput(part, () => rendering.dropped.add(`${path}.input`)),
  };
  return dressed(block, part);
}

/** A thinking block goes back only to who signed it, byte for byte; anything else is a 400 there, so it is dropped and reported. */
function thinkingBlock(part: ReasoningPart, rendering: Rendering): Json | undefined {
  if (isOwn(part.origin, rendering.target)) {
    if (part.encrypted !== undefined) return { type: 'redacted_thinking', data: part.encrypted };
    if (part.signature !== undefined)
      return { type: 'thinking', thinking: part.text, signature: part.signature, ...nativeFields(part.native) };
  }
  rendering.dropped.add('reasoning');
  return undefined;
}

/** Reports a part that can't be sent, with where it stood. */
export function refuse(part: Part, path: string, rendering: Rendering): undefined {
  rendering.dropped.add(`${path} (${part.type === 'native' ? part.name : part.type})`);
  return undefined;
}

/** What the vendor's own tools did, given back as it came. */
function serverBlock(
  part: Extract<Part, { type: 'server-tool-call' | 'server-tool-result' }>,
  path: string,
  rendering: Rendering,
): Json | undefined {
  if (!isOwn(part.origin, rendering.target)) return refuse(part, path, rendering);
  const block: Json =
    part.type === 'server-tool-call'
      ? { type: 'server_tool_use', id: part.callId, name: part.name, input: parsedOr(part.input, {}) }
      : { type: `${part.name ?? 'web_search'}_tool_result`, tool_use_id: part.callId, content: part.content };
  return dressed(block, part);
}

/** A result of a tool that the client ran. Source: https://platform.claude.com/docs/en/agents-and-tools/tool-use/handle-tool-calls */
export function resultBlock(part: ToolResultPart, path: string, rendering: Rendering): Json {
  const content = part.content.flatMap((piece, index) =>
    present(userBlock(piece, `${path}.content.${index}`, rendering)),
  );
  const block: Json = { type: 'tool_result', tool_use_id: rendering.ids.wire(part.callId) };
  if (content.length > 0) block.content = shorthand(content);
  put(block, 'is_error', part.isError);
  return dressed(block, part);
}

/** Content that is one plain text is written as a string, as most clients of this format do. */
export function shorthand(content: readonly Json[]): readonly Json[] | string {
  const [only] = content;
  const plain =
    content.length === 1 && only?.type === 'text' && typeof only.text === 'string' && Object.keys(only).length === 2;
  return plain && typeof only.text === 'string' ? only.text : content;
}

/** A part of a user message, or of a tool's result. undefined: nothing to send, or reported. */
export function userBlock(part: Part, path: string, rendering: Rendering): Json | undefined {
  switch (part.type) {
    case 'text':
      return textBlock(part, path, rendering);
    case 'image':
      return imageBlock(part, path, rendering);
    case 'file':
      return documentBlock(part, path, rendering) ?? refuse(part, path, rendering);
    case 'native':
      return part.format === FORMAT && isObject(part.value) ? part.value : refuse(part, path, rendering);
    default:
      return refuse(part, path, rendering);
  }
}

/** A part of an assistant message. undefined: nothing to send, or reported. */
export function assistantBlock(part: Part, path: string, rendering: Rendering): Json | undefined {
  // The vendor signs its thinking only: a signature on anything else is another's, and stays behind.
  if (part.type !== 'reasoning' && part.signature !== undefined) rendering.dropped.add('reasoning');
  switch (part.type) {
    case 'text':
    case 'refusal':
      return textBlock(part, path, rendering);
    case 'reasoning':
      return thinkingBlock(part, rendering);
    case 'tool-call':
      return callBlock(part, path, rendering);
    case 'server-tool-call':
    case 'server-tool-result':
      return serverBlock(part, path, rendering);
    case 'native':
      return part.format === FORMAT && isObject(part.value) ? part.value : refuse(part, path, rendering);
    default:
      return refuse(part, path, rendering);
  }
}
