import type { ChatEvent } from '../../chat/events.ts';
import type { Frame } from '../../transport/frame.ts';
import type { Decoder, Exchange, UpstreamCall } from '../adapter.ts';
import { frameObject } from '../openai-chat/decoder.ts';
import { type Json, record, records, string } from '../shared/read.ts';
import { headOf, readingOf } from './client-parse.ts';
import { DecodedItems } from './decoded-items.ts';
import { eventFault, faultIn } from './fault.ts';
import { stopOf } from './stop.ts';
import { usageOf } from './usage.ts';

/** The events that end a stream well. Source: https://platform.openai.com/docs/api-reference/responses-streaming */
export const ENDS: ReadonlySet<string> = new Set(['response.completed', 'response.incomplete', 'response.done']);

/** Reads the events of one stream. The last one repeats the whole response: what a stream left out on its way is taken from there. */
class ResponsesDecoder implements Decoder {
  readonly #items: DecodedItems;
  #started = false;
  #over = false;

  constructor(call: UpstreamCall, exchange: Exchange) {
    this.#items = new DecodedItems(readingOf(call, exchange));
  }

  /** Nothing follows the event that tells that the answer is whole. */
  get whole(): boolean {
    return false;
  }

  push(frame: Frame): ChatEvent[] {
    const { data } = frame;
    if (this.#over || data === undefined || data === '' || data.trim() === '[DONE]') return [];
    const event = frameObject(data);
    const type = string(event.type) ?? frame.event ?? '';
    if (type === 'error' || (type === '' && event.error !== undefined)) return this.#fail(eventFault(event));
    const events: ChatEvent[] = [];
    const response = record(event.response);
    if (response === undefined) this.#items.push(type, event, events);
    else return this.#response(type, response, events);
    return events;
  }

  end(): ChatEvent[] {
    return this.#over
      ? []
      : this.#fail({ kind: 'incomplete', message: 'The provider ended its stream in the middle of the answer.' });
  }

  #response(type: string, response: Json, events: ChatEvent[]): ChatEvent[] {
    const fault = faultIn(response) ?? (type === 'response.failed' ? eventFault({}) : undefined);
    if (fault !== undefined) return this.#fail(fault);
    if (!this.#started) {
      this.#started = true;
      // The tier is not settled before the end: until then it says what was asked for.
      const { serviceTier: _, ...head } = headOf(response);
      events.push({ type: 'reply-start', ...head });
    }
    if (ENDS.has(type)) this.#end(response, events);
    return events;
  }

  #end(response: Json, events: ChatEvent[]): void {
    this.#over = true;
    this.#items.close(records(response.output), events);
    events.push({ type: 'choice-end', choice: 0, ...stopOf(response, this.#items.kinds) });
    const usage = usageOf(response);
    if (usage !== undefined) events.push({ type: 'usage', usage });
    const { serviceTier } = headOf(response);
    events.push({ type: 'reply-end', ...(serviceTier === undefined ? {} : { serviceTier }) });
  }

  #fail(fault: Extract<ChatEvent, { type: 'fault' }>['fault']): ChatEvent[] {
    this.#over = true;
    return [{ type: 'fault', fault }];
  }
}

/** A decoder for the stream that answers `call`. */
export const decoder = (call: UpstreamCall, exchange: Exchange): Decoder => new ResponsesDecoder(call, exchange);
