import type { Part, ReasoningPart, ToolCallPart } from '../../chat/parts.ts';
import { detailFor, isSealed, signatureDetail } from '../openai-chat/carriers-write.ts';
import type { Dropped } from '../shared/dropped.ts';
import type { Json } from '../shared/read.ts';
import { objectIn } from './client-messages.ts';

/**
 * An answer's parts as members of its message. Counts what was said, for signatures that name the place of a text, and numbers the details that
 * carry what other vendors signed (`reasoning_details`, as in OpenAI's format), so that a client that echoes its answers loses nothing.
 */
export class MessageWriter {
  readonly #dropped: Dropped;
  #details = 0;
  #calls = 0;

  constructor(dropped: Dropped) {
    this.#dropped = dropped;
  }

  /** The carrier of reasoning that its words alone don't restore. */
  reasoningDetail(part: ReasoningPart): Json | undefined {
    return isSealed(part) ? detailFor(part, this.#details++) : undefined;
  }

  /** The carrier of a signature over text that stands from `start` on in the content. */
  textDetail(part: Part & { type: 'text' }, start: number): Json | undefined {
    return part.signature === undefined
      ? undefined
      : signatureDetail(part, { start, end: start + part.text.length }, this.#details++);
  }

  /** A call with the carrier of its signature. Arguments must be an object: text that is none stands in one, and is reported. */
  call(part: ToolCallPart): { call: Json; detail: Json | undefined } {
    const index = this.#calls++;
    const parsed = part.custom === true ? undefined : objectIn(part.input);
    if (parsed === undefined) this.#dropped.add(`message.tool_calls.${index}.function.arguments`);
    return {
      call: {
        id: part.callId,
        function: { index, name: part.name, arguments: parsed ?? { input: part.input } },
      },
      detail:
        part.signature === undefined
          ? undefined
          : signatureDetail(part, { tool_call_id: part.callId }, this.#details++),
    };
  }

  /** The base64 of an image; undefined, and reported, for any other part that messages don't hold. */
  image(part: Part): string | undefined {
    if (part.type === 'image' && part.source.kind === 'base64') return part.source.data;
    this.#dropped.add('name' in part && part.name !== undefined ? part.name : part.type);
    return undefined;
  }

  /** Citations have no place. */
  cited(part: Part): void {
    for (const { kind } of part.annotations ?? []) this.#dropped.add(`annotation.${kind}`);
  }
}
