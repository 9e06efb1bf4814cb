import type { Answer, AnswerPart, ToolPart } from '../../answer/answer.ts';
import { tokensOf } from '../../answer/limit.ts';
import { pieces } from '../../kit/tokens.ts';
import type { Frame } from '../../wire/frame.ts';
import type { Saying } from '../format.ts';
import {
  blockParts,
  callFields,
  citation,
  redacted,
  responseFields,
  STOP_REASONS,
  signature,
  toolId,
} from './blocks.ts';
import { bedrockUsage } from './usage.ts';

/**
 * The events of a streamed answer. Source: https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_ConverseStream.html: messageStart, then per
 * block contentBlockStart (of tool use only), contentBlockDelta…, contentBlockStop; then messageStop with the stop reason; metadata with the usage.
 * `p` pads each payload, as the service does: https://docs.aws.amazon.com/bedrock/latest/userguide/data-protection.html
 */
export function bedrockFrames(saying: Saying): Frame[] {
  const [answer] = saying.answers;
  if (answer === undefined) return [];
  const said = blockParts(answer).flatMap((part, index) => blockFrames(saying, part, index));
  // The words of a refusal are not shown; they are out, and billed, all the same.
  const unseen = tokensOf(answer) - said.reduce((sum, frame) => sum + frame.tokens, 0);
  return [event('open', 'messageStart', { role: 'assistant' }), ...said, ...finish(saying, answer, unseen)];
}

function event(role: Frame['role'], name: string, data: Record<string, unknown>, tokens = 0): Frame {
  return { role, event: name, data: JSON.stringify({ ...data, p: 'abcdefgh' }), tokens };
}

function finish(saying: Saying, answer: Answer, tokens: number): Frame[] {
  const stopReason = STOP_REASONS[answer.finish];
  const usage = saying.usage === undefined ? {} : { usage: bedrockUsage(saying.usage) };
  return [
    event('terminal', 'messageStop', { stopReason, ...responseFields(saying, answer) }, tokens),
    event('usage', 'metadata', { ...usage, ...callFields(saying) }),
  ];
}

type Delta = Record<string, unknown>;

function blockFrames(saying: Saying, part: AnswerPart, contentBlockIndex: number): Frame[] {
  const delta = (role: Frame['role'], value: Delta, tokens = 0) =>
    event(role, 'contentBlockDelta', { delta: value, contentBlockIndex }, tokens);
  const end = event('open', 'contentBlockStop', { contentBlockIndex });
  const words = (tokens: readonly string[], make: (text: string) => Delta): Frame[] =>
    pieces(tokens, saying.tokensPerEvent).map((piece) => delta('token', make(piece.text), piece.tokens));
  switch (part.kind) {
    case 'text':
      // Without a delta there is no block.
      if (part.tokens.length === 0) return [];
      return [
        ...words(part.tokens, (text) => ({ text })),
        ...(part.cites ? [delta('open', { citation: citation(part) })] : []),
        end,
      ];
    case 'reasoning': {
      const text = part.tokens.join('');
      if (part.form === 'redacted')
        return [
          delta('token', { reasoningContent: { redactedContent: redacted(saying, text) } }, part.tokens.length),
          end,
        ];
      return [
        ...words(part.tokens, (piece) => ({ reasoningContent: { text: piece } })),
        delta('open', { reasoningContent: { signature: signature(saying, text) } }),
        end,
      ];
    }
    case 'tool':
      return [start(part, contentBlockIndex), ...inputs(part, words, delta), end];
    default:
      return [];
  }
}

function start(part: ToolPart, contentBlockIndex: number): Frame {
  const toolUse = { toolUseId: toolId(part), name: part.name };
  return event('open', 'contentBlockStart', { start: { toolUse }, contentBlockIndex });
}

/** A call without arguments has one empty delta. */
function inputs(
  part: ToolPart,
  words: (tokens: readonly string[], make: (text: string) => Delta) => Frame[],
  delta: (role: Frame['role'], value: Delta, tokens?: number) => Frame,
): Frame[] {
  if (Object.keys(part.input).length === 0) return [delta('token', { toolUse: { input: '' } }, part.tokens.length)];
  return words(part.tokens, (input) => ({ toolUse: { input } }));
}
