/**
 * Where clients put their key besides `authorization`. None of these headers is ever sent on.
 * Source: https://docs.anthropic.com/en/api/overview, https://learn.microsoft.com/en-us/azure/ai-foundry/openai/reference and
 * https://ai.google.dev/gemini-api/docs/api-key
 */
export const KEY_HEADERS: readonly string[] = ['x-api-key', 'api-key', 'x-goog-api-key'];
