/** Providers that other gateways know by another id, and ours: `docs/providers.md` tells it. */
export const KNOWN_AS: Readonly<Record<string, string>> = {
  ai21_chat: 'ai21',
  aiohttp_openai: 'openai',
  cohere_chat: 'cohere',
  custom_openai: 'openai',
  ollama_chat: 'ollama',
  openai_like: 'openai',
  'text-completion-codestral': 'codestral',
  'text-completion-inception': 'inception',
  'text-completion-openai': 'openai',
  vertex_ai_beta: 'vertex_ai',
};
