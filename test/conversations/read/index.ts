import type { ChatFormat } from '../../kit/formats.ts';
import { anthropicMessages } from './anthropic-messages.ts';
import { bedrockConverse } from './bedrock-converse.ts';
import { cohere } from './cohere.ts';
import { gemini } from './gemini.ts';
import { ollama } from './ollama.ts';
import { openAiChat } from './openai-chat.ts';
import { openAiResponses } from './openai-responses.ts';
import type { Reader } from './reader.ts';

/** The reader of each format. */
export const READERS: Readonly<Record<ChatFormat, Reader>> = {
  'openai-chat': openAiChat,
  'anthropic-messages': anthropicMessages,
  gemini,
  cohere,
  ollama,
  'bedrock-converse': bedrockConverse,
  'openai-responses': openAiResponses,
};
