import type { DialsOut } from '../adapter.ts';
import { parseDataUri } from '../shared/data-uri.ts';
import { record, string } from '../shared/read.ts';
import { namesRemoteServers } from '../shared/remote-tools.ts';

/** Does it hold an image by its address? Addresses in documents only say where something is from. */
function holdsImage(value: unknown): boolean {
  if (Array.isArray(value)) return value.some(holdsImage);
  const object = record(value);
  if (object === undefined) return false;
  const image = object.image_url;
  if (image !== undefined) return parseDataUri(string(image) ?? string(record(image)?.url) ?? '') === undefined;
  return Object.values(object).some(holdsImage);
}

/** The API calls no servers of its clients, and fetches images only. Source: https://docs.cohere.com/v2/docs/image-inputs */
export const dialsOut: DialsOut = {
  callsServers: namesRemoteServers,
  fetches: (place, value) => place === 'part' && holdsImage(value),
};
