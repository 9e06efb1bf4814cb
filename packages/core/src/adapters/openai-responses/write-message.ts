import type { Annotation, Part, RefusalPart, TextPart } from '../../chat/parts.ts';
import type { TokenLogprob } from '../../chat/reply.ts';
import type { Dropped } from '../shared/dropped.ts';
import type { Json } from '../shared/read.ts';
import { annotationBody } from './annotations.ts';
import { messageItem, saidEntry } from './output-items.ts';
import type { ItemWriter, PartEvent, Place } from './write-item.ts';

/** One text or refusal of a message. */
interface Said {
  readonly value: TextPart | RefusalPart;
  index: number | undefined;
  text: string;
  readonly annotations: Annotation[];
  readonly logprobs: TokenLogprob[];
  ended: boolean;
}

/** Writes a message of one or more texts and refusals. It is opened by its first word, so that an empty text leaves no trace. */
export class MessageWriter implements ItemWriter {
  readonly first: Part;
  readonly done = false;
  readonly #place: Place;
  readonly #dropped: Dropped;
  readonly #parts = new Map<number, Said>();
  readonly #content: Said[] = [];
  #index: number | undefined;

  constructor(first: Part, place: Place, dropped: Dropped) {
    this.first = first;
    this.#place = place;
    this.#dropped = dropped;
  }

  add(part: number, value: TextPart | RefusalPart): void {
    this.#parts.set(part, { value, index: undefined, text: '', annotations: [], logprobs: [], ended: false });
  }

  /** What was said so far of a part. */
  textOf(value: Part): string {
    return [...this.#parts.values()].find((said) => said.value === value)?.text ?? '';
  }

  write(event: PartEvent): string {
    const said = this.#parts.get(event.part);
    if (said === undefined || said.ended) return '';
    switch (event.type) {
      case 'text-delta':
      case 'refusal-delta':
        return this.#say(said, event.text, event.logprobs ?? []);
      case 'annotation':
        return this.#cite(said, event.value);
      case 'part-end':
        return this.#end(said);
      default:
        return '';
    }
  }

  close(status: 'completed' | 'incomplete'): string {
    let out = '';
    for (const said of this.#parts.values()) out += this.#end(said);
    if (this.#index === undefined) return out;
    const item = messageItem(
      this.first,
      this.#place.id,
      status,
      this.#content.map((said) => this.#entry(said)),
    );
    this.#place.done(this.#index, item);
    return out + this.#place.emit('response.output_item.done', { output_index: this.#index, item });
  }

  #say(said: Said, text: string, logprobs: readonly TokenLogprob[]): string {
    if (text === '' && logprobs.length === 0) return '';
    const out = this.#open(said);
    said.text += text;
    said.logprobs.push(...logprobs);
    return said.value.type === 'refusal'
      ? out + this.#emit('response.refusal.delta', said, { delta: text })
      : out + this.#emit('response.output_text.delta', said, { delta: text, logprobs });
  }

  #cite(said: Said, annotation: Annotation): string {
    const body = annotationBody(annotation, said.text.length);
    if (body === undefined) {
      this.#dropped.add(`annotation.${annotation.kind}`);
      return '';
    }
    const out = this.#open(said);
    const index = said.annotations.push(annotation) - 1;
    return (
      out + this.#emit('response.output_text.annotation.added', said, { annotation_index: index, annotation: body })
    );
  }

  #open(said: Said): string {
    let out = '';
    if (this.#index === undefined) {
      this.#index = this.#place.take();
      const item = messageItem(this.first, this.#place.id, 'in_progress', []);
      out = this.#place.emit('response.output_item.added', { output_index: this.#index, item });
    }
    if (said.index !== undefined) return out;
    said.index = this.#content.push(said) - 1;
    const part = saidEntry({ ...said.value, text: '', annotations: [] }, [], () => {});
    return out + this.#emit('response.content_part.added', said, { part });
  }

  #end(said: Said): string {
    if (said.ended) return '';
    said.ended = true;
    if (said.index === undefined) return '';
    const part = this.#entry(said);
    const whole =
      said.value.type === 'refusal'
        ? this.#emit('response.refusal.done', said, { refusal: said.text })
        : this.#emit('response.output_text.done', said, { text: said.text, logprobs: said.logprobs });
    return whole + this.#emit('response.content_part.done', said, { part });
  }

  #entry({ value, text, annotations, logprobs }: Said): Json {
    return saidEntry({ ...value, text, annotations }, logprobs, () => {});
  }

  #emit(type: string, said: Said, fields: Json): string {
    return this.#place.emit(type, {
      item_id: this.#place.id,
      output_index: this.#index,
      content_index: said.index,
      ...fields,
    });
  }
}
