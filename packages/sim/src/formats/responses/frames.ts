import type { ReasoningPart, RefusalPart, TextPart, ToolPart } from '../../answer/answer.ts';
import { pieces } from '../../kit/tokens.ts';
import type { Frame } from '../../wire/frame.ts';
import type { Saying } from '../format.ts';
import { responseHead, responsesBody } from './body.ts';
import { callHead, citation, contentPart, doneItem, type SaidItem, saidItems, summaryOf } from './items.ts';

/** An event without its number. */
interface Event {
  readonly role: Frame['role'];
  readonly type: string;
  readonly fields: Record<string, unknown>;
  readonly tokens: number;
}

const event = (role: Frame['role'], type: string, fields: Record<string, unknown>, tokens = 0): Event => ({
  role,
  type: `response.${type}`,
  fields,
  tokens,
});

/**
 * The events of a streamed response. Source: https://platform.openai.com/docs/api-reference/responses-streaming: response.created and in_progress;
 * then each item between output_item.added and output_item.done; then response.completed, or incomplete, with the whole response.
 */
export function responsesFrames(saying: Saying): Frame[] {
  const [answer] = saying.answers;
  if (answer === undefined) return [];
  const response = {
    ...responseHead(saying),
    status: 'in_progress',
    completed_at: null,
    incomplete_details: null,
    output: [],
    usage: null,
    service_tier: 'auto',
  };
  const items = saidItems(saying, answer).map((item, index) => itemEvents(saying, item, index));
  const whole = responsesBody(saying);
  const events = [
    event('open', 'created', { response }),
    event('open', 'in_progress', { response }),
    // Items come one after the other, calls that are made at once too.
    ...items.flat(),
    event('terminal', String(whole.status), { response: whole }),
  ];
  return events.map(({ role, type, fields, tokens }, index) => ({
    role,
    event: type,
    data: JSON.stringify({ type, sequence_number: index, ...fields }),
    tokens,
  }));
}

function itemEvents(saying: Saying, item: SaidItem, index: number): Event[] {
  const { part, id } = item;
  const done = event('close', 'output_item.done', { output_index: index, item: doneItem(saying, item) });
  const at = { item_id: id, output_index: index };
  const added = (head: Record<string, unknown>, tokens = 0) =>
    event(tokens > 0 ? 'token' : 'open', 'output_item.added', { output_index: index, item: head }, tokens);
  switch (part.kind) {
    case 'reasoning':
      return [added({ id, type: 'reasoning', summary: [] }, unseen(part)), ...summaryEvents(saying, part, at), done];
    case 'tool':
      return [
        added({ ...callHead(part, id), status: 'in_progress', arguments: '' }),
        ...callEvents(saying, part, at),
        done,
      ];
    default:
      return [
        added({ id, type: 'message', status: 'in_progress', content: [], role: 'assistant' }),
        ...saidEvents(saying, part, { ...at, content_index: 0 }),
        done,
      ];
  }
}

/** Padding against reading the text off the lengths of packets. Source: openai-openapi `include_obfuscation`. */
const padding = (at: number) => ({ obfuscation: 'aBcDeFgHiJkLmNoP'.slice(0, 4 + (at % 12)) });

function deltas(saying: Saying, tokens: readonly string[], type: string, fields: Record<string, unknown>): Event[] {
  return pieces(tokens, saying.tokensPerEvent).map((piece, index) =>
    event('token', type, { ...fields, delta: piece.text, ...padding(index) }, piece.tokens),
  );
}

function saidEvents(saying: Saying, part: TextPart | RefusalPart, at: Record<string, unknown>): Event[] {
  const text = part.tokens.join('');
  const whole = contentPart(part);
  const end = event('open', 'content_part.done', { ...at, part: whole });
  if (part.kind === 'refusal')
    return [
      event('open', 'content_part.added', { ...at, part: { type: 'refusal', refusal: '' } }),
      ...deltas(saying, part.tokens, 'refusal.delta', at),
      event('open', 'refusal.done', { ...at, refusal: text }),
      end,
    ];
  const cited = part.cites
    ? [event('open', 'output_text.annotation.added', { ...at, annotation_index: 0, annotation: citation(text) })]
    : [];
  return [
    event('open', 'content_part.added', {
      ...at,
      part: { type: 'output_text', annotations: [], logprobs: [], text: '' },
    }),
    ...deltas(saying, part.tokens, 'output_text.delta', { ...at, logprobs: [] }),
    ...cited,
    event('open', 'output_text.done', { ...at, text, logprobs: [] }),
    end,
  ];
}

/** What is not shown is thought, and billed, when the first event of the item comes. */
const unseen = (part: ReasoningPart): number => (part.form === 'shown' ? 0 : part.tokens.length);

function summaryEvents(saying: Saying, part: ReasoningPart, item: Record<string, unknown>): Event[] {
  const [summary] = summaryOf(part);
  if (summary === undefined) return [];
  const at = { ...item, summary_index: 0 };
  return [
    event('open', 'reasoning_summary_part.added', { ...at, part: { type: 'summary_text', text: '' } }),
    ...deltas(saying, part.tokens, 'reasoning_summary_text.delta', at),
    event('open', 'reasoning_summary_text.done', { ...at, text: summary.text }),
    event('open', 'reasoning_summary_part.done', { ...at, part: summary }),
  ];
}

function callEvents(saying: Saying, part: ToolPart, at: Record<string, unknown>): Event[] {
  return [
    ...deltas(saying, part.tokens, 'function_call_arguments.delta', at),
    event('open', 'function_call_arguments.done', { ...at, name: part.name, arguments: part.tokens.join('') }),
  ];
}
