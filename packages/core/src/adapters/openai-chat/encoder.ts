import type { ChatEvent } from '../../chat/events.ts';
import type { Usage } from '../../chat/usage.ts';
import type { GatewayError } from '../../kit/errors.ts';
import type { Encoder, Exchange } from '../adapter.ts';
import { Dropped } from '../shared/dropped.ts';
import type { Json } from '../shared/read.ts';
import { type ChunkWriter, EncodedChoice } from './encoded-choice.ts';
import { notesOf } from './peek.ts';
import { errorFrame } from './server-fault.ts';
import { usageBody } from './usage.ts';
import { FORMAT, membersText, nativeOf, tierWord } from './wire.ts';

const DONE = 'data: [DONE]\n\n';
/** The end of a chunk's object and of its SSE event. */
const END = '}\n\n';

/**
 * Writes the chunks of one stream. All that is the same in each chunk is written once, as text, so that a token costs one
 * JSON.stringify of itself. Source: https://platform.openai.com/docs/api-reference/chat-streaming
 */
class ChatEncoder implements Encoder, ChunkWriter {
  readonly contentType = 'text/event-stream; charset=utf-8';
  readonly lost = new Dropped();
  readonly exchange: Exchange;
  readonly functions: boolean;
  readonly #withUsage: boolean;
  readonly #choices = new Map<number, EncodedChoice>();
  #head = '';
  #tail = '';
  #usage: Usage | undefined;
  /** Have the chunks told the service tier from the start? */
  #tiered = false;

  constructor(exchange: Exchange) {
    this.exchange = exchange;
    this.functions = notesOf(exchange.peek).functions === true;
    this.#withUsage = exchange.peek.streamUsage === true;
  }

  get dropped(): readonly string[] {
    return this.lost.list;
  }

  push(event: ChatEvent): string {
    switch (event.type) {
      case 'text-delta':
        return this.#choice(event.choice).text(event.text, event.logprobs);
      case 'reply-start':
        return this.#start(event);
      case 'usage':
        this.#usage = event.usage;
        return '';
      case 'native':
        return this.#native(event.format, event.name, event.value);
      case 'reply-end':
        return this.#finish(event);
      case 'fault':
        return '';
      default:
        return this.#choice(event.choice).push(event);
    }
  }

  fail(error: GatewayError): string {
    return errorFrame(error);
  }

  end(): string {
    return DONE;
  }

  /** A chunk with one choice. `extra` are further members of the choice, each with its comma before. */
  chunk(choice: number, delta: string, logprobs: string, finish: string, extra: string): string {
    return `${this.head}{"index":${choice},"delta":${delta},"logprobs":${logprobs},"finish_reason":${finish}${extra}}${this.tail}`;
  }

  get head(): string {
    if (this.#head === '') this.#prepare({ type: 'reply-start' });
    return this.#head;
  }

  get tail(): string {
    return this.#tail;
  }

  #prepare(event: ChatEvent & { type: 'reply-start' }): void {
    this.#tiered = event.serviceTier !== undefined;
    const fields: Json = {
      object: 'chat.completion.chunk',
      created: event.created ?? this.exchange.created,
      model: event.model ?? this.exchange.model,
      service_tier: tierWord(event.serviceTier),
      system_fingerprint: event.systemFingerprint,
    };
    this.#head = `data: {"id":${JSON.stringify(event.id ?? this.exchange.newId('chatcmpl-'))}${membersText(fields)},"choices":[`;
    // Source for the null: "it contains a null value except for the last chunk", once usage was asked for.
    this.#tail = this.#withUsage ? `],"usage":null${END}` : `]${END}`;
  }

  #start(event: ChatEvent & { type: 'reply-start' }): string {
    this.#prepare(event);
    if (event.usage !== undefined) this.#usage = event.usage;
    const fields = membersText(nativeOf(event));
    const usual = this.#tail;
    this.#tail = `${usual.slice(0, -END.length)}${fields}${END}`;
    const opening = this.#choice(0).open();
    this.#tail = usual;
    return opening;
  }

  #native(format: string, name: string, value: unknown): string {
    if (format === FORMAT && typeof value === 'object' && value !== null) return this.#bare(membersText(value as Json));
    this.lost.add(name);
    return '';
  }

  #bare(fields: string): string {
    return `${this.head}]${fields}${END}`;
  }

  #finish(event: ChatEvent & { type: 'reply-end' }): string {
    const unnamed = nativeOf(event);
    if (!this.#withUsage || this.#usage === undefined) {
      for (const name of Object.keys(unnamed)) this.lost.add(name);
      return '';
    }
    // Some providers settle the tier only at the end.
    const tier = this.#tiered ? undefined : tierWord(event.serviceTier);
    return this.#bare(membersText({ service_tier: tier, usage: usageBody(this.#usage), ...unnamed }));
  }

  #choice(index: number): EncodedChoice {
    let choice = this.#choices.get(index);
    if (choice === undefined) {
      choice = new EncodedChoice(index, this);
      this.#choices.set(index, choice);
    }
    return choice;
  }
}

/** See {@link ChatEncoder}. */
export function encoder(exchange: Exchange): Encoder {
  return new ChatEncoder(exchange);
}
