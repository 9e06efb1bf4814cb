import type { AudioPart, CachePoint, FilePart, ImagePart, MediaSource, Part, PartBase } from '../../chat/parts.ts';
import { RequestError } from '../../kit/errors.ts';
import { parseDataUri, sourceOfUrl } from '../shared/data-uri.ts';
import { array, given, type Json, put, record, string, text } from '../shared/read.ts';
import { thinkingText } from './carriers-read.ts';
import { FORMAT, native, rest } from './wire.ts';

/** Throws RequestError `invalid_request` at `param`. */
export function refuse(param: string, what: string): never {
  throw new RequestError('invalid_request', `'${param}' ${what}.`, { param });
}

const CACHE_FIELDS = ['cache_control', 'prompt_cache_breakpoint'];
const known = (...names: string[]): ReadonlySet<string> => new Set(['type', ...CACHE_FIELDS, ...names]);
const TEXT = known('text', 'annotations');
const IMAGE = known('image_url');
const AUDIO = known('input_audio');
const FILE = known('file');
const VIDEO = known('video_url');

/** Anthropic's cache point as compatible APIs take it too. Source: https://openrouter.ai/docs/features/prompt-caching */
export function cachePoint(value: Json): CachePoint | undefined {
  const control = record(value['cache_control']);
  if (control !== undefined) return { ...given('ttl', text(control['ttl'])) };
  return record(value['prompt_cache_breakpoint']) === undefined ? undefined : {};
}

/** The part with what any may carry: a cache point, and fields that have no name here. */
function keeping<Kept extends Part>(part: Kept, wire: Json, fields: ReadonlySet<string>): Kept {
  const kept = rest(wire, fields);
  put(kept, 'prompt_cache_breakpoint', record(wire['prompt_cache_breakpoint']));
  put<PartBase, 'cache'>(part, 'cache', cachePoint(wire));
  put<PartBase, 'native'>(part, 'native', native(kept));
  return part;
}

/** `{ url }`, or the URL itself, as some clients write it. */
function urlOf(value: unknown): string | undefined {
  return text(value) ?? text(record(value)?.['url']);
}

function image(part: Json, at: string): ImagePart {
  const url = urlOf(part['image_url']) ?? refuse(`${at}.image_url.url`, 'must be a URL');
  const read: ImagePart = { type: 'image', source: sourceOfUrl(url, 'image/png') };
  put(read, 'detail', text(record(part['image_url'])?.['detail']));
  return keeping(read, part, IMAGE);
}

/** Formats of `input_audio` whose media type is not `audio/<format>`. */
const AUDIO_TYPES: Readonly<Record<string, string>> = { mp3: 'audio/mpeg', pcm16: 'audio/pcm' };

/** The media type of one of the API's audio formats. */
export function audioType(format: string): string {
  return (Object.hasOwn(AUDIO_TYPES, format) ? AUDIO_TYPES[format] : undefined) ?? `audio/${format}`;
}

function audio(part: Json, at: string): AudioPart {
  const input = record(part['input_audio']);
  const data = text(input?.['data']) ?? refuse(`${at}.input_audio.data`, 'must be base64');
  const mediaType = audioType(text(input?.['format']) ?? 'wav');
  const inline = parseDataUri(data)?.data;
  const source: MediaSource = isWebUrl(data)
    ? { kind: 'url', url: data, mediaType }
    : { kind: 'base64', data: inline ?? data, mediaType };
  return keeping({ type: 'audio', source }, part, AUDIO);
}

const isWebUrl = (value: string): boolean => /^https?:\/\//i.test(value.slice(0, 8));

function fileSource(file: Json, at: string): MediaSource {
  const fileId = text(file['file_id']);
  if (fileId !== undefined) return { kind: 'file', fileId };
  const data =
    text(file['file_data']) ?? text(file['file_url']) ?? refuse(`${at}.file`, 'must hold file_data or file_id');
  if (isWebUrl(data)) return { kind: 'url', url: data };
  const inline = parseDataUri(data);
  return {
    kind: 'base64',
    data: inline?.data ?? data,
    mediaType: inline?.mediaType || typeOfName(text(file['filename'])),
  };
}

function typeOfName(name: string | undefined): string {
  return name !== undefined && /\.(txt|md|csv)$/i.test(name) ? 'text/plain' : 'application/pdf';
}

function file(part: Json, at: string): FilePart {
  const body = record(part['file']) ?? refuse(`${at}.file`, 'must be an object');
  const read: FilePart = { type: 'file', source: fileSource(body, at) };
  put(read, 'name', text(body['filename']));
  return keeping(read, part, FILE);
}

/** One entry of a content list; `at` is its path. A type that has no name here is kept whole. */
function contentPart(value: unknown, at: string): Part {
  const part = record(value) ?? refuse(at, 'must be an object');
  const type = text(part['type']) ?? refuse(`${at}.type`, 'must be the type of a part');
  switch (type) {
    case 'text': {
      const words = string(part['text']) ?? refuse(`${at}.text`, 'must be a string');
      return keeping({ type: 'text', text: words }, part, TEXT);
    }
    case 'image_url':
      return image(part, at);
    case 'input_audio':
      return audio(part, at);
    case 'file':
      return file(part, at);
    case 'video_url': {
      const url = urlOf(part['video_url']) ?? refuse(`${at}.video_url.url`, 'must be a URL');
      return keeping({ type: 'video', source: sourceOfUrl(url, 'video/mp4') }, part, VIDEO);
    }
    case 'refusal':
      return { type: 'refusal', text: string(part['refusal']) ?? refuse(`${at}.refusal`, 'must be a string') };
    case 'thinking':
      return { type: 'reasoning', text: thinkingText(part) };
    default:
      return { type: 'native', format: FORMAT, name: type, value: part };
  }
}

/** The `content` of a message: a string, a list of parts, or nothing. Throws RequestError for anything else. */
export function parseContent(content: unknown, at: string): Part[] {
  if (content === undefined || content === null) return [];
  if (typeof content === 'string') return [{ type: 'text', text: content }];
  const list = array(content) ?? refuse(at, 'must be a string or a list of parts');
  return list.map((part, index) => contentPart(part, `${at}.${index}`));
}
