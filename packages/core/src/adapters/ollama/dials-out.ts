import type { DialsOut } from '../adapter.ts';
import { holdsAddress } from '../shared/addresses.ts';
import { namesRemoteServers } from '../shared/remote-tools.ts';

/** The API takes media as bytes only and runs no tools; an address in a field that is not known may mean anything. */
export const dialsOut: DialsOut = {
  callsServers: namesRemoteServers,
  fetches: (place, value) => place !== 'tool' && holdsAddress(value),
};
