import type { Part } from '../../chat/parts.ts';
import type { StopReason } from '../../chat/reply.ts';

/** The words that OpenAI's schema allows. Source: https://platform.openai.com/docs/api-reference/chat/object */
export type FinishReason = 'stop' | 'length' | 'tool_calls' | 'content_filter' | 'function_call';

/**
 * The words that APIs of this format use, with what they mean. Sources: https://docs.mistral.ai/api (model_length),
 * https://docs.together.ai/reference/chat-completions (eos), https://docs.z.ai/api-reference/llm/chat-completion (sensitive).
 */
const WORDS: Readonly<Record<string, StopReason>> = {
  stop: 'stop',
  eos: 'stop',
  end_turn: 'stop',
  stop_sequence: 'stop',
  length: 'length',
  max_tokens: 'length',
  model_length: 'length',
  model_context_window_exceeded: 'context-window',
  tool_calls: 'tool-calls',
  tool_use: 'tool-calls',
  function_call: 'tool-calls',
  content_filter: 'content-filter',
  sensitive: 'content-filter',
  refusal: 'refusal',
};

/**
 * Words that say that the answer broke off and is none: a fault, never a good end.
 * Sources: https://api-docs.deepseek.com/api/create-chat-completion (insufficient_system_resource),
 * https://openrouter.ai/docs/api-reference/errors (error).
 */
export const BROKEN_WORDS: ReadonlySet<string> = new Set([
  'error',
  'insufficient_system_resource',
  'network_error',
  'abort',
]);

/** What a vendor's word means; `other` for one that is not known. */
export function stopReasonOf(word: string | undefined): StopReason {
  return (word !== undefined && Object.hasOwn(WORDS, word) ? WORDS[word] : undefined) ?? 'other';
}

/** Reasons that mean that the answer was cut: a tool call in it may be incomplete. */
const CUT: ReadonlySet<StopReason> = new Set(['length', 'content-filter', 'refusal', 'context-window']);

/** The reason derived from what happened: a call for the client that was not cut ends the choice, whatever the vendor's word was. */
export function derived(reason: StopReason, hasCalls: boolean, hasRefusal: boolean): StopReason {
  if (hasCalls && !CUT.has(reason)) return 'tool-calls';
  // A vendor that says so without any call means a plain end.
  if (reason === 'tool-calls') return 'stop';
  return hasRefusal && reason === 'stop' ? 'refusal' : reason;
}

/** {@link derived} for the parts of a whole answer. */
export function derivedFrom(reason: StopReason, content: readonly Part[]): StopReason {
  return derived(
    reason,
    content.some((part) => part.type === 'tool-call'),
    content.some((part) => part.type === 'refusal'),
  );
}

/**
 * The word of this format. A refusal in words is an ordinary end with a `refusal` beside it; one without words is an answer that a
 * filter withheld.
 */
export function finishWord(reason: StopReason, choice: { functions?: boolean; refused?: boolean } = {}): FinishReason {
  if (reason === 'tool-calls') return choice.functions === true ? 'function_call' : 'tool_calls';
  if (reason === 'length' || reason === 'context-window') return 'length';
  const withheld = reason === 'content-filter' || (reason === 'refusal' && choice.refused !== true);
  return withheld ? 'content_filter' : 'stop';
}
