import type { Part } from '../../chat/parts.ts';
import type { ChatReply } from '../../chat/reply.ts';
import type { Exchange } from '../adapter.ts';
import { Dropped } from '../shared/dropped.ts';
import { isoTime } from '../shared/iso-time.ts';
import { given, type Json } from '../shared/read.ts';
import { writeDone } from './done.ts';
import { askedForm } from './form.ts';
import { said } from './line.ts';
import { MessageWriter } from './message-body.ts';
import { usageFields } from './usage.ts';
import { nativeOf } from './wire.ts';

/** A whole answer in the form that the client asked for. There is one choice. */
export function render(reply: ChatReply, exchange: Exchange): { body: unknown; dropped: string[] } {
  const dropped = new Dropped();
  const [choice] = reply.choices;
  for (const index of reply.choices.keys()) if (index > 0) dropped.add(`choices.${index}`);
  const body: Json = {
    ...nativeOf(reply),
    model: reply.model ?? exchange.model,
    created_at: isoTime(reply.created ?? exchange.created),
    ...said(askedForm(exchange.peek), messageOf(choice?.content ?? [], dropped)),
    done: true,
    done_reason: writeDone(choice?.stopReason ?? 'other', choice?.nativeStopReason),
    ...given('logprobs', choice?.logprobs?.content ?? choice?.logprobs?.refusal),
    ...usageFields(reply.usage),
  };
  return { body, dropped: dropped.list };
}

function messageOf(content: readonly Part[], dropped: Dropped): Json {
  const writer = new MessageWriter(dropped);
  const [images, calls, details]: [string[], Json[], (Json | undefined)[]] = [[], [], []];
  let words = '';
  let thinking = '';
  for (const part of content) {
    writer.cited(part);
    if (part.type === 'text') {
      details.push(writer.textDetail(part, words.length));
      words += part.text;
    } else if (part.type === 'refusal') words += part.text;
    else if (part.type === 'reasoning') {
      thinking += part.text;
      details.push(writer.reasoningDetail(part));
    } else if (part.type === 'tool-call') {
      const { call, detail } = writer.call(part);
      calls.push(call);
      details.push(detail);
    } else {
      const image = writer.image(part);
      if (image !== undefined) images.push(image);
    }
  }
  const carried = details.filter((detail) => detail !== undefined);
  return {
    content: words,
    ...(thinking === '' ? {} : { thinking }),
    ...(images.length === 0 ? {} : { images }),
    ...(calls.length === 0 ? {} : { tool_calls: calls }),
    ...(carried.length === 0 ? {} : { reasoning_details: carried }),
  };
}
