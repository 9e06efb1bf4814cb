import type { ToolCallPart } from '../../chat/parts.ts';
import { callItem } from './output-items.ts';
import type { ItemWriter, PartEvent, Place } from './write-item.ts';

/** Writes a call of one of the client's tools: its item, the pieces of its input, and the whole. */
export class CallWriter implements ItemWriter {
  readonly #part: ToolCallPart;
  readonly #place: Place;
  readonly #kind: string;
  #index = 0;
  #input = '';
  done = false;

  constructor(part: ToolCallPart, place: Place) {
    this.#part = part;
    this.#place = place;
    this.#kind = part.custom === true ? 'response.custom_tool_call_input' : 'response.function_call_arguments';
  }

  open(): string {
    this.#index = this.#place.take();
    const item = callItem({ ...this.#part, input: '' }, this.#place.id, 'in_progress');
    return this.#place.emit('response.output_item.added', { output_index: this.#index, item });
  }

  write(event: PartEvent): string {
    if (event.type === 'part-end') return this.close('completed');
    if (event.type !== 'tool-input-delta' || event.text === '') return '';
    this.#input += event.text;
    return this.#place.emit(`${this.#kind}.delta`, { ...this.#at, delta: event.text });
  }

  close(status: 'completed' | 'incomplete'): string {
    if (this.done) return '';
    this.done = true;
    const { emit } = this.#place;
    const item = callItem({ ...this.#part, input: this.#input }, this.#place.id, status);
    this.#place.done(this.#index, item);
    const whole =
      this.#part.custom === true ? { input: this.#input } : { name: this.#part.name, arguments: this.#input };
    return (
      emit(`${this.#kind}.done`, { ...this.#at, ...whole }) +
      emit('response.output_item.done', { output_index: this.#index, item })
    );
  }

  get #at() {
    return { item_id: this.#place.id, output_index: this.#index };
  }
}
