/** Leaves out of a text that goes on what its reader has already. */
export class Seam {
  /** What the model was given, and may say again. */
  #given: string;
  #held = '';
  /** What the reader has and the model was not given. */
  #ahead: string;

  /** `again`: what the model was given and says again, as some APIs have it; `ahead`: what the reader has besides. */
  constructor(again: string, ahead: string) {
    this.#given = again;
    this.#ahead = ahead;
  }

  /** At the end: what looked like the beginning, and was none since it ended there. */
  rest(): string {
    const held = this.#held;
    this.#given = '';
    this.#held = '';
    return this.#beyond(held);
  }

  /** What of the next piece is new. */
  take(piece: string): string {
    return this.#ahead === '' && this.#given === '' ? piece : this.#beyond(this.#behind(piece));
  }

  #behind(piece: string): string {
    const given = this.#given;
    if (given === '') return piece;
    const text = this.#held + piece;
    if (given.length > text.length && given.startsWith(text)) {
      this.#held = text;
      return '';
    }
    this.#given = '';
    this.#held = '';
    // Something else: it goes on at once after all.
    return text.startsWith(given) ? text.slice(given.length) : text;
  }

  #beyond(text: string): string {
    let same = 0;
    while (same < text.length && same < this.#ahead.length && text[same] === this.#ahead[same]) same++;
    this.#ahead = same < text.length ? '' : this.#ahead.slice(same);
    return text.slice(same);
  }
}

/** What no beginning of an answer may end with (blanks), and what is half a character. */
const OPEN_END = /[\s\ud800-\udbff]/;

/** A text in two: what a model can be given to go on with, and what stands behind it. */
export function givable(text: string): readonly [given: string, ahead: string] {
  let end = text.length;
  while (end > 0 && OPEN_END.test(text.charAt(end - 1))) end--;
  return [text.slice(0, end), text.slice(end)];
}
