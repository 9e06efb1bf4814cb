import type { Decoder } from '../../adapters/adapter.ts';
import type { ChatEvent } from '../../chat/events.ts';
import type { Fault } from '../../chat/fault.ts';
import { weightOf } from '../../chat/weight.ts';
import type { Frame } from '../../transport/frame.ts';
import type { Cut, Interpreter } from './answer-stream.ts';
import { Interpretation } from './interpretation.ts';

/** Does the event tell anything of the answer? A stream that has sent only others can still be tried elsewhere. */
function speaks(event: ChatEvent): boolean {
  if (event.type === 'part-start') return event.value.type !== 'text' && event.value.type !== 'reasoning';
  return event.type !== 'reply-start' && event.type !== 'usage' && event.type !== 'native' && event.type !== 'part-end';
}

/** Translation: frames become canonical events. */
export class EventInterpreter extends Interpretation implements Interpreter<ChatEvent[]> {
  readonly #decoder: Decoder;
  /** Starts of the parts that have no end yet; and the choices that began and those that ended. */
  #open: { readonly choice: number; readonly part: number }[] = [];
  readonly #begun: number[] = [];
  readonly #ended: number[] = [];

  constructor(decoder: Decoder) {
    super();
    this.#decoder = decoder;
  }

  get complete(): boolean {
    return this.ended || this.#decoder.whole;
  }

  push(frames: Iterable<Frame>): ChatEvent[] | undefined {
    const events: ChatEvent[] = [];
    for (const frame of frames) {
      if (this.ended) break;
      this.#decode(frame, events);
      if (this.fault !== undefined) break;
    }
    return events.length === 0 ? undefined : events;
  }

  end(): ChatEvent[] | undefined {
    if (this.ended) return undefined;
    const events: ChatEvent[] = [];
    this.#note(this.#decoder.end(), events);
    return events.length === 0 ? undefined : events;
  }

  fail(fault: Fault): ChatEvent[] {
    return [{ type: 'fault', fault }];
  }

  stop({ usage }: Cut): ChatEvent[] {
    const events: ChatEvent[] = this.#open.map(({ choice, part }) => ({ type: 'part-end', choice, part }));
    const choices = this.#begun.length === 0 ? [0] : this.#begun;
    for (const choice of choices)
      if (!this.#ended.includes(choice)) events.push({ type: 'choice-end', choice, stopReason: 'length' });
    return [...events, { type: 'usage', usage }, { type: 'reply-end' }];
  }

  #decode(frame: Frame, events: ChatEvent[]): void {
    try {
      this.#note(this.#decoder.push(frame), events);
      this.said ||= frame.data !== undefined;
    } catch (error) {
      this.withhold(error);
    }
  }

  #follow(event: Extract<ChatEvent, { type: 'part-start' | 'part-end' | 'choice-end' }>): void {
    const { type, choice } = event;
    if (type === 'choice-end') this.#ended.push(choice);
    else if (type === 'part-start') {
      this.#open.push(event);
      if (!this.#begun.includes(choice)) this.#begun.push(choice);
    } else this.#open = this.#open.filter((part) => part.choice !== choice || part.part !== event.part);
  }

  #note(decoded: readonly ChatEvent[], events: ChatEvent[]): void {
    for (const event of decoded) {
      if (event.type === 'fault') {
        this.fault = event.fault;
        return;
      }
      if (event.type === 'usage') this.usage = event.usage;
      else if (event.type === 'reply-start') this.usage = event.usage ?? this.usage;
      else if (event.type === 'reply-end') this.ended = true;
      else if (!this.spoke && speaks(event)) this.spoke = true;
      if ('text' in event) this.content += weightOf(event.text);
      else if (event.type === 'part-start' || event.type === 'part-end' || event.type === 'choice-end')
        this.#follow(event);
      events.push(event);
    }
  }
}
