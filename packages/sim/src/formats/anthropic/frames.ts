import type { Answer, AnswerPart, TextPart, ToolPart } from '../../answer/answer.ts';
import { tokensOf } from '../../answer/limit.ts';
import { pieces } from '../../kit/tokens.ts';
import type { Frame } from '../../wire/frame.ts';
import type { Saying } from '../format.ts';
import {
  blockParts,
  citation,
  redactedData,
  STOP_REASONS,
  stopDetails,
  thinkingSignature,
  thinkingText,
  toolId,
} from './blocks.ts';
import { messageHead, tier, vendorFields } from './body.ts';
import { anthropicDeltaUsage, anthropicUsage } from './usage.ts';

/**
 * The events of a streamed message. Source: https://docs.anthropic.com/en/docs/build-with-claude/streaming: message_start, then per block
 * content_block_start, content_block_delta…, content_block_stop; then message_delta with the stop reason and the cumulative usage;
 * message_stop. `ping` may stand anywhere. Each event is named, its data repeats the name as `type`.
 */
export function anthropicFrames(saying: Saying): Frame[] {
  const [answer] = saying.answers;
  if (answer === undefined) return [];
  const ping = event('other', { type: 'ping' });
  const blocks = blockParts(answer).map((part, index) => blockFrames(saying, part, index));
  const [first = [], ...others] = blocks;
  const said = [...first.slice(0, 1), ping, ...first.slice(1), ...others.flat()];
  // The words of a refusal are not shown; they are out, and billed, all the same.
  const unseen = tokensOf(answer) - said.reduce((sum, frame) => sum + frame.tokens, 0);
  return [start(saying), ...said, ...finish(saying, answer, unseen)];
}

function event(
  role: Frame['role'],
  data: { readonly type: string; readonly [name: string]: unknown },
  tokens = 0,
): Frame {
  return { role, event: data.type, data: JSON.stringify(data), tokens };
}

function start(saying: Saying): Frame {
  // The output is not known yet; real streams say 1 or a few here, so summing both usages is a mistake that shows.
  const usage =
    saying.usage === undefined
      ? {}
      : { usage: anthropicUsage({ ...saying.usage, output: 1, reasoning: 0 }, tier(saying)) };
  return event('open', {
    type: 'message_start',
    message: {
      ...messageHead(saying),
      content: [],
      stop_reason: null,
      stop_sequence: null,
      ...usage,
      ...vendorFields(saying),
    },
  });
}

function finish(saying: Saying, answer: Answer, tokens: number): Frame[] {
  const delta = {
    stop_reason: STOP_REASONS[answer.finish],
    stop_sequence: answer.stopSequence ?? null,
    stop_details: stopDetails(answer.finish),
  };
  const usage = saying.usage === undefined ? {} : { usage: anthropicDeltaUsage(saying.usage) };
  return [
    event('close', { type: 'message_delta', delta, ...usage }, tokens),
    event('terminal', { type: 'message_stop' }),
  ];
}

function blockFrames(saying: Saying, part: AnswerPart, index: number): Frame[] {
  const begin = (block: Record<string, unknown>) =>
    event('open', { type: 'content_block_start', index, content_block: { ...block, ...vendorFields(saying) } });
  const delta = (role: Frame['role'], content: Record<string, unknown>, tokens = 0) =>
    event(role, { type: 'content_block_delta', index, delta: content }, tokens);
  const end = event('open', { type: 'content_block_stop', index });
  switch (part.kind) {
    case 'text':
      return [
        begin({ type: 'text', text: '', ...(part.cites ? { citations: [] } : {}) }),
        ...textDeltas(saying, part, delta),
        end,
      ];
    case 'reasoning':
      // A redacted block comes whole with its start.
      if (part.form === 'redacted')
        return [
          withTokens(
            begin({ type: 'redacted_thinking', data: redactedData(saying, part.tokens.join('')) }),
            part.tokens.length,
          ),
          end,
        ];
      return [
        begin({ type: 'thinking', thinking: '', signature: '' }),
        ...thinkingDeltas(saying, part.tokens, delta),
        end,
      ];
    case 'tool':
      return [
        begin({ type: 'tool_use', id: toolId(part), name: part.name, input: {} }),
        ...inputDeltas(saying, part, delta),
        end,
      ];
    default:
      return [];
  }
}

type MakeDelta = (role: Frame['role'], content: Record<string, unknown>, tokens?: number) => Frame;

function withTokens(frame: Frame, tokens: number): Frame {
  return { ...frame, role: 'token', tokens };
}

/** Source: `TextDelta`, `CitationsDelta`. */
function textDeltas(saying: Saying, part: TextPart, delta: MakeDelta): Frame[] {
  const said = pieces(part.tokens, saying.tokensPerEvent).map((piece) =>
    delta('token', { type: 'text_delta', text: piece.text }, piece.tokens),
  );
  return part.cites ? [...said, delta('open', { type: 'citations_delta', citation: citation(part) })] : said;
}

/** The signature comes in one delta right before the block's end. Source: `SignatureDelta`. */
function thinkingDeltas(saying: Saying, tokens: readonly string[], delta: MakeDelta): Frame[] {
  const signature = thinkingSignature(saying, tokens);
  if (thinkingText(saying, tokens) === '')
    return [delta('token', { type: 'signature_delta', signature }, tokens.length)];
  const said = pieces(tokens, saying.tokensPerEvent).map((piece) =>
    delta('token', { type: 'thinking_delta', thinking: piece.text }, piece.tokens),
  );
  return [...said, delta('open', { type: 'signature_delta', signature })];
}

/** The first delta is empty; a call without arguments has no other, and its input stays the `{}` of the start. Source: `InputJSONDelta`, recorded streams. */
function inputDeltas(saying: Saying, part: ToolPart, delta: MakeDelta): Frame[] {
  const none = Object.keys(part.input).length === 0;
  const empty = delta(
    none ? 'token' : 'open',
    { type: 'input_json_delta', partial_json: '' },
    none ? part.tokens.length : 0,
  );
  if (none) return [empty];
  return [
    empty,
    ...pieces(part.tokens, saying.tokensPerEvent).map((piece) =>
      delta('token', { type: 'input_json_delta', partial_json: piece.text }, piece.tokens),
    ),
  ];
}
