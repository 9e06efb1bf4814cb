import type { Answer, AnswerPart, SimUsage } from '../../answer/answer.ts';
import { tokensOf } from '../../answer/limit.ts';
import { pieces } from '../../kit/tokens.ts';
import type { Frame } from '../../wire/frame.ts';
import type { Saying } from '../format.ts';
import { geminiBody, safety, tailOf } from './body.ts';
import {
  citationMetadata,
  FINISH_REASONS,
  functionCall,
  isSigned,
  purposeOf,
  thoughtSignature,
  wholeCalls,
} from './parts.ts';

/** One chunk of one candidate. */
interface Chunk {
  readonly parts: readonly unknown[];
  readonly tokens: number;
  readonly reasoning: number;
  readonly last?: true;
}

/**
 * The chunks of a streamed answer: each is a GenerateContentResponse with the next parts and the usage so far. No event names and no end mark:
 * the chunk with `finishReason` is the last one of its candidate. Source: https://ai.google.dev/api/generate-content#method:-models.streamgeneratecontent.
 */
export function geminiFrames(saying: Saying): Frame[] {
  if (saying.answers.every((answer) => answer.finish === 'refusal')) {
    return [
      {
        role: 'terminal',
        tokens: saying.answers.reduce((sum, answer) => sum + tokensOf(answer), 0),
        data: JSON.stringify(geminiBody(saying)),
      },
    ];
  }
  const tail = tailOf(saying);
  const frames: Frame[] = [];
  let output = 0;
  let reasoning = 0;
  for (const [index, answer] of saying.answers.entries()) {
    for (const chunk of chunksOf(saying, answer)) {
      output += chunk.tokens;
      reasoning += chunk.reasoning;
      const usage = saying.usage === undefined ? undefined : soFar(saying.usage, output, reasoning);
      frames.push({
        role: chunk.last ? 'terminal' : 'token',
        tokens: chunk.tokens,
        data: data(answer, index, chunk, tail(usage)),
      });
    }
  }
  return frames;
}

/** Usage grows with the chunks; a usage of zeros stays so. */
function soFar(usage: SimUsage, output: number, reasoning: number): SimUsage {
  return usage.output === 0 ? usage : { ...usage, output, reasoning };
}

function data(answer: Answer, index: number, chunk: Chunk, tail: Record<string, unknown>): string {
  const end = chunk.last
    ? { finishReason: FINISH_REASONS[answer.finish], ...safety(answer), ...citationMetadata(answer) }
    : {};
  return JSON.stringify({
    candidates: [{ content: { parts: chunk.parts, role: 'model' }, ...end, index }],
    ...tail,
  });
}

function chunksOf(saying: Saying, answer: Answer): Chunk[] {
  const calls = wholeCalls(answer);
  const signed = isSigned(answer);
  const before = answer.parts.flatMap((part) => partChunks(saying, part));
  const hidden = answer.parts.reduce(
    (sum, part) => sum + (part.kind === 'reasoning' && part.form !== 'shown' ? part.tokens.length : 0),
    0,
  );
  const called = calls.map((call, place): Chunk => {
    const signature = signed && place === 0 ? thoughtSignature(saying, purposeOf(call)) : {};
    return { parts: [{ ...functionCall(saying, call), ...signature }], tokens: call.tokens.length, reasoning: 0 };
  });
  // The last chunk has an empty text, which bears the signature when no call does (recorded streams of Gemini 3).
  const signature = signed && calls.length === 0 ? thoughtSignature(saying, purposeOf(undefined)) : {};
  // Calls cut by the limit are not shown; their tokens are out all the same.
  const unseen = tokensOf(answer) - hidden - [...before, ...called].reduce((sum, chunk) => sum + chunk.tokens, 0);
  const last: Chunk = { parts: [{ text: '', ...signature }], tokens: unseen, reasoning: 0, last: true };
  return withHidden([...before, ...called, last], hidden);
}

/** Hidden thoughts are over when the first chunk comes, and in its usage. */
function withHidden(chunks: readonly Chunk[], hidden: number): Chunk[] {
  return chunks.map((chunk, place) =>
    place === 0 ? { ...chunk, tokens: chunk.tokens + hidden, reasoning: chunk.reasoning + hidden } : chunk,
  );
}

function partChunks(saying: Saying, part: AnswerPart): Chunk[] {
  const some = pieces(part.tokens, saying.tokensPerEvent);
  switch (part.kind) {
    case 'text':
      return some.map((piece) => ({ parts: [{ text: piece.text }], tokens: piece.tokens, reasoning: 0 }));
    case 'reasoning':
      if (part.form !== 'shown') return [];
      return some.map((piece) => ({
        parts: [{ text: piece.text, thought: true }],
        tokens: piece.tokens,
        reasoning: piece.tokens,
      }));
    case 'image':
      return [
        {
          parts: [{ inlineData: { mimeType: part.mimeType, data: part.base64 } }],
          tokens: part.tokens.length,
          reasoning: 0,
        },
      ];
    default:
      return [];
  }
}
