import type { ChatEvent } from '../../chat/events.ts';
import type { Part } from '../../chat/parts.ts';
import type { Usage } from '../../chat/usage.ts';
import type { GatewayError } from '../../kit/errors.ts';
import type { Encoder, Exchange } from '../adapter.ts';
import { Dropped } from '../shared/dropped.ts';
import type { Json } from '../shared/read.ts';
import { sameItem } from './items-write.ts';
import { callPrefix, imageItem, ownItem, partName, signatureItem } from './output-items.ts';
import { errorFrame } from './server-fault.ts';
import { endedResponse, responseHead } from './server-render.ts';
import { endingOf } from './stop.ts';
import { frame, itemId } from './wire.ts';
import { CallWriter } from './write-call.ts';
import type { Emit, ItemWriter, PartEvent } from './write-item.ts';
import { MessageWriter } from './write-message.ts';
import { ReasoningWriter } from './write-reasoning.ts';

type Start = Extract<ChatEvent, { type: 'reply-start' }>;
type Ending = Extract<ChatEvent, { type: 'choice-end' }>;

/**
 * Writes the stream of one answer. Each item of the output has its index from its first event on, so items may go on side by side.
 * Source: https://platform.openai.com/docs/api-reference/responses-streaming
 */
class ResponsesEncoder implements Encoder {
  readonly contentType = 'text/event-stream; charset=utf-8';
  readonly #exchange: Exchange;
  readonly #dropped = new Dropped();
  readonly #parts = new Map<number, { value: Part; writer: ItemWriter }>();
  /** The items by their index; each is there once it is done. */
  readonly #output: Json[] = [];
  readonly #open = new Set<ItemWriter>();
  #head: Json | undefined;
  #message: MessageWriter | undefined;
  #sequence = 0;
  #items = 0;
  #usage: Usage | undefined;
  #tier: string | undefined;
  #ending: Ending | undefined;
  #refused = false;
  #finished = false;

  constructor(exchange: Exchange) {
    this.#exchange = exchange;
  }

  get dropped(): readonly string[] {
    return this.#dropped.list;
  }

  push(event: ChatEvent): string {
    switch (event.type) {
      case 'reply-start':
        return this.#start(event);
      case 'part-start':
        return this.#begun() + this.#partStart(event);
      case 'choice-end':
        if (event.choice === 0) this.#ending = event;
        return '';
      case 'usage':
        this.#usage = event.usage;
        return '';
      case 'native':
        this.#dropped.add(event.name);
        return '';
      case 'reply-end':
        this.#tier = event.serviceTier ?? this.#tier;
        return this.#begun() + this.#end();
      case 'fault':
        return '';
      default:
        return event.choice === 0 ? this.#feed(event) : '';
    }
  }

  fail(error: GatewayError): string {
    return errorFrame(error, this.#sequence++);
  }

  /** The last event has said it all. */
  end(): string {
    return '';
  }

  readonly #emit: Emit = (type, fields) => frame(type, { sequence_number: this.#sequence++, ...fields });

  #begun(): string {
    return this.#head === undefined ? this.#start({ type: 'reply-start' }) : '';
  }

  #start(event: Start): string {
    if (this.#head !== undefined) return '';
    this.#head = responseHead(event, this.#exchange);
    this.#tier = event.serviceTier;
    this.#usage = event.usage;
    const response = {
      ...this.#head,
      status: 'in_progress',
      completed_at: null,
      incomplete_details: null,
      output: [],
      usage: null,
      service_tier: 'auto',
    };
    return this.#emit('response.created', { response }) + this.#emit('response.in_progress', { response });
  }

  #partStart({ choice, part, value: begun }: Extract<ChatEvent, { type: 'part-start' }>): string {
    if (choice !== 0) {
      this.#dropped.add(`choices.${choice}`);
      return '';
    }
    // A copy, since its end may complete it.
    const value = { ...begun };
    switch (value.type) {
      case 'text':
      case 'refusal':
        return this.#text(part, value);
      case 'reasoning':
        return this.#add(part, value, new ReasoningWriter(value, this.#place('rs_', value.id)));
      case 'tool-call': {
        const writer = new CallWriter(value, this.#place(callPrefix(value), value.id));
        return this.#closeMessage() + this.#add(part, value, writer) + writer.open();
      }
      case 'image':
        // Its data may still come in pieces.
        this.#parts.set(part, { value, writer: NONE });
        return '';
      default:
        return this.#whole(part, value, ownItem(value));
    }
  }

