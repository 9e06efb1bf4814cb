import type { MediaPart, Part } from '../../chat/parts.ts';
import { RequestError } from '../../kit/errors.ts';
import type { Target } from '../adapter.ts';
import type { ProviderRow } from '../provider-row.ts';
import { dataUri } from '../shared/data-uri.ts';
import type { Dropped } from '../shared/dropped.ts';
import { given, type Json, record } from '../shared/read.ts';
import { has, isExact } from './row.ts';
import { FORMAT, nativeOf } from './wire.ts';

/** What rendering a request needs everywhere. */
export interface Rendering {
  readonly target: Target;
  readonly dropped: Dropped;
  /** What the API requires and the client did not give, as `name=value`. */
  readonly inserted: Dropped;
  /** The name of a tool as this format allows it. */
  readonly toolName: (name: string) => string;
  /** The id of a call as this format allows it. */
  readonly callId: (id: string) => string;
}

/** The cache point of a part or tool, where the API takes one. */
export function cacheFields(
  part: { cache?: { ttl?: string }; native?: Record<string, Json> },
  rendering: Rendering,
): Json {
  if (part.cache === undefined || record(nativeOf(part)['prompt_cache_breakpoint']) !== undefined) return {};
  if (has(rendering.target.row, 'cache-control')) return { cache_control: { type: 'ephemeral', ...part.cache } };
  rendering.dropped.add('cache_control');
  return {};
}

/** Formats of input audio by media type; others go by their subtype. */
const AUDIO_FORMATS: Readonly<Record<string, string>> = {
  'audio/mpeg': 'mp3',
  'audio/mp3': 'mp3',
  'audio/wav': 'wav',
  'audio/x-wav': 'wav',
  'audio/wave': 'wav',
  'audio/pcm': 'pcm16',
};

/** The API's name for a media type of audio. */
function audioFormat(mediaType: string): string {
  const plain = mediaType.split(';')[0]?.trim().toLowerCase() ?? '';
  return (Object.hasOwn(AUDIO_FORMATS, plain) ? AUDIO_FORMATS[plain] : undefined) ?? plain.replace(/^audio\//, '');
}

function imagePart(part: Part & { type: 'image' }): Json | undefined {
  const { source } = part;
  if (source.kind === 'file') return undefined;
  const url = source.kind === 'url' ? source.url : dataUri(source.mediaType, source.data);
  return { type: 'image_url', image_url: { url, ...given('detail', part.detail) } };
}

/**
 * Does the API take this medium as bytes only? Its owner's takes images by URL and nothing else; of the compatible ones many take audio and
 * video by URL as well, few take files so. Source: https://platform.openai.com/docs/api-reference/chat/create#chat_create-messages
 */
export function needsBytes({ type, source }: MediaPart, row: ProviderRow): boolean {
  if (source.kind !== 'url') return false;
  return (type === 'audio' && isExact(row)) || (type === 'file' && !has(row, 'file-urls'));
}

/** The API takes the medium as bytes only; another target may take its address. */
function bytesOnly(medium: string): never {
  throw new RequestError('media_url_unsupported', `The model takes ${medium} as bytes only, not by its address.`, {
    param: 'messages',
  });
}

function audioPart(part: Part & { type: 'audio' }, rendering: Rendering): Json | undefined {
  const { source } = part;
  if (source.kind === 'base64')
    return { type: 'input_audio', input_audio: { data: source.data, format: audioFormat(source.mediaType) } };
  if (source.kind === 'file') return undefined;
  if (needsBytes(part, rendering.target.row)) return bytesOnly('audio');
  return {
    type: 'input_audio',
    input_audio: { data: source.url, format: audioFormat(source.mediaType ?? 'audio/wav') },
  };
}

function videoPart(part: Part & { type: 'video' }, rendering: Rendering): Json | undefined {
  const { source } = part;
  if (source.kind === 'file' || isExact(rendering.target.row)) return undefined;
  return {
    type: 'video_url',
    video_url: { url: source.kind === 'url' ? source.url : dataUri(source.mediaType, source.data) },
  };
}

function filePart(part: Part & { type: 'file' }, rendering: Rendering): Json | undefined {
  const { source } = part;
  if (part.context !== undefined) rendering.dropped.add('document.context');
  const name = given('filename', part.name);
  if (source.kind === 'file') return { type: 'file', file: { file_id: source.fileId, ...name } };
  if (source.kind === 'base64') {
    const filename = part.name ?? defaultName(source.mediaType);
    if (part.name === undefined) rendering.inserted.add(`file.filename=${filename}`);
    return { type: 'file', file: { file_data: dataUri(source.mediaType, source.data), filename } };
  }
  if (needsBytes(part, rendering.target.row)) return bytesOnly('a file');
  return { type: 'file', file: { file_data: source.url, ...name } };
}

/** The API wants a name with `file_data`. Source: https://platform.openai.com/docs/guides/pdf-files */
const defaultName = (mediaType: string): string => (mediaType === 'application/pdf' ? 'document.pdf' : 'document.txt');

function body(part: Part, rendering: Rendering): Json | undefined {
  switch (part.type) {
    case 'text':
      return { type: 'text', text: part.text };
    case 'image':
      return imagePart(part);
    case 'audio':
      return audioPart(part, rendering);
    case 'video':
      return videoPart(part, rendering);
    case 'file':
      return filePart(part, rendering);
    case 'native':
      return part.format === FORMAT ? record(part.value) : undefined;
    default:
      return undefined;
  }
}

/** What to call a part that can't be expressed. */
export function nameOf(part: Part): string {
  if (part.type === 'native' || part.type === 'server-tool-call') return part.name;
  if ('source' in part && part.source.kind !== 'base64') return `${part.type}.${part.source.kind}`;
  return part.type === 'server-tool-result' ? (part.name ?? part.type) : part.type;
}

/** A part of a user's message, tool result or system text; undefined, and reported, when the API has no form for it. */
export function contentPart(part: Part, rendering: Rendering): Json | undefined {
  const rendered = body(part, rendering);
  if (rendered === undefined) {
    rendering.dropped.add(nameOf(part));
    return undefined;
  }
  return part.type === 'native' ? rendered : { ...nativeOf(part), ...rendered, ...cacheFields(part, rendering) };
}

/** A list of parts as content: plain text stays a string. */
export function contentOf(parts: readonly Json[]): string | Json[] {
  const [only] = parts;
  if (only === undefined) return '';
  if (parts.length === 1 && only['type'] === 'text' && Object.keys(only).length === 2) return String(only['text']);
  return [...parts];
}
