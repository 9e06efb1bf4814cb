/** The wire formats that Postern speaks, in both directions. A format is code; a provider is data. */
export const WIRE_FORMATS = [
  'openai-chat',
  'anthropic-messages',
  'gemini',
  'cohere',
  'ollama',
  'openai-completions',
  'bedrock-converse',
  'openai-responses',
] as const;
export type WireFormat = (typeof WIRE_FORMATS)[number];

/** What can be asked of a provider. */
export const OPERATIONS = [
  'chat',
  'embeddings',
  'count-tokens',
  'models',
  'moderations',
  'images',
  'image-edits',
  'image-variations',
  'speech',
  'transcriptions',
  'translations',
  'rerank',
  'realtime',
  'compact',
] as const;
export type Operation = (typeof OPERATIONS)[number];
