import { record } from './read.ts';

/** Sources that a search may use where the request does not say how many. */
const SOURCES = 20;

/**
 * Members of requests, and types of tools, that ask for a search under another name than its price has, each with that name.
 * Source: https://docs.x.ai/docs/guides/live-search: each source has its price, and `num_sources_used` tells how many there were.
 */
export const SEARCHES: ReadonlyMap<string, string> = new Map([
  ['search_parameters', 'search_source'],
  ['live_search', 'search_source'],
]);

/** How many sources such a member, or tool, has used at the most; as the client wrote it. */
export function sourcesIn(value: unknown): unknown {
  const { mode, max_search_results: most } = record(value) ?? {};
  return mode === 'off' ? 0 : (most ?? SOURCES);
}
