import type { FilePart, ImagePart, MediaSource } from '../../chat/parts.ts';
import { fromBase64, toBase64 } from '../shared/base64.ts';
import { type Json, string } from '../shared/read.ts';
import { isObject } from './wire.ts';

/**
 * The source of an image or document block; undefined when it is none that the chat model knows.
 * Sources: https://platform.claude.com/docs/en/build-with-claude/vision, …/pdf-support, …/files
 */
export function readSource(value: unknown): MediaSource | undefined {
  if (!isObject(value)) return undefined;
  const data = string(value.data);
  const mediaType = string(value.media_type);
  const url = string(value.url);
  const fileId = string(value.file_id);
  if (value.type === 'base64' && data !== undefined && mediaType !== undefined)
    return { kind: 'base64', data, mediaType };
  if (value.type === 'text' && data !== undefined)
    return { kind: 'base64', data: toBase64(data), mediaType: 'text/plain' };
  if (value.type === 'url' && url !== undefined) return { kind: 'url', url };
  if (value.type === 'file' && fileId !== undefined) return { kind: 'file', fileId };
  return undefined;
}

/** The text of a document whose content is given as blocks; undefined when it holds more than text. */
export function contentText(source: unknown): string | undefined {
  if (!isObject(source) || source.type !== 'content') return undefined;
  if (typeof source.content === 'string') return source.content;
  if (!Array.isArray(source.content)) return undefined;
  const texts = source.content.map((block) =>
    isObject(block) && block.type === 'text' ? string(block.text) : undefined,
  );
  return texts.every((text) => text !== undefined) ? texts.join('\n') : undefined;
}

/** The source member of an image block. */
export function imageSource(source: MediaSource): Json {
  if (source.kind === 'base64') return { type: 'base64', media_type: source.mediaType, data: source.data };
  if (source.kind === 'url') return { type: 'url', url: source.url };
  return { type: 'file', file_id: source.fileId };
}

const TEXTUAL = /^(?:text\/|application\/(?:json|xml|yaml|x-yaml|javascript|typescript)(?:$|;))/;

function textSource(data: string): Json | undefined {
  try {
    return { type: 'text', media_type: 'text/plain', data: fromBase64(data) };
  } catch {
    return undefined;
  }
}

/**
 * Is this a text by URL? By URL the API reads documents that are PDF only, texts it takes as they are.
 * Source: https://platform.claude.com/docs/en/build-with-claude/pdf-support, https://platform.claude.com/docs/en/build-with-claude/files#working-with-other-file-formats
 */
export const isRemoteText = (source: MediaSource): boolean =>
  source.kind === 'url' && source.mediaType !== undefined && TEXTUAL.test(source.mediaType);

/** The source member of a document block: PDF, text, URL or file; undefined for a media type that the vendor does not read. */
export function documentSource(source: MediaSource): Json | undefined {
  if (source.kind === 'url') return { type: 'url', url: source.url };
  if (source.kind === 'file') return { type: 'file', file_id: source.fileId };
  if (source.mediaType === 'application/pdf')
    return { type: 'base64', media_type: 'application/pdf', data: source.data };
  return TEXTUAL.test(source.mediaType) ? textSource(source.data) : undefined;
}

/** A file that is an image is one, whatever part it came in. */
export function asImage(part: FilePart): ImagePart | undefined {
  const { source } = part;
  if (!source.mediaType?.startsWith('image/')) return undefined;
  return { type: 'image', source, ...(part.cache === undefined ? {} : { cache: part.cache }) };
}