  #text(part: number, value: Extract<Part, { type: 'text' | 'refusal' }>): string {
    if (value.type === 'refusal') this.#refused = true;
    const joins = this.#message !== undefined && sameItem(this.#message.first, value);
    const closing = joins ? '' : this.#closeMessage();
    this.#message ??= new MessageWriter(value, this.#place('msg_', value.id), this.#dropped);
    const writer = this.#message;
    writer.add(part, value);
    this.#open.add(writer);
    return closing + this.#add(part, value, writer);
  }

  /** Text that stands in the start already is its first delta. */
  #add(part: number, value: Part, writer: ItemWriter): string {
    this.#parts.set(part, { value, writer });
    if (!(writer instanceof MessageWriter)) this.#open.add(writer);
    const closing = writer instanceof ReasoningWriter ? this.#closeMessage() : '';
    const text = 'text' in value ? value.text : 'input' in value ? value.input : '';
    return text === ''
      ? closing
      : closing + this.#feed({ type: DELTAS[value.type] ?? 'text-delta', choice: 0, part, text });
  }

  /** Where an item stands; its index is taken when it is opened. */
  #place(prefix: string, id: string | undefined) {
    return {
      id: itemId(prefix, id, this.#exchange),
      emit: this.#emit,
      take: () => this.#items++,
      done: (index: number, item: Json) => {
        this.#output[index] = item;
      },
    };
  }

  #feed(event: PartEvent): string {
    const known = this.#parts.get(event.part);
    if (known === undefined) return '';
    if (event.type === 'media-delta') return this.#media(known.value, event);
    if (event.type !== 'part-end') return known.writer.write(event);
    Object.assign(known.value, event.complete);
    if (known.value.type === 'image') return this.#image(event.part, known.value);
    const out = known.writer.write(event);
    if (known.writer.done) this.#open.delete(known.writer);
    const seal = known.value.type === 'reasoning' ? undefined : signatureItem(this.#signed(known), this.#exchange);
    return seal === undefined ? out : out + this.#closeMessage() + this.#item(seal);
  }

  /** A text's words were given on and not kept with it. */
  #signed({ value, writer }: { value: Part; writer: ItemWriter }): Part {
    return value.type === 'text' && writer instanceof MessageWriter ? { ...value, text: writer.textOf(value) } : value;
  }

  #media(value: Part, event: Extract<PartEvent, { type: 'media-delta' }>): string {
    if (value.type === 'image' && value.source.kind === 'base64' && event.data !== undefined)
      value.source = { ...value.source, data: value.source.data + event.data };
    return '';
  }

  #image(part: number, value: Extract<Part, { type: 'image' }>): string {
    const out = this.#whole(part, value, imageItem(value, itemId('ig_', value.id, this.#exchange)));
    const seal = signatureItem(value, this.#exchange);
    return seal === undefined ? out : out + this.#item(seal);
  }

  /** An item without pieces. */
  #whole(part: number, value: Part, item: Json | undefined): string {
    if (item !== undefined) return this.#closeMessage() + this.#item(item);
    this.#dropped.add(`content.${part} (${partName(value)})`);
    return '';
  }

  #item(item: Json): string {
    const index = this.#items++;
    this.#output[index] = item;
    const place = { output_index: index, item };
    return this.#emit('response.output_item.added', place) + this.#emit('response.output_item.done', place);
  }

  /** A message is over when something else begins: until then another text may join it. */
  #closeMessage(status: 'completed' | 'incomplete' = 'completed'): string {
    const message = this.#message;
    this.#message = undefined;
    if (message === undefined) return '';
    this.#open.delete(message);
    return message.close(status);
  }

  #end(): string {
    if (this.#finished) return '';
    this.#finished = true;
    const { stopReason = 'stop', nativeStopReason } = this.#ending ?? {};
    const ending = endingOf(stopReason, this.#refused, nativeStopReason);
    let out = this.#closeMessage(ending.status);
    for (const writer of this.#open) out += writer.close(ending.status);
    const response = endedResponse(this.#head ?? {}, ending, this.#output, this.#tier, this.#usage);
    return out + this.#emit(`response.${ending.status}`, { response });
  }
}

/** What takes nothing. */
const NONE: ItemWriter = { done: true, write: () => '', close: () => '' };

const DELTAS: Readonly<Record<string, 'text-delta' | 'refusal-delta' | 'reasoning-delta' | 'tool-input-delta'>> = {
  refusal: 'refusal-delta',
  reasoning: 'reasoning-delta',
  'tool-call': 'tool-input-delta',
};

/** An encoder for the stream that answers `exchange`. */
export const encoder = (exchange: Exchange): Encoder => new ResponsesEncoder(exchange);
