import type { ChatEvent } from './events.ts';
import type { Part } from './parts.ts';
import type { ChatReply, Choice, TokenLogprob } from './reply.ts';

/** Builds the whole answer out of a stream's events. */
export interface Collector {
  push(event: ChatEvent): void;
  /** The answer so far; complete after `reply-end`. */
  reply(): ChatReply;
}

type Deltas = Extract<ChatEvent, { part: number }>;

/** A collector of one stream. */
export function createCollector(): Collector {
  const reply: ChatReply = { choices: [] };
  return {
    reply: () => reply,
    push(event) {
      if (event.type === 'reply-start' || event.type === 'reply-end') Object.assign(reply, withoutType(event));
      else if (event.type === 'usage') reply.usage = event.usage;
      else if (event.type === 'choice-end') endChoice(choiceAt(reply, event.choice), event);
      else if ('part' in event) intoPart(choiceAt(reply, event.choice), event);
    },
  };
}

function withoutType(event: Extract<ChatEvent, { type: 'reply-start' | 'reply-end' }>): Partial<ChatReply> {
  const { type: _, ...rest } = event;
  return rest;
}

function choiceAt(reply: ChatReply, index: number): Choice {
  while (reply.choices.length <= index) reply.choices.push({ content: [], stopReason: 'other' });
  return reply.choices[index] as Choice;
}

function endChoice(choice: Choice, event: Extract<ChatEvent, { type: 'choice-end' }>): void {
  const { type: _, choice: __, ...rest } = event;
  Object.assign(choice, rest);
}

function intoPart(choice: Choice, event: Deltas): void {
  if (event.type === 'part-start') {
    choice.content[event.part] = { ...event.value };
    return;
  }
  const part = choice.content[event.part];
  if (part === undefined) return;
  if (event.type === 'part-end') Object.assign(part, event.complete);
  else if (event.type === 'annotation') part.annotations = [...(part.annotations ?? []), event.value];
  else if (event.type === 'media-delta') addMedia(part, event);
  else addText(choice, part, event);
}

function addText(
  choice: Choice,
  part: Part,
  event: Exclude<Deltas, { type: 'part-start' | 'part-end' | 'annotation' | 'media-delta' }>,
): void {
  if (event.type === 'tool-input-delta') {
    if ('input' in part) part.input += event.text;
  } else if ('text' in part) part.text += event.text;
  if ('logprobs' in event && event.logprobs !== undefined)
    addLogprobs(choice, event.type === 'refusal-delta' ? 'refusal' : 'content', event.logprobs);
}

function addLogprobs(choice: Choice, side: 'content' | 'refusal', logprobs: TokenLogprob[]): void {
  choice.logprobs ??= {};
  choice.logprobs[side] = [...(choice.logprobs[side] ?? []), ...logprobs];
}

function addMedia(part: Part, event: Extract<ChatEvent, { type: 'media-delta' }>): void {
  if (part.type !== 'audio' && part.type !== 'image') return;
  if (event.data !== undefined && part.source.kind === 'base64')
    part.source = { ...part.source, data: part.source.data + event.data };
  if (event.transcript !== undefined && part.type === 'audio')
    part.transcript = (part.transcript ?? '') + event.transcript;
}
