import type { Fields } from '../../transport/body.ts';
import { optionsDialOut } from './provider-options.ts';

/**
 * Does the body name remote tool servers that the provider would dial: in `mcp_servers`
 * (https://platform.claude.com/docs/en/agents-and-tools/mcp-connector), or in the options for a provider?
 */
export function namesRemoteServers(fields: Fields): boolean {
  if (fields.has('mcp_servers') && isGiven(fields.get('mcp_servers'))) return true;
  return fields.has('providerOptions') && optionsDialOut(fields.get('providerOptions'));
}

/** An empty list names none. */
const isGiven = (value: unknown): boolean =>
  value !== null && value !== undefined && !(Array.isArray(value) && value.length === 0);
