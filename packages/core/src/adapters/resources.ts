/** What providers keep between requests, under names that the rest of the gateway can use. One vendor's paths are the form that clients speak. */
export { idOf, type ListPage, madeIn, readPage, writePage } from './openai-resources/answer.ts';
export { keepsResources, RESOURCE_HEADERS } from './openai-resources/keeper.ts';
export { mayRefer, namesAddresses, type Reference, referencesIn } from './openai-resources/references.ts';
export { type ResourceRoute, resourceRoute } from './openai-resources/route.ts';
export { storedKind, streamedId, wholeId } from './openai-resources/stored.ts';
export type { ResourceKind } from './openai-resources/table.ts';
