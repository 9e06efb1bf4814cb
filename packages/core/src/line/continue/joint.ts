import type { ChatEvent } from '../../chat/events.ts';
import { addUsage, type Usage } from '../../chat/usage.ts';
import type { GoingOn } from './going-on.ts';
import type { Seam } from './seam.ts';

/** Makes the events of a stream that goes on with an answer into further events of that answer. */
export class Joint {
  readonly #spent: Usage | undefined;
  readonly #seam: Seam;
  /** Characters in front of what comes now. */
  readonly #before: number;
  /** Parts of the answer by those of the stream; undefined: one that the client does not get. */
  readonly #parts = new Map<number, number | undefined>();
  #open: number | undefined;
  #next: number;

  /** `spent`: by the streams before it. */
  constructor(going: GoingOn, spent: Usage | undefined) {
    this.#spent = spent;
    this.#seam = going.seam();
    this.#before = going.text.length;
    this.#open = going.open;
    this.#next = going.parts;
  }

  of(events: readonly ChatEvent[]): ChatEvent[] {
    return events.flatMap((event) => this.#one(event));
  }

  #one(event: ChatEvent): ChatEvent | readonly ChatEvent[] {
    switch (event.type) {
      case 'reply-start':
      case 'native':
        return NOTHING;
      case 'usage':
        return { ...event, usage: addUsage(this.#spent, event.usage) };
      case 'part-start':
        return this.#start(event);
      case 'choice-end':
        return this.#open === undefined ? event : [...this.#ended(this.#open), event];
      default:
        return 'part' in event ? this.#inPart(event) : event;
    }
  }

  #start(event: Extract<ChatEvent, { type: 'part-start' }>): ChatEvent | readonly ChatEvent[] {
    const { part, value } = event;
    const goesOn = value.type === 'text' && this.#open !== undefined && ![...this.#parts.values()].includes(this.#open);
    if (goesOn) {
      this.#parts.set(part, this.#open);
      return NOTHING;
    }
    // Thinking comes ahead of an answer, and this one has begun.
    const to = value.type === 'reasoning' ? undefined : this.#next++;
    this.#parts.set(part, to);
    return to === undefined ? NOTHING : { ...event, part: to };
  }

  #inPart(event: Extract<ChatEvent, { part: number }>): ChatEvent | readonly ChatEvent[] {
    const part = this.#parts.get(event.part);
    if (part === undefined) return NOTHING;
    if (event.type === 'text-delta') {
      const text = this.#seam.take(event.text);
      return text === '' ? NOTHING : { ...event, part, text };
    }
    if (part !== this.#open) return event.type === 'part-end' ? this.#ended(part) : { ...event, part };
    if (event.type === 'part-end') {
      this.#open = undefined;
      return this.#ended(part);
    }
    return event.type === 'annotation' ? { ...event, part, value: this.#placed(event.value) } : { ...event, part };
  }

  /** What completes a part holds for what this stream has of it, and is left out. */
  #ended(part: number): readonly ChatEvent[] {
    const text = this.#seam.rest();
    const end = { type: 'part-end', choice: 0, part } as const;
    return text === '' ? [end] : [{ type: 'text-delta', choice: 0, part, text }, end];
  }

  #placed(value: Extract<ChatEvent, { type: 'annotation' }>['value']): typeof value {
    const { start, end } = value;
    return {
      ...value,
      ...(start === undefined ? {} : { start: start + this.#before }),
      ...(end === undefined ? {} : { end: end + this.#before }),
    };
  }
}

const NOTHING: readonly ChatEvent[] = Object.freeze([]);
