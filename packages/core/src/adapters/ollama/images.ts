import type { ImagePart } from '../../chat/parts.ts';
import { parseDataUri } from '../shared/data-uri.ts';

/** How base64 of an image begins: the API names no media types. Sources: the magic numbers of PNG, JPEG, GIF and RIFF (WebP). */
const KINDS = [
  ['iVBORw0KGgo', 'image/png'],
  ['/9j/', 'image/jpeg'],
  ['R0lGOD', 'image/gif'],
  ['UklGR', 'image/webp'],
] as const;

/** What an image is of which nothing else is known. */
const UNKNOWN = 'image/jpeg';

/** An image of a message. Clients send base64; some of them with the head of a `data:` URI. */
export function readImage(data: string): ImagePart {
  const inline = parseDataUri(data);
  if (inline !== undefined) return { type: 'image', source: { kind: 'base64', ...inline } };
  const kind = KINDS.find(([start]) => data.startsWith(start));
  return { type: 'image', source: { kind: 'base64', data, mediaType: kind?.[1] ?? UNKNOWN } };
}
