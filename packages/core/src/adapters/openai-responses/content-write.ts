import type { FilePart, ImagePart, Part } from '../../chat/parts.ts';
import { nameOf } from '../openai-chat/render-content.ts';
import { dataUri } from '../shared/data-uri.ts';
import { given, type Json, record } from '../shared/read.ts';
import type { Rendering } from './rendering.ts';
import { FORMAT, nativeOf, rest } from './wire.ts';

/** `message` is for the item around a part, and no member of the part. */
const AROUND: ReadonlySet<string> = new Set(['message']);

/** The members of a part that have no name here. */
export const kept = (part: Part): Json => rest(nativeOf(part), AROUND);

function image({ source, detail }: ImagePart): Json {
  const place =
    source.kind === 'file'
      ? { file_id: source.fileId }
      : { image_url: source.kind === 'url' ? source.url : dataUri(source.mediaType, source.data) };
  return { type: 'input_image', ...place, ...given('detail', detail) };
}

/** The API wants a name with `file_data`. Source: https://platform.openai.com/docs/guides/pdf-files */
const defaultName = (mediaType: string): string => (mediaType === 'application/pdf' ? 'document.pdf' : 'document.txt');

function file({ source, name, context }: FilePart, rendering: Rendering): Json {
  if (context !== undefined) rendering.dropped.add('document.context');
  if (source.kind === 'file') return { type: 'input_file', file_id: source.fileId, ...given('filename', name) };
  if (source.kind === 'url') return { type: 'input_file', file_url: source.url, ...given('filename', name) };
  const filename = name ?? defaultName(source.mediaType);
  if (name === undefined) rendering.inserted.add(`input_file.filename=${filename}`);
  return { type: 'input_file', filename, file_data: dataUri(source.mediaType, source.data) };
}

/** Audio has no place in the API's documented input; a client that writes it nevertheless gets what its provider makes of it. */
function audio(part: Part & { type: 'audio' }): Json | undefined {
  const { source } = part;
  if (nativeOf(part).type !== 'input_audio' || source.kind !== 'base64') return undefined;
  const format = source.mediaType.replace('audio/', '');
  return { type: 'input_audio', input_audio: { data: source.data, format: format === 'mpeg' ? 'mp3' : format } };
}

function body(part: Part, rendering: Rendering): Json | undefined {
  switch (part.type) {
    case 'text':
      return { type: 'input_text', text: part.text };
    case 'image':
      return image(part);
    case 'audio':
      return audio(part);
    case 'file':
      return file(part, rendering);
    case 'native':
      return part.format === FORMAT ? record(part.value) : undefined;
    default:
      return undefined;
  }
}

/** A part of a user's message, tool result or system text; undefined, and reported, when the API has no form for it. */
export function inputPart(part: Part, rendering: Rendering): Json | undefined {
  const rendered = body(part, rendering);
  if (rendered === undefined) {
    rendering.dropped.add(nameOf(part));
    return undefined;
  }
  reportCache(part, rendering);
  return part.type === 'native' ? rendered : { ...kept(part), ...rendered };
}

/** Only its own cache points have a place in this format. */
export function reportCache(part: Pick<Part, 'cache' | 'native'>, rendering: Rendering): void {
  if (part.cache !== undefined && record(nativeOf(part).prompt_cache_breakpoint) === undefined)
    rendering.dropped.add('cache_control');
}

/** A list of parts as content: one plain text stays a string. */
export function contentOf(parts: readonly Json[]): string | readonly Json[] {
  const [only] = parts;
  if (only === undefined) return '';
  if (parts.length === 1 && only.type === 'input_text' && Object.keys(only).length === 2) return String(only.text);
  return parts;
}
