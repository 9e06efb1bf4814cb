import type { MediaPart, MediaSource } from '../../chat/parts.ts';
import { record, string } from '../shared/read.ts';
import { rest, type Wire } from './wire.ts';

const INLINE = new Set(['mimeType', 'data', 'displayName']);
const FILE = new Set(['mimeType', 'fileUri', 'displayName']);

/** Media types by file extension, for URLs that come without one. */
const BY_EXTENSION: Readonly<Record<string, string>> = {
  png: 'image/png',
  jpg: 'image/jpeg',
  jpeg: 'image/jpeg',
  webp: 'image/webp',
  gif: 'image/gif',
  bmp: 'image/bmp',
  heic: 'image/heic',
  heif: 'image/heif',
  mp3: 'audio/mp3',
  wav: 'audio/wav',
  ogg: 'audio/ogg',
  flac: 'audio/flac',
  aac: 'audio/aac',
  mp4: 'video/mp4',
  mov: 'video/mov',
  webm: 'video/webm',
  mpeg: 'video/mpeg',
  pdf: 'application/pdf',
  txt: 'text/plain',
  html: 'text/html',
  css: 'text/css',
  csv: 'text/csv',
  md: 'text/md',
  json: 'application/json',
  xml: 'text/xml',
  rtf: 'text/rtf',
};

/** The media type that a URL's file extension tells, if any. */
function typeByExtension(url: string): string | undefined {
  const path = url.split(/[?#]/, 1)[0] ?? '';
  const extension = /\.([a-zA-Z0-9]{2,5})$/.exec(path)?.[1]?.toLowerCase();
  return extension !== undefined && Object.hasOwn(BY_EXTENSION, extension) ? BY_EXTENSION[extension] : undefined;
}

const YOUTUBE = /^https?:\/\/(?:www\.|m\.)?(?:youtube\.com|youtu\.be)\//;
/** A video on YouTube, which the API takes by its address (https://ai.google.dev/gemini-api/docs/video-understanding). */
export const isYouTube = (url: string): boolean => YOUTUBE.test(url);

const OWN_FILES = /^(?:https:\/\/generativelanguage\.googleapis\.com\/|gs:\/\/|files\/)/;
/** A file that only the vendor can read: of its Files API, or in Cloud Storage. */
export const isVendorFile = (uri: string): boolean => OWN_FILES.test(uri);

function kindOf(mediaType: string | undefined, url: string): MediaPart['type'] {
  const family = (mediaType ?? typeByExtension(url) ?? '').split('/', 1)[0];
  if (family === 'image' || family === 'audio' || family === 'video') return family;
  return isYouTube(url) ? 'video' : 'file';
}

function withName(type: MediaPart['type'], source: MediaSource, name: string | undefined): MediaPart {
  if (type !== 'file') return { type, source };
  return { type, source, ...(name !== undefined && { name }) };
}

function sourceOf(uri: string, mediaType: string | undefined): MediaSource {
  const typed = mediaType === undefined ? {} : { mediaType };
  return isVendorFile(uri) ? { kind: 'file', fileId: uri, ...typed } : { kind: 'url', url: uri, ...typed };
}

/** What a media part leaves over: members that the canonical part has no place for. */
function leftOver(key: string, wire: Wire, known: ReadonlySet<string>, type: MediaPart['type']): Wire | undefined {
  const name = type === 'file' ? undefined : string(wire['displayName']);
  const others = rest(wire, known);
  return name === undefined && others === undefined
    ? undefined
    : { [key]: { ...others, ...(name !== undefined && { displayName: name }) } };
}

/** A part with `inlineData` or `fileData`, and what it leaves over for `native`; undefined when the wire part is neither. */
export function readMedia(part: Wire): { part: MediaPart; native?: Wire } | undefined {
  const inline = record(part['inlineData']);
  if (inline !== undefined) {
    const mediaType = string(inline['mimeType']) ?? 'application/octet-stream';
    const type = kindOf(mediaType, '');
    const native = leftOver('inlineData', inline, INLINE, type);
    const media = withName(
      type,
      { kind: 'base64', data: string(inline['data']) ?? '', mediaType },
      string(inline['displayName']),
    );
    return native === undefined ? { part: media } : { part: media, native };
  }
  const file = record(part['fileData']);
  const uri = string(file?.['fileUri']);
  if (file === undefined || uri === undefined) return undefined;
  const mediaType = string(file['mimeType']);
  const type = kindOf(mediaType, uri);
  const native = leftOver('fileData', file, FILE, type);
  const media = withName(type, sourceOf(uri, mediaType), string(file['displayName']));
  return native === undefined ? { part: media } : { part: media, native };
}

function fileData(uri: string, mediaType: string | undefined, part: MediaPart): Wire {
  const name = part.type === 'file' ? part.name : undefined;
  return {
    fileData: {
      ...(mediaType !== undefined && { mimeType: mediaType }),
      fileUri: uri,
      ...(name !== undefined && { displayName: name }),
    },
  };
}

/** The wire part for media. A URL is written as it is: whether the target takes it is for the caller to judge. */
export function writeMedia(part: MediaPart): Wire {
  const { source } = part;
  if (source.kind === 'file') return fileData(source.fileId, source.mediaType, part);
  if (source.kind === 'url') return fileData(source.url, source.mediaType ?? typeByExtension(source.url), part);
  const name = part.type === 'file' ? part.name : undefined;
  return {
    inlineData: { mimeType: source.mediaType, data: source.data, ...(name !== undefined && { displayName: name }) },
  };
}
