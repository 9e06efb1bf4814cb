import type { Answer, AnswerPart, ReasoningPart, RefusalPart, TextPart, ToolPart } from '../../answer/answer.ts';
import { asList, asObject } from '../../kit/json.ts';
import { lettersAndDigits } from '../../kit/random.ts';
import type { Saying } from '../format.ts';

/** A part of an answer with the item that it stands in. */
export interface SaidItem {
  readonly part: Exclude<AnswerPart, { kind: 'image' }>;
  readonly id: string;
  /** Not cut by the token limit. */
  readonly whole: boolean;
}

const PREFIXES = { reasoning: 'rs_', text: 'msg_', refusal: 'msg_', tool: 'fc_' } as const;

/** The items of an answer, one for each part. Reasoning is an item even where nothing of it is shown. */
export function saidItems(saying: Saying, answer: Answer): SaidItem[] {
  const parts = answer.parts.filter((part) => part.kind !== 'image');
  return parts.map((part, index) => ({
    part,
    id: PREFIXES[part.kind] + lettersAndDigits(32, 'item', saying.seed, saying.nonce, index),
    whole: answer.finish !== 'length' || index < parts.length - 1,
  }));
}

/** An item as it is when it is done. Source: openai-openapi `OutputItem`. */
export function doneItem(saying: Saying, { part, id, whole }: SaidItem): unknown {
  const status = whole ? 'completed' : 'incomplete';
  switch (part.kind) {
    case 'reasoning':
      return { id, type: 'reasoning', summary: summaryOf(part), ...encrypted(saying, part) };
    case 'tool':
      return { ...callHead(part, id), status, arguments: part.tokens.join('') };
    default:
      return { id, type: 'message', status, content: [contentPart(part)], role: 'assistant' };
  }
}

/** What a call's item has from its start on. Source: openai-openapi `FunctionToolCall`. */
export function callHead(part: ToolPart, id: string) {
  return { id, type: 'function_call', call_id: `call_${part.id}`, name: part.name };
}

/** The content of a message. Source: openai-openapi `OutputTextContent`, `RefusalContent`. */
export function contentPart(part: TextPart | RefusalPart): Record<string, unknown> {
  const text = part.tokens.join('');
  if (part.kind === 'refusal') return { type: 'refusal', refusal: text };
  return { type: 'output_text', annotations: part.cites ? [citation(text)] : [], logprobs: [], text };
}

/** Source: openai-openapi `UrlCitationBody`. */
export function citation(text: string) {
  return {
    type: 'url_citation',
    start_index: 0,
    end_index: text.length,
    title: 'A source',
    url: 'https://example.com/source',
  };
}

/** A summary of one piece, where one is shown. */
export function summaryOf(part: ReasoningPart) {
  return part.form === 'shown' ? [{ type: 'summary_text', text: part.tokens.join('') }] : [];
}

/** Encrypted content comes when it is asked for. Source: https://platform.openai.com/docs/guides/reasoning#encrypted-reasoning-items. */
function encrypted(saying: Saying, part: ReasoningPart): { encrypted_content?: string } {
  const asked = asList(asObject(saying.received.body)?.include)?.includes('reasoning.encrypted_content') === true;
  if (!asked && part.form !== 'redacted') return {};
  return { encrypted_content: saying.signer.sign('responses', '', `${saying.nonce}${part.tokens.join('')}`) };
}
