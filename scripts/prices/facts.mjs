/** What the lists call otherwise, and what the vendors' own pages say beside them. Read on 2026-11-29. */

/** The first list's ids of providers that the catalog calls otherwise. */
export const RENAMED = {
  bedrock_converse: 'bedrock',
  cohere_chat: 'cohere',
  azure_text: 'azure',
  'text-completion-openai': 'openai',
  'text-completion-codestral': 'codestral',
  'fireworks_ai-embedding-models': 'fireworks_ai',
};

/** The second list's ids of providers, by the catalog's. */
export const SECOND = {
  openai: 'openai',
  anthropic: 'anthropic',
  gemini: 'google',
  bedrock: 'aws',
  azure: 'azure',
  mistral: 'mistral',
  deepseek: 'deepseek',
  xai: 'x-ai',
  groq: 'groq',
  cohere: 'cohere',
  together_ai: 'together',
  fireworks_ai: 'fireworks',
  openrouter: 'openrouter',
  perplexity: 'perplexity',
  moonshot: 'moonshotai',
  cerebras: 'cerebras',
  novita: 'novita',
  zai: 'zai',
  minimax: 'minimax',
};

/** What the providers' search tool is called in usage, where it is billed by the call. */
export const SEARCH = { openai: 'web_search', azure: 'web_search', anthropic: 'web_search', gemini: 'google_search' };

/** Tools that cost nothing beside tokens. Source: https://platform.claude.com/docs/en/agents-and-tools/tool-use/web-fetch-tool (usage and pricing) */
export const FREE_TOOLS = { anthropic: ['web_fetch'] };

/**
 * Image tokens of a prompt that are sold as text: "Input price (text / image / video)". Source: https://ai.google.dev/gemini-api/docs/pricing;
 * there the larger models have one input price for all media, audio too.
 */
export const IMAGE_AS_TEXT = new Set(['gemini']);
export const AUDIO_AS_TEXT = /^gemini-[\d.]+-pro(?:-preview)?$/;

/**
 * Days of the hours that the second list tells: at weekends there is no peak. From the list's own note, after
 * https://api-docs.deepseek.com/quick_start/pricing. 1 = Monday.
 */
export const PEAK_DAYS = { deepseek: '12345' };

/**
 * Where the lists disagree and the vendor's page could be read: rates by model and tier that stand over both. The cache reads of this model are
 * "$0.20 / MTok" on https://platform.claude.com/docs/en/models/sonnet-5-5/overview, and the batch API takes half off.
 */
export const VENDOR = { anthropic: { 'claude-sonnet-5-5': { '': { r: '0.2' }, batch: { r: '0.1' } } } };
