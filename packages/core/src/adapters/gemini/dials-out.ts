import type { DialsOut } from '../adapter.ts';
import { record } from '../shared/read.ts';
import { namesRemoteServers } from '../shared/remote-tools.ts';
import { namesRemoteTools } from './tools-read.ts';

/** Does a part hold a file by its URI, wherever? */
function holdsFile(value: unknown): boolean {
  if (Array.isArray(value)) return value.some(holdsFile);
  const object = record(value);
  if (object === undefined) return false;
  if ((object['fileUri'] ?? object['file_uri'] ?? null) !== null) return true;
  return Object.values(object).some(holdsFile);
}

/** The tool that reads the pages whose addresses stand in the prompt. Source: https://ai.google.dev/gemini-api/docs/url-context */
function readsPages(value: unknown): boolean {
  const tool = record(value);
  return tool !== undefined && (tool['urlContext'] ?? tool['url_context'] ?? null) !== null;
}

export const dialsOut: DialsOut = {
  callsServers: (fields) => namesRemoteTools(fields.get('tools')) || namesRemoteServers(fields),
  fetches: (place, value) => (place === 'part' && holdsFile(value)) || (place === 'tool' && readsPages(value)),
};
