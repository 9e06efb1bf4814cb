import type { ChatEvent } from '../../chat/events.ts';
import type { Usage } from '../../chat/usage.ts';
import type { GatewayError } from '../../kit/errors.ts';
import type { Encoder, Exchange } from '../adapter.ts';
import { Dropped } from '../shared/dropped.ts';
import type { PartEvent } from '../shared/part-line.ts';
import { given, type Json, record } from '../shared/read.ts';
import { type Counters, type EncodedPart, encodedPart } from './encoded-part.ts';
import { hasAlternatives } from './logprobs.ts';
import { errorFrame } from './server-fault.ts';
import { partName } from './server-render.ts';
import { writeStop } from './stop.ts';
import { writeUsage } from './usage.ts';
import { FORMAT, frame, nativeFields } from './wire.ts';

type Ending = Extract<ChatEvent, { type: 'choice-end' }>;

/**
 * Writes the stream of one answer. Events name the block or call that they belong to, so that parts may interleave.
 * Source: https://docs.cohere.com/v2/docs/streaming
 */
class CohereEncoder implements Encoder {
  readonly contentType = 'text/event-stream; charset=utf-8';
  readonly #exchange: Exchange;
  readonly #dropped = new Dropped();
  readonly #parts = new Map<number, EncodedPart>();
  readonly #counters: Counters = { content: 0, calls: 0, citations: 0 };
  #usage: Usage | undefined;
  #ending: Ending | undefined;
  #started = false;
  /** The last event, once the answer has ended. */
  #last: Json | undefined;

  constructor(exchange: Exchange) {
    this.#exchange = exchange;
  }

  get dropped(): readonly string[] {
    return this.#dropped.list;
  }

  push(event: ChatEvent): string {
    switch (event.type) {
      case 'reply-start':
        return this.#start(event.id);
      case 'part-start':
        return this.#partStart(event);
      case 'choice-end':
        if (event.choice === 0) this.#ending = event;
        return '';
      case 'usage':
        this.#usage = event.usage;
        return '';
      case 'native':
        return this.#native(event);
      case 'reply-end':
        return this.#end(event.native);
      case 'fault':
        return '';
      default:
        return event.choice === 0 ? this.#feed(event) : '';
    }
  }

  fail(error: GatewayError): string {
    return errorFrame(error);
  }

  end(): string {
    return this.#last === undefined ? '' : frame({ type: 'message-end', delta: this.#last });
  }

  #start(id: string | undefined): string {
    if (this.#started) return '';
    this.#started = true;
    const message = { role: 'assistant', content: [], tool_plan: '', tool_calls: [], citations: [] };
    return frame({ type: 'message-start', id: id ?? this.#exchange.id, delta: { message } });
  }

  #partStart({ choice, part, value }: Extract<ChatEvent, { type: 'part-start' }>): string {
    if (choice !== 0) {
      this.#dropped.add(`choices.${choice}`);
      return '';
    }
    const encoded = encodedPart(value, this.#counters);
    if (encoded === undefined) {
      this.#dropped.add(`content.${part} (${partName(value)})`);
      return '';
    }
    this.#parts.set(part, encoded);
    return this.#start(undefined) + encoded.open();
  }

  #feed(event: PartEvent): string {
    const encoded = this.#parts.get(event.part);
    if (encoded === undefined) return '';
    if ('logprobs' in event && event.logprobs !== undefined && hasAlternatives(event.logprobs))
      this.#dropped.add('logprobs.top_logprobs');
    const out = encoded.write(event);
    if (encoded.lost) this.#dropped.add(`content.${event.part}.annotations`);
    if (event.type === 'part-end') this.#parts.delete(event.part);
    return out;
  }

  #native({ format, name, value }: Extract<ChatEvent, { type: 'native' }>): string {
    const own = format === FORMAT ? record(value) : undefined;
    if (own !== undefined) return frame({ ...own, type: name });
    this.#dropped.add(name);
    return '';
  }

  #end(native: Record<string, Json> | undefined): string {
    if (this.#last !== undefined) return '';
    let out = this.#start(undefined);
    for (const part of [...this.#parts.keys()]) out += this.#feed({ type: 'part-end', choice: 0, part });
    this.#last = {
      finish_reason: writeStop(this.#ending?.stopReason ?? 'stop'),
      ...given('usage', writeUsage(this.#usage, record(nativeFields(native).usage))),
    };
    return out;
  }
}

/** An encoder for the stream that answers `exchange`. */
export const encoder = (exchange: Exchange): Encoder => new CohereEncoder(exchange);
