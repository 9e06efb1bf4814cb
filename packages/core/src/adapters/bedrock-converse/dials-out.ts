import type { DialsOut } from '../adapter.ts';
import { record } from '../shared/read.ts';
import { namesRemoteServers } from '../shared/remote-tools.ts';

/** Does a block hold media by their place in a store, also inside another block's content? */
function holdsLocation(value: unknown): boolean {
  if (Array.isArray(value)) return value.some(holdsLocation);
  const object = record(value);
  if (object === undefined) return false;
  return object.s3Location !== undefined || Object.values(object).some(holdsLocation);
}

const isGiven = (value: unknown): boolean =>
  value !== undefined && value !== null && !(Array.isArray(value) && value.length === 0);

export const dialsOut: DialsOut = {
  callsServers: (fields) =>
    namesRemoteServers(fields) || isGiven(record(fields.get('additionalModelRequestFields'))?.mcp_servers),
  fetches: (place, value) => place === 'part' && holdsLocation(value),
};
