import type { Adapter, OperationSide } from './adapter.ts';
import { anthropicMessages } from './anthropic-messages/index.ts';
import { FAMILIES } from './families/index.ts';
import type { FamilyName } from './families/names.ts';
import type { Operation, WireFormat } from './format.ts';
import { gemini } from './gemini/index.ts';
import { openaiChat } from './openai-chat/index.ts';
import { openaiResponses } from './openai-responses/index.ts';
import type { ProviderRow } from './provider-row.ts';

/** Every wire format's adapter. */
export const ADAPTERS: Readonly<Record<WireFormat, Adapter>> = {
  'openai-chat': openaiChat,
  'anthropic-messages': anthropicMessages,
  gemini,
  'openai-responses': openaiResponses,
};

/** How clients of a format ask for an operation that is no chat; undefined for a chat, and for one that the format has no form for. */
export function operationOf(adapter: Adapter, operation: string): OperationSide | undefined {
  return adapter.operations?.[operation as Operation];
}

/** How a provider serves an operation that is no chat: in the form that its row names, else in its format's own. undefined: it doesn't. */
export function operationSide(row: ProviderRow, operation: string): OperationSide | undefined {
  if (!row.serves.includes(operation as Operation)) return undefined;
  const family = row.families?.[operation as Operation];
  return family === undefined ? operationOf(ADAPTERS[row.format], operation) : formsOf(family)[operation as Operation];
}

// A function, because while there is no family the compiler takes the branch above for dead.
const formsOf = (family: FamilyName): { readonly [Name in Operation]?: OperationSide } => FAMILIES[family];
