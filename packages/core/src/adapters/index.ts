import { matchesName } from '../kit/patterns.ts';
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

/** Formats that a provider may speak beside the one of its row, by the operation that says so. */
const BESIDE: { readonly [Format in WireFormat]?: Operation } = { 'openai-completions': 'completions' };

/**
 * How a target is spoken to for a client of this format (undefined: the canonical model): in the client's own where its row serves that beside its own
 * format, else in the row's.
 */
export function clientSide(format: WireFormat | undefined, target: Target): ClientSide {
  return ADAPTERS[format !== undefined && isBeside(format, target) ? format : target.row.format].client;
}

/** May a client's bytes go to this target in the form in which they came? */
export const isSpoken = (format: WireFormat, target: Target): boolean =>
  format === target.row.format || isBeside(format, target);

function isBeside(format: WireFormat, { row, model }: Target): boolean {
  const operation = BESIDE[format];
  if (operation === undefined || !row.serves.includes(operation)) return false;
  const patterns = row.only?.[operation];
  return patterns === undefined || matchesName(patterns, model);
}

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
