import type { Adapter, ClientSide, OperationSide, Target } from './adapter.ts';
import { anthropicMessages } from './anthropic-messages/index.ts';
import { bedrockConverse } from './bedrock-converse/index.ts';
import { cohere } from './cohere/index.ts';
import { FAMILIES } from './families/index.ts';
import type { Operation, WireFormat } from './format.ts';
import { gemini } from './gemini/index.ts';
import { ollama } from './ollama/index.ts';
import { openaiChat } from './openai-chat/index.ts';
import { openaiCompletions } from './openai-completions/index.ts';
import { openaiResponses } from './openai-responses/index.ts';
import type { ProviderRow } from './provider-row.ts';

/** Every wire format's adapter. */
export const ADAPTERS: Readonly<Record<WireFormat, Adapter>> = {
  'openai-chat': openaiChat,
  'anthropic-messages': anthropicMessages,
  gemini,
  cohere,
  ollama,
  'openai-completions': openaiCompletions,
  'bedrock-converse': bedrockConverse,
  'openai-responses': openaiResponses,
};

/** How a target is spoken to. */
export const clientOf = (target: Target): ClientSide => ADAPTERS[target.row.format].client;

/** How clients of a format ask for an operation that is no chat; undefined for a chat, and for one that the format has no form for. */
export function operationOf(adapter: Adapter, operation: string): OperationSide | undefined {
  return adapter.operations?.[operation as Operation];
}

/** How a provider serves an operation that is no chat: in the form that its row names, else in its format's own. undefined: it doesn't. */
export function operationSide(row: ProviderRow, operation: string): OperationSide | undefined {
  if (!row.serves.includes(operation as Operation)) return undefined;
  const family = row.families?.[operation as Operation];
  return family === undefined ? operationOf(ADAPTERS[row.format], operation) : FAMILIES[family][operation as Operation];
}
