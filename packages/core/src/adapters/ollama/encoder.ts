import type { ChatEvent } from '../../chat/events.ts';
import type { ImagePart, Part } from '../../chat/parts.ts';
import type { TokenLogprob } from '../../chat/reply.ts';
import type { Usage } from '../../chat/usage.ts';
import type { GatewayError } from '../../kit/errors.ts';
import type { Encoder, Exchange } from '../adapter.ts';
import { Dropped } from '../shared/dropped.ts';
import { isoTime } from '../shared/iso-time.ts';
import { given, type Json } from '../shared/read.ts';
import { STREAM_TYPES } from '../stream-types.ts';
import { writeDone } from './done.ts';
import { askedForm, type Form } from './form.ts';
import { type Head, lastLine, nextLine } from './line.ts';
import { MessageWriter } from './message-body.ts';
import { errorLine } from './server-fault.ts';
import { usageFields } from './usage.ts';
import { FORMAT, nativeOf } from './wire.ts';

/** A part on its way: calls and media are sent when they are whole. */
interface OpenPart {
  value: Part;
  text: string;
  /** Where its text begins in the content. */
  readonly start: number;
}

type PartEvent = Extract<ChatEvent, { part: number }>;

/** Writes the lines of one stream. Source: https://docs.ollama.com/api/streaming */
class OllamaEncoder implements Encoder {
  readonly contentType = STREAM_TYPES.ndjson;
  readonly #exchange: Exchange;
  readonly #form: Form;
  readonly #lost = new Dropped();
  readonly #writer = new MessageWriter(this.#lost);
  readonly #parts = new Map<number, OpenPart>();
  #head: Head;
  #length = 0;
  #usage: Usage | undefined;
  #native: Json = {};
  #done = 'stop';

  constructor(exchange: Exchange) {
    this.#exchange = exchange;
    this.#form = askedForm(exchange.peek);
    this.#head = { model: exchange.model, created_at: isoTime(exchange.created) };
  }

  get dropped(): readonly string[] {
    return this.#lost.list;
  }

  push(event: ChatEvent): string {
    if ('choice' in event && event.choice > 0) {
      this.#lost.add(`choices.${event.choice}`);
      return '';
    }
    if ('part' in event) return this.#part(event);
    switch (event.type) {
      case 'reply-start':
        return this.#start(event);
      case 'choice-end':
        this.#done = writeDone(event.stopReason, event.nativeStopReason);
        return '';
      case 'usage':
        this.#usage = event.usage;
        return '';
      case 'native':
        if (event.format !== FORMAT) this.#lost.add(event.name);
        return '';
      case 'reply-end':
        this.#native = { ...this.#native, ...nativeOf(event) };
        return lastLine(this.#form, this.#head, {
          done_reason: this.#done,
          ...this.#native,
          ...usageFields(this.#usage),
        });
      case 'fault':
        return '';
    }
  }

  fail(error: GatewayError): string {
    return errorLine(error);
  }

  end(): string {
    return '';
  }

  #start(event: ChatEvent & { type: 'reply-start' }): string {
    this.#head = {
      model: event.model ?? this.#exchange.model,
      created_at: isoTime(event.created ?? this.#exchange.created),
    };
    this.#usage = event.usage;
    this.#native = nativeOf(event);
    return '';
  }

  #part(event: PartEvent): string {
    switch (event.type) {
      case 'part-start':
        return this.#open(event.part, event.value);
      case 'text-delta':
      case 'refusal-delta':
        return this.#text(event.part, event.text, event.logprobs);
      case 'reasoning-delta':
        return this.#thinking(event.part, event.text);
      case 'annotation':
        this.#lost.add(`annotation.${event.value.kind}`);
        return '';
      case 'part-end':
        return this.#close(event);
      case 'tool-input-delta':
        return this.#gather(event.part, event.text);
      case 'media-delta':
        return this.#gather(event.part, event.data ?? '');
    }
  }

  #open(index: number, value: Part): string {
    this.#writer.cited(value);
    this.#parts.set(index, { value, text: '', start: this.#length });
    if (value.type === 'text' || value.type === 'refusal')
      return value.text === '' ? '' : this.#text(index, value.text);
    return value.type === 'reasoning' && value.text !== '' ? this.#thinking(index, value.text) : '';
  }

  #gather(index: number, piece: string): '' {
    const open = this.#parts.get(index);
    if (open !== undefined) open.text += piece;
    return '';
  }

  #text(index: number, content: string, logprobs?: TokenLogprob[]): string {
    this.#gather(index, content);
    this.#length += content.length;
    if (content === '' && logprobs === undefined) return '';
    return nextLine(this.#form, this.#head, { content }, given('logprobs', logprobs));
  }

  #thinking(index: number, thinking: string): string {
    this.#gather(index, thinking);
    return thinking === '' ? '' : nextLine(this.#form, this.#head, { thinking });
  }

  #close(event: PartEvent & { type: 'part-end' }): string {
    const open = this.#parts.get(event.part);
    if (open === undefined) return '';
    this.#parts.delete(event.part);
    const words = this.#closing({ ...open.value, ...event.complete } as Part, open);
    return words === undefined ? '' : nextLine(this.#form, this.#head, words);
  }

  /** What of a part is left to be sent when it ends. */
  #closing(part: Part, { text, start }: OpenPart): Json | undefined {
    if (part.type === 'refusal') return undefined;
    if (part.type === 'text') return carried(this.#writer.textDetail({ ...part, text }, start));
    if (part.type === 'reasoning') return carried(this.#writer.reasoningDetail({ ...part, text }));
    if (part.type === 'tool-call') {
      const { call, detail } = this.#writer.call({ ...part, input: part.input + text });
      return { tool_calls: [call], ...carried(detail) };
    }
    const image = this.#writer.image(part.type === 'image' ? withData(part, text) : part);
    return image === undefined ? undefined : { images: [image] };
  }
}

const carried = (detail: Json | undefined): Json | undefined =>
  detail === undefined ? undefined : { reasoning_details: [detail] };

const withData = (part: ImagePart, data: string): ImagePart =>
  part.source.kind === 'base64' ? { ...part, source: { ...part.source, data: part.source.data + data } } : part;

/** See {@link OllamaEncoder}. */
export const encoder = (exchange: Exchange): Encoder => new OllamaEncoder(exchange);
