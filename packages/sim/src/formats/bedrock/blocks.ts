import type { Answer, AnswerPart, Finish, TextPart, ToolPart } from '../../answer/answer.ts';
import { asList, asObject } from '../../kit/json.ts';
import type { Saying } from '../format.ts';

/** Source: https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_Converse.html#API_runtime_Converse_ResponseSyntax (stopReason). */
export const STOP_REASONS: Readonly<Record<Finish, string>> = {
  stop: 'end_turn',
  'stop-sequence': 'stop_sequence',
  length: 'max_tokens',
  tools: 'tool_use',
  refusal: 'content_filtered',
  filtered: 'guardrail_intervened',
};

/** The parts that are blocks. A refusal has no block of its own: the content is empty and the stop reason says it. */
export function blockParts(answer: Answer): readonly AnswerPart[] {
  return answer.parts.filter((part) => part.kind === 'text' || part.kind === 'tool' || part.kind === 'reasoning');
}

/** A complete block. Source: https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_ContentBlock.html */
export function contentBlock(saying: Saying, part: AnswerPart): Record<string, unknown> | undefined {
  switch (part.kind) {
    case 'text': {
      const text = part.tokens.join('');
      return part.cites ? { citationsContent: { content: [{ text }], citations: [citation(part)] } } : { text };
    }
    case 'reasoning': {
      const text = part.tokens.join('');
      if (part.form === 'redacted') return { reasoningContent: { redactedContent: redacted(saying, text) } };
      return { reasoningContent: { reasoningText: { text, signature: signature(saying, text) } } };
    }
    case 'tool':
      // Input cut by the limit can't be an object; the block is left out.
      return part.whole ? { toolUse: { toolUseId: toolId(part), name: part.name, input: part.input } } : undefined;
    default:
      return undefined;
  }
}

/** The signature over what is shown. */
export function signature(saying: Saying, text: string): string {
  return saying.signer.sign('bedrock-reasoning', text, saying.nonce);
}

/** Unreadable reasoning: a signature over nothing. */
export function redacted(saying: Saying, text: string): string {
  return saying.signer.sign('bedrock-redacted', '', `${saying.nonce}${text}`);
}

/** The id of a tool use, with the prefix that the API's have. */
export function toolId(part: ToolPart): string {
  return `tooluse_${part.id}`;
}

/** Source: https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_Citation.html */
export function citation(part: TextPart): Record<string, unknown> {
  const text = part.tokens.join('');
  return {
    title: 'A source',
    source: 'a-source',
    sourceContent: [{ text }],
    location: { documentChar: { documentIndex: 0, start: 0, end: text.length } },
  };
}

/**
 * The model's own fields of the answer: those that the request names by a JSON pointer and the model has, which is the stop sequence here.
 * Source: the same page, additionalModelResponseFieldPaths.
 */
export function responseFields(saying: Saying, answer: Answer): Record<string, unknown> {
  const paths = asList(asObject(saying.received.body)?.additionalModelResponseFieldPaths) ?? [];
  if (!paths.includes('/stop_sequence')) return {};
  return { additionalModelResponseFields: { stop_sequence: answer.stopSequence ?? null } };
}

/** What is told of the call beside the message. */
export function callFields(saying: Saying): Record<string, unknown> {
  return {
    metrics: { latencyMs: 420 },
    ...(saying.script.words.has('priority') ? { serviceTier: { type: 'priority' } } : {}),
  };
}
