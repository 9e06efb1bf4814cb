import type { Answer, AnswerPart, Finish, ToolPart } from '../../answer/answer.ts';
import type { Saying } from '../format.ts';

/** Source: https://ai.google.dev/api/generate-content#FinishReason. A turn that calls functions ends with STOP too. */
export const FINISH_REASONS: Readonly<Record<Finish, string>> = {
  stop: 'STOP',
  'stop-sequence': 'STOP',
  length: 'MAX_TOKENS',
  tools: 'STOP',
  refusal: 'PROHIBITED_CONTENT',
  filtered: 'SAFETY',
};

/** Does this answer's reasoning leave signatures? A hidden one does too. */
export function isSigned(answer: Answer): boolean {
  return answer.parts.some((part) => part.kind === 'reasoning');
}

/** Is it shown as thought parts? */
export function isShown(part: AnswerPart): boolean {
  return part.kind === 'reasoning' && part.form === 'shown';
}

/**
 * Where signatures stand. Source: https://ai.google.dev/gemini-api/docs/thought-signatures: on the first functionCall part of a turn
 * (parallel calls after it have none), else on the last part of the answer; in a stream that may be a part with empty text.
 */
export function thoughtSignature(saying: Saying, purpose: string): { thoughtSignature: string } {
  return { thoughtSignature: saying.signer.sign('gemini-thought', purpose, saying.nonce) };
}

/** What a signature on a part is bound to: the function that it calls, or text. */
export function purposeOf(call: ToolPart | undefined): string {
  return call === undefined ? 'text' : `call:${call.name}`;
}

/** A functionCall part. Arguments are an object and come whole; ids came with later models only (the word `ids`). Source: `FunctionCall`. */
export function functionCall(saying: Saying, call: ToolPart): Record<string, unknown> {
  const id = saying.script.words.has('ids') ? { id: call.id.slice(0, 8).toLowerCase() } : {};
  return { functionCall: { ...id, name: call.name, args: call.input } };
}

/** Calls cut by the token limit have no whole arguments and are left out. */
export function wholeCalls(answer: Answer): ToolPart[] {
  return answer.parts.filter((part) => part.kind === 'tool').filter((part) => part.whole);
}

/** Source: `CitationMetadata`; indexes are of bytes. */
export function citationMetadata(answer: Answer): Record<string, unknown> {
  const cited = answer.parts.find((part) => part.kind === 'text' && part.cites);
  if (cited === undefined) return {};
  const endIndex = Buffer.byteLength(cited.tokens.join(''));
  return { citationMetadata: { citationSources: [{ startIndex: 0, endIndex, uri: 'https://example.com/source' }] } };
}
