import type { Fields } from '../../transport/body.ts';
import type { DialsOut } from '../adapter.ts';
import { holdsAddress } from '../shared/addresses.ts';
import { type Json, record, records, string } from '../shared/read.ts';
import { namesRemoteServers } from '../shared/remote-tools.ts';

/** An MCP server that the provider calls, by its address or as a connector. Source: https://platform.openai.com/docs/guides/tools-connectors-mcp */
const isServer = (tool: Json): boolean =>
  tool.type === 'mcp' || tool.server_url !== undefined || tool.connector_id !== undefined;

function callsServers(fields: Fields): boolean {
  if (namesRemoteServers(fields)) return true;
  return fields.has('tools') && records(fields.get('tools')).some(isServer);
}

/** What compatible APIs call a tool of theirs that reads pages. Source: https://openrouter.ai/docs/guides/features/server-tools/web-fetch */
const READS_PAGES = /^(?:[\w-]+:)?(?:web[_-]fetch|visit_website|browser_automation)$/;
/** A container's network policy names hosts, and skills and files of it may be addresses. Source: https://platform.openai.com/docs/guides/tools-shell */
const HAS_NETWORK = new Set(['shell', 'code_interpreter']);

function toolFetches(tool: Json): boolean {
  const type = string(tool.type) ?? '';
  // An image to draw over stands in the tool by its address. Source: https://platform.openai.com/docs/guides/image-generation?api=responses
  if (READS_PAGES.test(type) || (type === 'image_generation' && holdsAddress(tool))) return true;
  return HAS_NETWORK.has(type) && JSON.stringify(tool).includes('allowed_domains');
}

/** Items and fields that have no name in the chat model count when an address stands in them; what a model said and did is only told again. */
export const dialsOut: DialsOut = {
  callsServers,
  fetches: (place, value) => (place === 'tool' ? toolFetches(record(value) ?? {}) : holdsAddress(value)),
};
