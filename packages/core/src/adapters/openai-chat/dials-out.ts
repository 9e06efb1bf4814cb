import type { Fields } from '../../transport/body.ts';
import type { DialsOut } from '../adapter.ts';
import { holdsAddress, holdsText } from '../shared/addresses.ts';
import { record, records, string } from '../shared/read.ts';
import { namesRemoteServers } from '../shared/remote-tools.ts';

/** Tools for which the provider would call a server that the client names. Source: https://console.groq.com/docs/mcp */
function callsServers(fields: Fields): boolean {
  if (namesRemoteServers(fields)) return true;
  return (
    fields.has('tools') &&
    records(fields.get('tools')).some((tool) => tool['type'] === 'mcp' || tool['server_url'] !== undefined)
  );
}

/**
 * What compatible APIs call a tool of theirs that reads pages.
 * Sources: https://openrouter.ai/docs/guides/features/server-tools/web-fetch, https://console.groq.com/docs/compound/built-in-tools
 */
const READS_PAGES = /^(?:[\w-]+:)?(?:web[_-]fetch|visit_website|browser_automation)$/;

/**
 * Compatible APIs have many more kinds of parts, and fields of their own, such as feeds to search in (https://docs.x.ai/docs/guides/live-search):
 * any address that stands in one of them counts.
 */
export const dialsOut: DialsOut = {
  callsServers,
  fetches: (place, value) =>
    place === 'tool'
      ? READS_PAGES.test(string(record(value)?.['type']) ?? '')
      : holdsAddress(value) || (place === 'field' && holdsText(value, (text) => READS_PAGES.test(text))),
};

/**
 * Is something other than text to be embedded, by its address? A text is a text, whatever it looks like.
 * Source of the forms: https://jina.ai/embeddings, https://docs.vllm.ai/en/stable/serving/openai_compatible_server.html
 */
export function embedsRemote(fields: Fields): boolean {
  return [...fields.keys()].some((name) => {
    const value = fields.get(name);
    if (name !== 'input') return holdsAddress(value);
    return Array.isArray(value)
      ? holdsAddress(value.filter((item) => typeof item !== 'string'))
      : record(value) !== undefined && holdsAddress(value);
  });
}
