import type { Answer, AnswerPart, ToolPart } from '../../answer/answer.ts';
import { tokensOf } from '../../answer/limit.ts';
import { pieces } from '../../kit/tokens.ts';
import type { Frame } from '../../wire/frame.ts';
import type { Saying } from '../format.ts';
import { answerId } from './body.ts';
import {
  argumentsOf,
  callId,
  callsOf,
  citation,
  cohereUsage,
  contentParts,
  FINISH_REASONS,
  vendorFields,
} from './message.ts';

/**
 * The events of a streamed answer. Source: https://docs.cohere.com/v2/docs/streaming, https://docs.cohere.com/v2/docs/tool-use-streaming: message-start,
 * then per block content-start, content-delta…, citation-start and citation-end, content-end; per call tool-call-start, tool-call-delta…,
 * tool-call-end; message-end with the finish reason and the usage.
 */
export function cohereFrames(saying: Saying): Frame[] {
  const [answer] = saying.answers;
  if (answer === undefined) return [];
  const said = [
    ...contentParts(answer).flatMap((part, index) => blockFrames(saying, part, index)),
    ...callsOf(answer).flatMap((part, index) => callFrames(saying, part, index)),
  ];
  const unseen = tokensOf(answer) - said.reduce((sum, frame) => sum + frame.tokens, 0);
  return [start(saying), ...said, finish(saying, answer, unseen)];
}

function event(
  role: Frame['role'],
  data: { readonly type: string; readonly [name: string]: unknown },
  tokens = 0,
): Frame {
  return { role, event: data.type, data: JSON.stringify(data), tokens };
}

function start(saying: Saying): Frame {
  const message = { role: 'assistant', content: [], tool_plan: '', tool_calls: [], citations: [] };
  return event('open', { id: answerId(saying), type: 'message-start', delta: { message }, ...vendorFields(saying) });
}

function finish(saying: Saying, answer: Answer, tokens: number): Frame {
  const usage = saying.usage === undefined ? {} : { usage: cohereUsage(saying.usage) };
  const delta = { finish_reason: FINISH_REASONS[answer.finish], ...usage };
  return event('terminal', { type: 'message-end', delta }, tokens);
}

function blockFrames(saying: Saying, part: AnswerPart, index: number): Frame[] {
  if (!('tokens' in part)) return [];
  const type = part.kind === 'reasoning' ? 'thinking' : 'text';
  const content = (text: string) => ({ delta: { message: { content: { [type]: text } } } });
  const opened = { delta: { message: { content: { type, [type]: '' } } } };
  const cited = part.kind === 'text' && part.cites ? citation(part, index) : undefined;
  return [
    event('open', { type: 'content-start', index, ...opened }),
    ...pieces(part.tokens, saying.tokensPerEvent).map((piece) =>
      event('token', { type: 'content-delta', index, ...content(piece.text) }, piece.tokens),
    ),
    ...(cited === undefined
      ? []
      : [
          event('open', { type: 'citation-start', index: 0, delta: { message: { citations: cited } } }),
          event('open', { type: 'citation-end', index: 0 }),
        ]),
    event('open', { type: 'content-end', index }),
  ];
}

function callFrames(saying: Saying, part: ToolPart, index: number): Frame[] {
  const called = { id: callId(part), type: 'function', function: { name: part.name, arguments: '' } };
  const message = { tool_calls: { ...called, ...vendorFields(saying) } };
  const written = argumentsOf(part);
  // The word `null` stands for the tokens of an empty object.
  const extra = part.tokens.length - written.length;
  return [
    event('open', { type: 'tool-call-start', index, delta: { message } }),
    ...pieces(written, saying.tokensPerEvent).map((piece, at) =>
      event('token', delta(index, piece.text), piece.tokens + (at === 0 ? extra : 0)),
    ),
    event('open', { type: 'tool-call-end', index }),
  ];
}

const delta = (index: number, text: string) => ({
  type: 'tool-call-delta',
  index,
  delta: { message: { tool_calls: { function: { arguments: text } } } },
});
