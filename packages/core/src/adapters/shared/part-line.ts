import type { ChatEvent } from '../../chat/events.ts';
import type { Part } from '../../chat/parts.ts';
import type { Dropped } from './dropped.ts';

/** An event that belongs to one part, after its start. */
export type PartEvent = Exclude<Extract<ChatEvent, { part: number }>, { type: 'part-start' }>;

/** Writes one part of an answer in the blocks of a format. */
export interface PartWriter<Out> {
  /** Was there an annotation that could not be told? */
  readonly lost: boolean;
  /** Has the part something to show now? Asked of parts that open late, until it says yes. */
  opensWith(event: PartEvent): boolean;
  open(): Out;
  write(event: PartEvent): Out;
}

/** How what is written is put together: text, or a list of frames. */
export interface Sum<Out> {
  readonly nothing: Out;
  plus(left: Out, right: Out): Out;
}

/** Texts and reasoning open with their first content: a block without any is never written, but what it signed is. */
export const opensLate = (part: Part): part is Extract<Part, { type: 'text' | 'refusal' | 'reasoning' }> =>
  part.type === 'text' || part.type === 'refusal' || part.type === 'reasoning';

/** A part on its way: before it has anything to show, in line behind others, or being written. */
interface Live<Out> {
  readonly writer: PartWriter<Out>;
  /** Is it in the line? Empty texts never are: formats refuse an empty block when their client sends it back. */
  entered: boolean;
  /** What came while others were being written. */
  readonly waiting: PartEvent[];
}

/**
 * The parts of one answer for a format whose blocks come strictly one after the other, while those of the chat model may interleave: the events of
 * later parts wait until the earlier ones have ended.
 */
export class PartLine<Out> {
  readonly #parts = new Map<number, Live<Out>>();
  readonly #line: Live<Out>[] = [];
  readonly #sum: Sum<Out>;
  readonly #dropped: Dropped;

  /** What can't be told of a part is added to `dropped`. */
  constructor(sum: Sum<Out>, dropped: Dropped) {
    this.#sum = sum;
    this.#dropped = dropped;
  }

  /** A part has begun. Text that stands in its start already is its first delta. */
  begin(part: number, value: Part, writer: PartWriter<Out>): Out {
    const live: Live<Out> = { writer, entered: false, waiting: [] };
    this.#parts.set(part, live);
    if (!opensLate(value)) return this.#enter(live);
    const type = value.type === 'reasoning' ? 'reasoning-delta' : 'text-delta';
    return value.text === '' ? this.#sum.nothing : this.feed({ type, choice: 0, part, text: value.text });
  }

  /** What is to be written now; of a part that nobody began, nothing. */
  feed(event: PartEvent): Out {
    const { nothing, plus } = this.#sum;
    const live = this.#parts.get(event.part);
    if (live === undefined) return nothing;
    if ('logprobs' in event && event.logprobs !== undefined) this.#dropped.add('logprobs');
    if (!live.entered && !live.writer.opensWith(event)) return nothing;
    const opened = live.entered ? nothing : this.#enter(live);
    if (this.#line[0] === live) return plus(opened, this.#write(live, event));
    live.waiting.push(event);
    return opened;
  }

  /** Ends the parts that nobody ended. */
  end(): Out {
    let out = this.#sum.nothing;
    for (const [part, live] of this.#parts)
      if (this.#line.includes(live) && !hasEnded(live))
        out = this.#sum.plus(out, this.feed({ type: 'part-end', choice: 0, part }));
    return out;
  }

  #enter(live: Live<Out>): Out {
    live.entered = true;
    this.#line.push(live);
    return this.#line.length === 1 ? live.writer.open() : this.#sum.nothing;
  }

  #write(live: Live<Out>, event: PartEvent): Out {
    const out = this.#writeOne(live, event);
    return event.type === 'part-end' ? this.#sum.plus(out, this.#next()) : out;
  }

  #writeOne({ writer }: Live<Out>, event: PartEvent): Out {
    const out = writer.write(event);
    if (writer.lost) this.#dropped.add(`content.${event.part}.annotations`);
    return out;
  }

  /** The first in line has ended: writes what waited behind it, up to the first part that is still going on. */
  #next(): Out {
    const { nothing, plus } = this.#sum;
    let out = nothing;
    this.#line.shift();
    for (let live = this.#line[0]; live !== undefined; live = this.#line[0]) {
      out = plus(out, live.writer.open());
      for (const event of live.waiting) out = plus(out, this.#writeOne(live, event));
      if (!hasEnded(live)) return out;
      this.#line.shift();
    }
    return out;
  }
}

/** Has its end come while it waited? */
const hasEnded = ({ waiting }: Live<unknown>): boolean => waiting.at(-1)?.type === 'part-end';
