import type { MediaSource } from '../../chat/parts.ts';
import { toBase64 } from '../shared/base64.ts';
import { type Json, records, string } from '../shared/read.ts';
import { isObject } from './wire.ts';

/** What a block of media is called. */
export type MediaKind = 'image' | 'document' | 'video' | 'audio';

/**
 * Media types by the format's name, the usual one first where several mean the same. Sources: the pages of ImageBlock, DocumentBlock, VideoBlock and
 * AudioBlock below https://docs.aws.amazon.com/bedrock/latest/APIReference/
 */
const FORMATS: Readonly<Record<MediaKind, Readonly<Record<string, string>>>> = {
  image: { png: 'image/png', jpeg: 'image/jpeg', gif: 'image/gif', webp: 'image/webp' },
  document: {
    pdf: 'application/pdf',
    csv: 'text/csv',
    doc: 'application/msword',
    docx: 'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
    xls: 'application/vnd.ms-excel',
    xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
    html: 'text/html',
    txt: 'text/plain',
    md: 'text/markdown',
  },
  video: {
    mp4: 'video/mp4',
    mov: 'video/quicktime',
    mkv: 'video/x-matroska',
    webm: 'video/webm',
    flv: 'video/x-flv',
    mpeg: 'video/mpeg',
    mpg: 'video/mpeg',
    wmv: 'video/x-ms-wmv',
    three_gp: 'video/3gpp',
  },
  audio: {
    mp3: 'audio/mpeg',
    wav: 'audio/wav',
    flac: 'audio/flac',
    ogg: 'audio/ogg',
    opus: 'audio/opus',
    aac: 'audio/aac',
    'x-aac': 'audio/x-aac',
    m4a: 'audio/mp4',
    webm: 'audio/webm',
    pcm: 'audio/pcm',
    mp4: 'audio/mp4',
    mpeg: 'audio/mpeg',
    mpga: 'audio/mpeg',
    mka: 'audio/x-matroska',
    mkv: 'audio/x-matroska',
  },
};

/** Other spellings of media types. */
const ALIASES: Readonly<Record<string, string>> = {
  'image/jpg': 'image/jpeg',
  'audio/mp3': 'audio/mpeg',
  'audio/x-wav': 'audio/wav',
  'audio/wave': 'audio/wav',
  'audio/x-m4a': 'audio/mp4',
  'video/x-m4v': 'video/mp4',
  'application/csv': 'text/csv',
  'text/x-markdown': 'text/markdown',
};

/** The media type of a format; undefined for an unknown one. */
export function mediaTypeOf(kind: MediaKind, format: string | undefined): string | undefined {
  return format !== undefined && Object.hasOwn(FORMATS[kind], format) ? FORMATS[kind][format] : undefined;
}

/** The format's name for a media type, its parameters aside; undefined when the API has none. */
export function formatOf(kind: MediaKind, mediaType: string | undefined): string | undefined {
  const plain = (mediaType ?? '').split(';', 1)[0]?.trim().toLowerCase() ?? '';
  const type = Object.hasOwn(ALIASES, plain) ? ALIASES[plain] : plain;
  return Object.entries(FORMATS[kind]).find(([, known]) => known === type)?.[0];
}

const LAST_RESORT: Readonly<Record<MediaKind, string>> = {
  image: 'image/png',
  document: 'text/plain',
  video: 'video/mp4',
  audio: 'audio/mpeg',
};

/** A source as the chat model knows it. `kept`: what of the block only this format understands. */
export interface ReadSource {
  readonly source: MediaSource;
  readonly kept: Json;
}

/** The source of a block of media; undefined when it is none that is known. */
export function readSource(kind: MediaKind, block: Json): ReadSource | undefined {
  if (!isObject(block.source)) return undefined;
  const format = string(block.format);
  const known = mediaTypeOf(kind, format);
  const kept: Json = format === undefined || formatOf(kind, known) === format ? {} : { format };
  const { bytes, s3Location } = block.source;
  if (typeof bytes === 'string')
    return { source: { kind: 'base64', data: bytes, mediaType: known ?? LAST_RESORT[kind] }, kept };
  const uri = isObject(s3Location) ? string(s3Location.uri) : undefined;
  if (uri !== undefined && isObject(s3Location)) {
    const mediaType = known === undefined ? {} : { mediaType: known };
    const odd = Object.keys(s3Location).length > 1 ? { source: block.source } : {};
    return { source: { kind: 'url', url: uri, ...mediaType }, kept: { ...kept, ...odd } };
  }
  return kind === 'document'
    ? textSource(block.source, { ...kept, ...(format === undefined ? {} : { format }) })
    : undefined;
}

/** A document that is given as text, whole or in pieces. */
function textSource(source: Json, kept: Json): ReadSource | undefined {
  const pieces = records(source.content).flatMap((piece) => (typeof piece.text === 'string' ? [piece.text] : []));
  const text = string(source.text) ?? (Array.isArray(source.content) ? pieces.join('\n') : undefined);
  if (text === undefined) return undefined;
  return { source: { kind: 'base64', data: toBase64(text), mediaType: 'text/plain' }, kept: { ...kept, source } };
}

/** Is it an address that the provider itself can read? */
export const isS3 = (url: string): boolean => /^s3:\/\//i.test(url);

/** The source member of a block; undefined for what the API takes in no form. */
export function writeSource(source: MediaSource): Json | undefined {
  if (source.kind === 'base64') return { bytes: source.data };
  return source.kind === 'url' && isS3(source.url) ? { s3Location: { uri: source.url } } : undefined;
}
