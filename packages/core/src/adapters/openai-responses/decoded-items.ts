import type { ChatEvent } from '../../chat/events.ts';
import type { Part } from '../../chat/parts.ts';
import { count, type Json, record, text } from '../shared/read.ts';
import { DecodedItem } from './decoded-item.ts';
import type { Reading } from './items-read.ts';

/** All items of one stream, told apart by `output_index`. */
export class DecodedItems {
  readonly #reading: Reading;
  readonly #items = new Map<number, DecodedItem>();
  readonly #kinds: Pick<Part, 'type'>[] = [];

  constructor(reading: Reading) {
    this.#reading = reading;
  }

  /** The types of the parts so far. */
  get kinds(): readonly Pick<Part, 'type'>[] {
    return this.#kinds;
  }

  push(type: string, event: Json, events: ChatEvent[]): void {
    const index = count(event.output_index);
    if (index === undefined) return;
    if (type === 'response.output_item.added') this.#item(index, record(event.item) ?? {}, events);
    else if (type === 'response.output_item.done')
      this.#item(index, record(event.item) ?? {}, events).done(record(event.item) ?? {}, events);
    else this.#itemAt(index, type, event, events).push(type, event, events);
  }

  /** Items that no event of their own has ended, out of the whole response. */
  close(output: readonly Json[], events: ChatEvent[]): void {
    for (const [index, item] of output.entries()) this.#item(index, item, events).done(item, events);
    for (const item of this.#items.values()) item.done({}, events);
  }

  /** The item of a piece; a stream that doesn't tell of items is understood too. */
  #itemAt(index: number, type: string, event: Json, events: ChatEvent[]): DecodedItem {
    const known = this.#items.get(index);
    if (known !== undefined) return known;
    const id = text(event.item_id);
    return this.#item(index, { type: KINDS[type] ?? 'message', ...(id === undefined ? {} : { id }) }, events);
  }

  #item(index: number, value: Json, events: ChatEvent[]): DecodedItem {
    const known = this.#items.get(index);
    if (known !== undefined) return known;
    const item = new DecodedItem(value, this.#reading, (part) => this.#kinds.push({ type: part }) - 1);
    this.#items.set(index, item);
    item.open(value, events);
    return item;
  }
}

/** Whose pieces these are. */
const KINDS: Readonly<Record<string, string>> = {
  'response.reasoning_summary_text.delta': 'reasoning',
  'response.reasoning_text.delta': 'reasoning',
};
