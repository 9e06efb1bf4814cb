import type { Adapter } from './adapter.ts';
import { anthropicMessages } from './anthropic-messages/index.ts';
import type { WireFormat } from './format.ts';
import { gemini } from './gemini/index.ts';
import { openaiChat } from './openai-chat/index.ts';

/** Every wire format's adapter. */
export const ADAPTERS: Readonly<Record<WireFormat, Adapter>> = {
  'openai-chat': openaiChat,
  'anthropic-messages': anthropicMessages,
  gemini,
};
