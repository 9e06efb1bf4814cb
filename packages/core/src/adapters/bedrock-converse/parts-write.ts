import type {
  FilePart,
  MediaPart,
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
import { cachePoint } from './blocks.ts';
import { ownCitation } from './citations.ts';
import { formatOf, isS3, type MediaKind, writeSource } from './media.ts';
import type { Rendering } from './rendering.ts';
import { FORMAT, isObject, nativeFields, others } from './wire.ts';

/** Members of `native` that are a whole block: what others read as text or image. */
const WHOLE = ['guardContent', 'searchResult'] as const;

function wholeBlock(part: Part): Json | undefined {
  if (part.native === undefined) return undefined;
  const fields = nativeFields(part.native);
  const name = WHOLE.find((member) => isObject(fields[member]));
  return name === undefined ? undefined : { [name]: fields[name] };
}

/** Reports a part that can't be sent, with where it stood. */
export function refuse(part: Part, path: string, rendering: Rendering): undefined {
  rendering.dropped.add(`${path} (${part.type === 'native' ? part.name : part.type})`);
  return undefined;
}

/** A text; undefined for blank text, which the API refuses. Citations of other providers can't be sent. */
function textBlock(part: Pick<TextPart, 'text' | 'annotations'>, path: string, rendering: Rendering): Json | undefined {
  if (isBlank(part.text)) return undefined;
  if (part.annotations === undefined) return { text: part.text };
  const citations = part.annotations.map(ownCitation).filter((citation) => citation !== undefined);
  if (citations.length < part.annotations.length) rendering.dropped.add(`${path}.annotations`);
  return citations.length === 0 && part.annotations.length > 0
    ? { text: part.text }
    : { citationsContent: { content: [{ text: part.text }], citations } };
}

/** What only this format knows of a medium, its own spelling of the source among it. */
const keptOf = (part: MediaPart): Json => others(nativeFields(part.native), new Set(WHOLE));

function mediaBlock(
  kind: Exclude<MediaKind, 'document'>,
  part: MediaPart,
  path: string,
  rendering: Rendering,
): Json | undefined {
  guardUrl(part, path);
  const kept = keptOf(part);
  const format = kept.format ?? formatOf(kind, part.source.mediaType ?? mediaTypeOfUrl(part));
  const source = writeSource(part.source);
  if (format === undefined || source === undefined) return undefined;
  if (part.type === 'image' && part.detail !== undefined && part.detail !== 'auto')
    rendering.dropped.add(`${path}.detail`);
  return { [kind]: { format, source, ...kept } };
}

/** The ending of an address, where nothing else says what it is. */
function mediaTypeOfUrl({ type, source }: MediaPart): string | undefined {
  if (source.kind !== 'url') return undefined;
  const ending = /\.([a-z0-9]+)$/i.exec(source.url)?.[1]?.toLowerCase();
  return ending === undefined ? undefined : `${type}/${ending === 'jpg' ? 'jpeg' : ending}`;
}

/** Addresses of the web have to be fetched first: the API reads its own store only. */
function guardUrl({ source }: MediaPart, path: string): void {
  if (source.kind === 'url' && !isS3(source.url))
    throw new RequestError(
      'media_url_unsupported',
      'The model takes media by their bytes or from S3 only, not by URL.',
      {
        param: path,
      },
    );
}

const NAMELESS = 'document';

/**
 * A document's name as the API takes it: letters, digits, single spaces, hyphens, parentheses and brackets, and no two alike.
 * Source: https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_DocumentBlock.html
 */
function documentName(given: string | undefined, path: string, rendering: Rendering): string {
  const plain = (given ?? NAMELESS)
    .replace(/[^\p{L}\p{N}\s\-()[\]]/gu, '-')
    .replace(/\s+/g, ' ')
    .trim()
    .slice(0, 200);
  const base = plain === '' ? NAMELESS : plain;
  let name = base;
  for (let count = 2; rendering.documents.has(name); count++) name = `${base.slice(0, 190)}-${count}`;
  rendering.documents.add(name);
  if (name !== given) rendering.inserted.push(`${path}.name=${name}`);
  return name;
}

function documentBlock(part: FilePart, path: string, rendering: Rendering): Json | undefined {
  if (part.source.mediaType?.startsWith('image/')) return mediaBlock('image', part, path, rendering);
  guardUrl(part, path);
  const kept = keptOf(part);
  const source = kept.source ?? writeSource(part.source);
  const { mediaType } = part.source;
  const format =
    kept.format ??
    formatOf('document', mediaType ?? endingOf(part)) ??
    (mediaType?.startsWith('text/') ? 'txt' : undefined);
  if (source === undefined || (format === undefined && kept.source === undefined)) return undefined;
  const document: Json = {};
  put(document, 'format', kept.source === undefined || kept.format !== undefined ? format : undefined);
  document.name = documentName(part.name, path, rendering);
  document.source = source;
  put(document, 'context', part.context);
  return { document: { ...document, ...others(kept, new Set(['format', 'source'])) } };
}

/** An address that ends in `.pdf` is one; nothing else is guessed. */
const endingOf = ({ source }: FilePart): string | undefined =>
  source.kind === 'url' && /\.pdf$/i.test(source.url) ? 'application/pdf' : undefined;

function callBlock(part: ToolCallPart, path: string, rendering: Rendering): Json {
  const toolUse = {
    toolUseId: rendering.ids.wire(part.callId),
    name: rendering.names.wire(part.name),
    input: callInput(part, () => rendering.dropped.add(`${path}.input`)),
    ...nativeFields(part.native),
  };
  return { toolUse };
}

/**
 * Reasoning goes back only to who made it, byte for byte; a foreign signature is a 400 there. Claude refuses reasoning without a signature.
 * Source: https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_ReasoningTextBlock.html
 */
function reasoningBlock(part: ReasoningPart, rendering: Rendering): Json | undefined {
  if (isOwn(part.origin, rendering.target)) {
    if (part.encrypted !== undefined) return { reasoningContent: { redactedContent: part.encrypted } };
    if (part.signature !== undefined || rendering.family !== 'claude') {
      const { signature } = part;
      const reasoningText = {
        text: part.text,
        ...(signature === undefined ? {} : { signature }),
        ...nativeFields(part.native),
      };
      return { reasoningContent: { reasoningText } };
    }
  }
  rendering.dropped.add('reasoning');
  return undefined;
}

/** What the vendor's own tools did, given back as it came. */
function serverBlock(
  part: Extract<Part, { type: 'server-tool-call' | 'server-tool-result' }>,
  path: string,
  rendering: Rendering,
): Json | undefined {
  if (!isOwn(part.origin, rendering.target)) return refuse(part, path, rendering);
  const kept = nativeFields(part.native);
  return part.type === 'server-tool-call'
    ? { toolUse: { toolUseId: part.callId, name: part.name, input: parsedOr(part.input, {}), ...kept } }
    : { toolResult: { toolUseId: part.callId, content: part.content, ...kept } };
}

function resultContent(part: ToolResultPart['content'][number], path: string, rendering: Rendering): Json | undefined {
  // Source: https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_ToolResultContentBlock.html
  if (part.type === 'audio') return refuse(part, path, rendering);
  const kept = part.type === 'text' ? part.native?.[FORMAT]?.json : undefined;
  return kept === undefined ? block(part, path, rendering) : { json: kept };
}

/**
 * A result of a tool that the client ran. Only Claude and Nova take its status.
 * Source: https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_ToolResultBlock.html
 */
function resultBlock(part: ToolResultPart, path: string, rendering: Rendering): Json {
  const content = part.content.flatMap((piece, index) => {
    const wire = resultContent(piece, `${path}.content.${index}`, rendering);
    return wire === undefined ? [] : [wire];
  });
  const toolResult: Json = { toolUseId: rendering.ids.wire(part.callId), content };
  const statusless = rendering.family === 'gpt-oss' || rendering.family === 'other';
  if (part.isError !== undefined && !statusless) toolResult.status = part.isError ? 'error' : 'success';
  else if (part.isError === true) rendering.dropped.add(`${path}.is_error`);
  return { toolResult: { ...toolResult, ...nativeFields(part.native) } };
}

/** A part as a block. undefined: nothing to send, or reported. */
function block(part: Part, path: string, rendering: Rendering): Json | undefined {
  const whole = wholeBlock(part);
  if (whole !== undefined) return whole;
  switch (part.type) {
    case 'text':
    case 'refusal':
      return textBlock(part, path, rendering);
    case 'image':
    case 'audio':
    case 'video':
      return mediaBlock(part.type, part, path, rendering) ?? refuse(part, path, rendering);
    case 'file':
      return documentBlock(part, path, rendering) ?? refuse(part, path, rendering);
    case 'reasoning':
      return reasoningBlock(part, rendering);
    case 'tool-call':
      return callBlock(part, path, rendering);
    case 'tool-result':
      return resultBlock(part, path, rendering);
    case 'server-tool-call':
    case 'server-tool-result':
      return serverBlock(part, path, rendering);
    case 'native':
      return part.format === FORMAT && isObject(part.value) ? part.value : refuse(part, path, rendering);
  }
}

/** Does the family know cache points? Source: https://docs.aws.amazon.com/bedrock/latest/userguide/prompt-caching.html#prompt-caching-models */
export const caches = ({ family }: Rendering): boolean => family !== 'gpt-oss' && family !== 'other';

/** A part as blocks: itself, and the cache point behind it. Empty: nothing to send, or reported. */
export function blocksOf(part: Part, path: string, rendering: Rendering): Json[] {
  // The API signs its reasoning only: a signature on anything else is another's, and stays behind.
  if (part.type !== 'reasoning' && part.signature !== undefined) rendering.dropped.add('reasoning');
  const wire = block(part, path, rendering);
  if (wire === undefined) return [];
  if (part.cache === undefined) return [wire];
  if (caches(rendering)) return [wire, cachePoint(part.cache)];
  rendering.dropped.add(`${path}.cache_control`);
  return [wire];
}
