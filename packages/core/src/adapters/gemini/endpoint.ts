import type { Target } from '../adapter.ts';
import type { Operation } from '../format.ts';
import { modelPath } from './model.ts';

/** What can be asked of a model. */
export type Action = 'generateContent' | 'streamGenerateContent' | 'countTokens';

/** Every request is JSON; nothing of the client's own headers goes on. */
export const HEADERS: Readonly<Record<string, string>> = { 'content-type': 'application/json' };

/**
 * The path of an action, relative to the base URL: `/models/x:generateContent`. A row's own path may hold `{model}` and `{action}`.
 * Streams ask for server-sent events; without `alt=sse` the API sends one JSON array
 * (https://ai.google.dev/api/generate-content#method:-models.streamgeneratecontent).
 */
export function endpoint(target: Target, action: Action): string {
  const operation: Operation = action === 'countTokens' ? 'count-tokens' : 'chat';
  const template = target.row.paths?.[operation] ?? '/{model}:{action}';
  const path = template.replace('{model}', () => modelPath(target.model)).replace('{action}', action);
  if (action !== 'streamGenerateContent') return path;
  return `${path}${path.includes('?') ? '&' : '?'}alt=sse`;
}
