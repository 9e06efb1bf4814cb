import type { ReasoningPart } from '../../chat/parts.ts';
import { array, type Json } from '../shared/read.ts';
import { joinedSummary, summaryOf } from './items-write.ts';
import { hasReasoning, reasoningItem } from './output-items.ts';
import { FORMAT, nativeOf, PARAGRAPH } from './wire.ts';
import type { ItemWriter, PartEvent, Place } from './write-item.ts';

/** Writes reasoning: as the thinking itself where its own API told it so, else as a summary. Opened by its first words, or at its end when it is sealed. */
export class ReasoningWriter implements ItemWriter {
  readonly #part: ReasoningPart;
  readonly #place: Place;
  readonly #thinks: boolean;
  #index: number | undefined;
  /** Paragraphs of the summary; one text of the thinking itself. */
  #pieces: string[] = [];
  #last: string | undefined;
  done = false;

  constructor(part: ReasoningPart, place: Place) {
    this.#part = part;
    this.#place = place;
    this.#thinks = array(nativeOf(part).content) !== undefined;
  }

  write(event: PartEvent): string {
    if (event.type === 'part-end') return this.close();
    if (event.type !== 'reasoning-delta' || event.text === '') return '';
    const out = this.#open();
    // Pieces of a summary of this API's own come apart so.
    if (!this.#thinks && event.text === PARAGRAPH && this.#part.origin?.format === FORMAT && this.#last !== undefined)
      return out + this.#endPiece();
    return out + this.#delta(event.text);
  }

  close(): string {
    if (this.done) return '';
    this.done = true;
    const text = this.#thinks ? (this.#last ?? '') : joinedSummary([...this.#pieces, ...this.#rest]);
    const part: ReasoningPart = { ...this.#part, text };
    if (this.#index === undefined && !hasReasoning(part)) return '';
    const out = this.#open() + this.#endPiece();
    const item = reasoningItem(this.#whole(part), this.#place.id);
    const index = this.#index ?? 0;
    this.#place.done(index, item);
    return out + this.#place.emit('response.output_item.done', { output_index: index, item });
  }

  get #rest(): string[] {
    return this.#last === undefined ? [] : [this.#last];
  }

  /** The lists that came with the part win over what was streamed, as long as they say the same. */
  #whole(part: ReasoningPart): ReasoningPart {
    const own = nativeOf(part);
    if (this.#thinks) {
      const content = array(own.content) ?? [];
      return content.length > 0
        ? part
        : {
            ...part,
            native: { ...part.native, [FORMAT]: { ...own, content: [{ type: 'reasoning_text', text: part.text }] } },
          };
    }
    if (array(own.summary) !== undefined || this.#pieces.length < 2) return part;
    return { ...part, native: { ...part.native, [FORMAT]: { ...own, summary: summaryOf(this.#pieces) } } };
  }

  #open(): string {
    if (this.#index !== undefined) return '';
    this.#index = this.#place.take();
    const item = { type: 'reasoning', id: this.#place.id, summary: [], ...(this.#thinks ? { content: [] } : {}) };
    return this.#place.emit('response.output_item.added', { output_index: this.#index, item });
  }

  #delta(text: string): string {
    const { emit } = this.#place;
    const opened = this.#last === undefined ? this.#openPiece() : '';
    this.#last = (this.#last ?? '') + text;
    return opened + emit(`${this.#kind}.delta`, { ...this.#at, delta: text });
  }

  #openPiece(): string {
    const part = this.#thinks ? { type: 'reasoning_text', text: '' } : { type: 'summary_text', text: '' };
    return this.#place.emit(this.#thinks ? 'response.content_part.added' : 'response.reasoning_summary_part.added', {
      ...this.#at,
      part,
    });
  }

  #endPiece(): string {
    const text = this.#last;
    if (text === undefined) return '';
    const { emit } = this.#place;
    const part = this.#thinks ? { type: 'reasoning_text', text } : { type: 'summary_text', text };
    const out =
      emit(`${this.#kind}.done`, { ...this.#at, text }) +
      emit(this.#thinks ? 'response.content_part.done' : 'response.reasoning_summary_part.done', { ...this.#at, part });
    this.#pieces.push(text);
    this.#last = undefined;
    return out;
  }

  get #kind(): string {
    return this.#thinks ? 'response.reasoning_text' : 'response.reasoning_summary_text';
  }

  get #at(): Json {
    const place = { item_id: this.#place.id, output_index: this.#index };
    return this.#thinks ? { ...place, content_index: 0 } : { ...place, summary_index: this.#pieces.length };
  }
}
