import type { Answer, AnswerPart, Finish, SimUsage, TextPart, ToolPart } from '../../answer/answer.ts';
import type { Saying } from '../format.ts';

/** Source: https://docs.cohere.com/reference/chat, finish_reason. Refusals are words; the last is of the older API, https://docs.cohere.com/v1/reference/chat */
export const FINISH_REASONS: Readonly<Record<Finish, string>> = {
  stop: 'COMPLETE',
  'stop-sequence': 'STOP_SEQUENCE',
  length: 'MAX_TOKENS',
  tools: 'TOOL_CALL',
  refusal: 'COMPLETE',
  filtered: 'ERROR_TOXIC',
};

/** Parts that stand in `content`; thinking that can't be read has no form here. */
export function contentParts(answer: Answer): readonly AnswerPart[] {
  return answer.parts.filter(
    (part) => part.kind === 'text' || part.kind === 'refusal' || (part.kind === 'reasoning' && part.form !== 'hidden'),
  );
}

/** The calls of an answer. */
export const callsOf = (answer: Answer): readonly ToolPart[] => answer.parts.filter((part) => part.kind === 'tool');

/** An id like the vendor's: the tool's name, then letters. Source: https://docs.cohere.com/v2/docs/tool-use-streaming */
export const callId = (part: ToolPart): string => `${part.name}_${part.id.toLowerCase().slice(0, 12)}`;

/** A whole call. Models write `null` for no arguments. */
export const call = (part: ToolPart): Record<string, unknown> => ({
  id: callId(part),
  type: 'function',
  function: { name: part.name, arguments: argumentsOf(part).join('') },
});

/** The arguments in pieces. */
export const argumentsOf = (part: ToolPart): readonly string[] =>
  part.whole && Object.keys(part.input).length === 0 ? ['null'] : part.tokens;

/** Source: https://docs.cohere.com/docs/documents-and-citations */
export function citation(part: TextPart, index: number): Record<string, unknown> {
  const text = part.tokens.join('');
  return {
    start: 0,
    end: [...text].length,
    text,
    sources: [
      {
        type: 'document',
        id: 'doc:0',
        document: { id: 'doc:0', title: 'A source', url: 'https://example.com/a-source', text: 'What it says.' },
      },
    ],
    content_index: index,
    type: 'TEXT_CONTENT',
  };
}

/** Source: https://docs.cohere.com/reference/chat, usage. What the vendor itself puts into a prompt is not simulated. */
export function cohereUsage(usage: SimUsage): Record<string, unknown> {
  const counts = { input_tokens: usage.input + usage.cachedInput + usage.cacheWrite, output_tokens: usage.output };
  return { billed_units: counts, tokens: counts, cached_tokens: usage.cachedInput };
}

/** Under `paralleltools`: fields that no documentation names. */
export const vendorFields = (saying: Saying): Record<string, unknown> =>
  saying.script.faults.has('paralleltools') ? { x_vendor: { shard: 7, trace: null } } : {};
