import type { WireFormat } from '@postern/core';
import { anthropicMessages } from './anthropic-messages.ts';
import { gemini } from './gemini.ts';
import { openAiChat } from './openai-chat.ts';
import { openAiResponses } from './openai-responses.ts';
import type { Reader } from './reader.ts';

/** The reader of each format. */
export const READERS: Readonly<Record<WireFormat, Reader>> = {
  'openai-chat': openAiChat,
  'anthropic-messages': anthropicMessages,
  gemini,
  'openai-responses': openAiResponses,
};
