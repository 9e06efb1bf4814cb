import type { Answer, AnswerPart } from '../../answer/answer.ts';
import { tokensOf } from '../../answer/limit.ts';
import { pieces } from '../../kit/tokens.ts';
import type { Frame } from '../../wire/frame.ts';
import type { Saying } from '../format.ts';
import { ending, headOf, said, toolCall, wholeCalls } from './body.ts';

/** The lines of a streamed answer: pieces with `done: false`, a call whole, and a last line with what it took. Source: https://docs.ollama.com/api/streaming */
export function ollamaFrames(saying: Saying): Frame[] {
  const answer: Answer = saying.answers[0] ?? { parts: [], finish: 'stop' };
  const head = headOf(saying);
  const line = (words: Record<string, unknown>, tokens: number): Frame => ({
    role: 'token',
    tokens,
    data: JSON.stringify({ ...head, ...said(saying, words), done: false }),
  });
  const spoken = answer.parts.flatMap((part) => partLines(saying, part, line));
  const calls = wholeCalls(answer).map((call, index) =>
    line({ tool_calls: [toolCall(saying, call, index)] }, call.tokens.length),
  );
  const shown = [...spoken, ...calls];
  // What is not shown is out all the same: hidden thinking, and calls that the limit cut.
  const unseen = tokensOf(answer) - shown.reduce((sum, frame) => sum + frame.tokens, 0);
  const last = JSON.stringify({ ...head, ...said(saying, {}), ...ending(saying, answer) });
  return [...shown, { role: 'terminal', tokens: unseen, data: last }];
}

function partLines(
  saying: Saying,
  part: AnswerPart,
  line: (words: Record<string, unknown>, tokens: number) => Frame,
): Frame[] {
  const some = pieces(part.tokens, saying.tokensPerEvent);
  if (part.kind === 'text' || part.kind === 'refusal')
    return some.map(({ text, tokens }) => line({ content: text }, tokens));
  if (part.kind === 'reasoning' && part.form === 'shown')
    return some.map(({ text, tokens }) => line({ thinking: text }, tokens));
  return part.kind === 'image' ? [line({ images: [part.base64] }, part.tokens.length)] : [];
}
