import { CHAT_FORMATS, type ChatFormat } from '../kit/formats.ts';

/** A client's format and the format of the provider that answers it. */
export interface Pair {
  readonly client: ChatFormat;
  readonly provider: ChatFormat;
}

/** All of them. */
export const PAIRS: readonly Pair[] = CHAT_FORMATS.flatMap((client) =>
  CHAT_FORMATS.map((provider) => ({ client, provider })),
);

/** Models of each format whose documented abilities the adapters know. */
export const MODELS: Readonly<Record<ChatFormat, string>> = {
  'openai-chat': 'gpt-5.4-mini',
  'anthropic-messages': 'claude-sonnet-4-5',
  gemini: 'gemini-3-flash-preview',
  cohere: 'command-a-reasoning-08-2025',
  ollama: 'gpt-oss:20b',
  'bedrock-converse': 'us.anthropic.claude-sonnet-4-5-20250929-v1:0',
  'openai-responses': 'gpt-5.4-mini',
};
