import type { DialsOut } from '../adapter.ts';
import { record, string } from '../shared/read.ts';
import { namesRemoteServers } from '../shared/remote-tools.ts';

/** Does a block hold a source by URL, also inside another block's content? Other members that are URLs only say where something is from. */
function holdsSource(value: unknown): boolean {
  if (Array.isArray(value)) return value.some(holdsSource);
  const object = record(value);
  if (object === undefined) return false;
  if (object.type === 'url' && object.url !== undefined) return true;
  return Object.values(object).some(holdsSource);
}

/** Source: https://platform.claude.com/docs/en/agents-and-tools/tool-use/web-fetch-tool; compatible APIs put their name before it. */
const READS_PAGES = /^(?:[\w-]+:)?web_fetch(?:_|$)/;

export const dialsOut: DialsOut = {
  callsServers: namesRemoteServers,
  fetches(place, value) {
    if (place === 'part') return holdsSource(value);
    return place === 'tool' && READS_PAGES.test(string(record(value)?.type) ?? '');
  },
};
