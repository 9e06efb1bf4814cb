import type { Answer, AnswerPart, Finish, TextPart, ToolPart } from '../../answer/answer.ts';
import { asObject } from '../../kit/json.ts';
import type { Saying } from '../format.ts';

/** Source: anthropic-sdk-typescript `StopReason`. */
export const STOP_REASONS: Readonly<Record<Finish, string>> = {
  stop: 'end_turn',
  'stop-sequence': 'stop_sequence',
  length: 'max_tokens',
  tools: 'tool_use',
  refusal: 'refusal',
  // Classifiers that step in while the answer streams end it as a refusal too.
  filtered: 'refusal',
};

/** The parts that are blocks. A refusal has no block of its own: the content is empty and the stop reason says it. */
export function blockParts(answer: Answer): readonly AnswerPart[] {
  return answer.parts.filter((part) => part.kind === 'text' || part.kind === 'tool' || part.kind === 'reasoning');
}

/** A complete content block. Source: `TextBlock`, `ThinkingBlock`, `RedactedThinkingBlock`, `ToolUseBlock`. */
export function contentBlock(saying: Saying, part: AnswerPart): Record<string, unknown> | undefined {
  switch (part.kind) {
    case 'text':
      return { type: 'text', text: part.tokens.join(''), ...(part.cites ? { citations: [citation(part)] } : {}) };
    case 'reasoning':
      if (part.form === 'redacted')
        return { type: 'redacted_thinking', data: redactedData(saying, part.tokens.join('')) };
      return {
        type: 'thinking',
        thinking: thinkingText(saying, part.tokens),
        signature: thinkingSignature(saying, part.tokens),
      };
    case 'tool':
      // Input cut by the limit can't be an object; the block is left out.
      return part.whole ? { type: 'tool_use', id: toolId(part), name: part.name, input: part.input } : undefined;
    default:
      return undefined;
  }
}

/** Under `display: omitted` the text is empty and the signature is there. Source: `ThinkingConfigEnabled.display`. */
export function thinkingText(saying: Saying, tokens: readonly string[]): string {
  const display = asObject(asObject(saying.received.body)?.thinking)?.display;
  return display === 'omitted' ? '' : tokens.join('');
}

/** The signature over what is shown. */
export function thinkingSignature(saying: Saying, tokens: readonly string[]): string {
  return saying.signer.sign('anthropic-thinking', thinkingText(saying, tokens), saying.nonce);
}

/** Unreadable thinking: a signature over nothing. */
export function redactedData(saying: Saying, text: string): string {
  return saying.signer.sign('anthropic-redacted', '', `${saying.nonce}${text}`);
}

/** The id of a tool use, with the prefix that Anthropic's have. */
export function toolId(part: ToolPart): string {
  return `toolu_${part.id}`;
}

/** Source: `CitationCharLocation`. */
export function citation(part: TextPart): Record<string, unknown> {
  const text = part.tokens.join('');
  return {
    type: 'char_location',
    cited_text: text,
    document_index: 0,
    document_title: 'A source',
    start_char_index: 0,
    end_char_index: text.length,
    file_id: null,
  };
}

/** Why the model refused. Source: `RefusalStopDetails`; null for every other end. */
export function stopDetails(finish: Finish): unknown {
  if (finish !== 'refusal' && finish !== 'filtered') return null;
  return { type: 'refusal', category: 'general_harms', explanation: 'The simulated model was told to refuse.' };
}
