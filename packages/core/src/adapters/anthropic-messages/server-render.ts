import type { Part } from '../../chat/parts.ts';
import type { ChatReply, Choice } from '../../chat/reply.ts';
import type { Exchange } from '../adapter.ts';
import { callInput } from '../shared/call-input.ts';
import { type Json, parsedOr, record } from '../shared/read.ts';
import {
  callBlock,
  citationsOf,
  isRedacted,
  ownBlock,
  partName,
  redactedBlock,
  signatureBlock,
  signatureOf,
} from './server-blocks.ts';
import { writeStop } from './stop.ts';
import { writeUsage } from './usage.ts';
import { nativeFields, others, present } from './wire.ts';

/** An id of this format; another format's is replaced. */
export const messageId = (id: string | undefined, exchange: Exchange): string =>
  id?.startsWith('msg_') === true ? id : exchange.newId('msg_');

const USAGE: ReadonlySet<string> = new Set(['usage']);

/** Members of the message that only this format knows, and those of its usage. */
export function extrasOf(native: Record<string, Json> | undefined): { message: Json; usage: Json } {
  const fields = nativeFields(native);
  return { message: others(fields, USAGE), usage: record(fields.usage) ?? {} };
}

function textBlock(part: Extract<Part, { type: 'text' | 'refusal' }>, path: string, dropped: string[]): Json[] {
  if (part.text === '') return present(signatureBlock(part, 'empty'));
  const { citations, lost } = citationsOf(part.annotations);
  if (lost) dropped.push(`${path}.annotations`);
  return [
    ...present(signatureBlock(part)),
    { type: 'text', text: part.text, ...(citations.length === 0 ? {} : { citations }), ...nativeFields(part.native) },
  ];
}

function blocksOf(part: Part, path: string, dropped: string[]): Json[] {
  switch (part.type) {
    case 'text':
    case 'refusal':
      return textBlock(part, path, dropped);
    case 'reasoning':
      return [
        isRedacted(part)
          ? redactedBlock(part)
          : { type: 'thinking', thinking: part.text, signature: signatureOf(part), ...nativeFields(part.native) },
      ];
    case 'tool-call':
      return [
        ...present(signatureBlock(part)),
        callBlock(
          part,
          callInput(part, () => dropped.push(`${path}.input`)),
        ),
      ];
  }
  const block = ownBlock(part, part.type === 'server-tool-call' ? parsedOr(part.input, {}) : undefined);
  if (block === undefined) dropped.push(`${path} (${partName(part)})`);
  return present(block);
}

/** How the message ended: `stop_reason`, `stop_sequence` and the details of a refusal. */
export function endingOf(
  choice: Pick<Choice, 'stopReason' | 'stopSequence' | 'nativeStopReason' | 'native'>,
  refused: boolean,
): Json {
  return {
    stop_reason: writeStop(choice.stopReason, choice.nativeStopReason, refused),
    stop_sequence: choice.stopSequence ?? null,
    ...nativeFields(choice.native),
  };
}

const EMPTY: Choice = { content: [], stopReason: 'stop' };

/** A reply as a message of the API. It has one answer: others are dropped and reported. */
export function render(reply: ChatReply, exchange: Exchange): { body: unknown; dropped: string[] } {
  const dropped: string[] = [];
  const choice = reply.choices[0] ?? EMPTY;
  for (let index = 1; index < reply.choices.length; index++) dropped.push(`choices.${index}`);
  const content = choice.content.flatMap((part, index) => blocksOf(part, `content.${index}`, dropped));
  if (choice.logprobs !== undefined) dropped.push('logprobs');
  const extras = extrasOf(reply.native);
  const body = {
    id: messageId(reply.id, exchange),
    type: 'message',
    role: 'assistant',
    model: reply.model ?? exchange.model,
    content,
    ...endingOf(
      choice,
      choice.content.some((part) => part.type === 'refusal'),
    ),
    ...extras.message,
    usage: writeUsage(reply.usage, extras.usage),
  };
  return { body, dropped };
}
