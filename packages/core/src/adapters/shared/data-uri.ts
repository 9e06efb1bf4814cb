import type { MediaSource } from '../../chat/parts.ts';

/** The media type and the base64 text of a `data:` URI; undefined when it is none or not base64 (RFC 2397). Never copies the data more than once. */
export function parseDataUri(uri: string): { mediaType: string; data: string } | undefined {
  if (!/^data:/i.test(uri.slice(0, 5))) return undefined;
  const comma = uri.indexOf(',');
  if (comma < 0) return undefined;
  const [mediaType = '', ...parameters] = uri.slice(5, comma).split(';');
  if (parameters.at(-1)?.trim().toLowerCase() !== 'base64') return undefined;
  return { mediaType: mediaType.trim().toLowerCase(), data: uri.slice(comma + 1) };
}

/** A URL or `data:` URI as a source; `fallback` is the media type of a `data:` URI that names none. */
export function sourceOfUrl(url: string, fallback: string): MediaSource {
  const inline = parseDataUri(url);
  if (inline === undefined) return { kind: 'url', url };
  return { kind: 'base64', data: inline.data, mediaType: inline.mediaType === '' ? fallback : inline.mediaType };
}

/** A base64 source as a `data:` URI. */
export function dataUri(mediaType: string, data: string): string {
  return `data:${mediaType};base64,${data}`;
}
