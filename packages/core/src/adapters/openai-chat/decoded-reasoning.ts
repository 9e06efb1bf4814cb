import type { ChatEvent } from '../../chat/events.ts';
import type { ReasoningPart } from '../../chat/parts.ts';
import { given, type Json, number, string, text } from '../shared/read.ts';
import { reasoningOf } from './carriers-read.ts';
import type { Reading } from './message-read.ts';

/** What the pieces of one block told that is given at its end. */
type Seal = NonNullable<(ChatEvent & { type: 'part-end' })['complete']>;

/** The reasoning of one streamed choice: plain words, or blocks of `reasoning_details` told apart by index and type. */
export class DecodedReasoning {
  readonly #choice: number;
  readonly #reading: Reading;
  readonly #nextPart: () => number;
  #open: { part: number; key: string; seal: Seal } | undefined;

  constructor(choice: number, reading: Reading, nextPart: () => number) {
    this.#choice = choice;
    this.#reading = reading;
    this.#nextPart = nextPart;
  }

  words(words: string, events: ChatEvent[]): void {
    const part = this.#part('words', { type: 'reasoning', text: '' }, events);
    events.push({ type: 'reasoning-delta', choice: this.#choice, part, text: words });
  }

  details(details: readonly Json[], events: ChatEvent[]): void {
    for (const detail of details) this.#detail(detail, events);
  }

  #detail(detail: Json, events: ChatEvent[]): void {
    const whole = reasoningOf(detail, this.#reading.origin);
    const { signature, encrypted, text: words, ...rest } = whole;
    // An encrypted block comes in one piece; a second one with the same index is another block.
    if (encrypted !== undefined) this.shut(events);
    const part = this.#part(keyOf(detail), { ...rest, text: '' }, events);
    if (words !== '') events.push({ type: 'reasoning-delta', choice: this.#choice, part, text: words });
    if (this.#open !== undefined)
      Object.assign(
        this.#open.seal,
        given('signature', signature),
        given('encrypted', encrypted),
        given('id', whole.id),
      );
    if (encrypted !== undefined) this.shut(events);
  }

  #part(key: string, value: ReasoningPart, events: ChatEvent[]): number {
    if (this.#open?.key === key) return this.#open.part;
    this.shut(events);
    const part = this.#nextPart();
    this.#open = { part, key, seal: {} };
    events.push({ type: 'part-start', choice: this.#choice, part, value });
    return part;
  }

  /** Ends the block that is open. */
  shut(events: ChatEvent[]): void {
    if (this.#open === undefined) return;
    const { part, seal } = this.#open;
    this.#open = undefined;
    const complete = Object.keys(seal).length === 0 ? undefined : seal;
    events.push({ type: 'part-end', choice: this.#choice, part, ...given('complete', complete) });
  }
}

/** Pieces of one block share index and type. */
function keyOf(detail: Json): string {
  return `${string(detail['type']) ?? ''} ${number(detail['index']) ?? text(detail['id']) ?? ''}`;
}
