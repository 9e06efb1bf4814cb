import type { WireFormat } from '../format.ts';

/** Formats whose vendors and compatible servers keep resources in this form. */
const FORMATS: ReadonlySet<string> = new Set(['openai-chat', 'openai-responses']);

/** Does a provider of this format keep them, and do its clients name their ids in requests? */
export const keepsResources = (format: WireFormat | undefined): boolean => FORMATS.has(format ?? '');

/**
 * Headers that pass with these requests. `openai-beta` chooses the version of assistants and threads.
 * Source: https://platform.openai.com/docs/api-reference/assistants, https://platform.openai.com/docs/api-reference/debugging-requests
 */
export const RESOURCE_HEADERS = {
  request: ['openai-beta', 'idempotency-key', 'range'],
  answer: ['openai-version', 'openai-processing-ms', 'x-request-id', 'accept-ranges', 'content-range'],
} as const;
