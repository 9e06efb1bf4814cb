import type { Answer, AnswerPart } from './answer.ts';

/** The answer as it ends at the first stop sequence in its text. Reasoning and arguments are not searched. */
export function stopAt(answer: Answer, sequences: readonly string[]): Answer {
  const parts: AnswerPart[] = [];
  for (const part of answer.parts) {
    if (part.kind !== 'text') {
      parts.push(part);
      continue;
    }
    const text = part.tokens.join('');
    const met = sequences
      .filter((one) => one !== '' && text.includes(one))
      .sort((a, b) => text.indexOf(a) - text.indexOf(b))[0];
    if (met !== undefined) {
      parts.push({ ...part, tokens: firstCharacters(part.tokens, text.indexOf(met)) });
      return { parts, finish: 'stop-sequence', stopSequence: met };
    }
    parts.push(part);
  }
  return answer;
}

function firstCharacters(tokens: readonly string[], length: number): string[] {
  const kept: string[] = [];
  let left = length;
  for (const token of tokens) {
    if (left <= 0) break;
    kept.push(token.slice(0, left));
    left -= token.length;
  }
  return kept;
}

/** The end of a text, of so many characters. */
export function lastCharacters(tokens: readonly string[], length: number): string[] {
  const kept: string[] = [];
  let skip = tokens.join('').length - length;
  for (const token of tokens) {
    if (skip < token.length) kept.push(token.slice(Math.max(0, skip)));
    skip -= token.length;
  }
  return kept;
}

/** The answer as it ends when `most` tokens are out; reasoning counts. */
export function cutAt(answer: Answer, most: number): Answer {
  const parts: AnswerPart[] = [];
  let left = most;
  for (const part of answer.parts) {
    if (part.tokens.length <= left) {
      parts.push(part);
      left -= part.tokens.length;
      continue;
    }
    if (left > 0 && part.kind !== 'image') parts.push(shorten(part, left));
    return { parts, finish: 'length' };
  }
  return answer;
}

function shorten<Part extends AnswerPart>(part: Part, length: number): Part {
  const tokens = part.tokens.slice(0, length);
  return part.kind === 'tool' ? { ...part, tokens, whole: false } : { ...part, tokens };
}

/** All tokens of an answer. */
export function tokensOf(answer: Answer): number {
  return answer.parts.reduce((sum, part) => sum + part.tokens.length, 0);
}

/** The tokens of its reasoning. */
export function reasoningTokensOf(answer: Answer): number {
  return answer.parts.reduce((sum, part) => sum + (part.kind === 'reasoning' ? part.tokens.length : 0), 0);
}
