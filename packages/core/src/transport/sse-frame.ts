import type { Frame } from './frame.ts';

const utf8 = new TextDecoder();
const LINE_END = /\r\n|\r|\n/;

/** A {@link Frame} that is a range of a larger array; makes its view and its text when they are asked for. */
export class SseFrame implements Frame {
  readonly bytes: Uint8Array;
  readonly start: number;
  readonly end: number;
  readonly unclosed: boolean;
  readonly characters: number;
  #raw: Uint8Array | undefined;
  #read = false;
  #event: string | undefined;
  #data: string | undefined;

  constructor(bytes: Uint8Array, start: number, end: number, unclosed: boolean, characters = 0) {
    this.bytes = bytes;
    this.start = start;
    this.end = end;
    this.unclosed = unclosed;
    this.characters = characters;
  }

  get raw(): Uint8Array {
    this.#raw ??= this.bytes.subarray(this.start, this.end);
    return this.#raw;
  }

  get event(): string | undefined {
    if (!this.#read) this.#parse();
    return this.#event;
  }

  get data(): string | undefined {
    if (!this.#read) this.#parse();
    return this.#data;
  }

  #parse(): void {
    this.#read = true;
    const text = utf8.decode(this.raw);
    if (!this.#parseUsual(text)) for (const line of text.split(LINE_END)) this.#parseLine(line);
  }

  /** At most one `event:` line, then one `data:` line, all ended by LF: what providers send. False, with nothing set, for any other frame. */
  #parseUsual(text: string): boolean {
    let at = 0;
    let event: string | undefined;
    if (text.startsWith('event:')) {
      at = text.indexOf('\n') + 1;
      event = fieldValue(text, 6, at - 1);
    }
    const last = text.length - 2;
    if (!text.startsWith('data:', at) || text.indexOf('\n', at) !== last || text.includes('\r')) return false;
    this.#event = event;
    this.#data = fieldValue(text, at + 5, last);
    return true;
  }

  #parseLine(line: string): void {
    const colon = line.indexOf(':');
    const name = colon === -1 ? line : line.slice(0, colon);
    if (name !== 'data' && name !== 'event') return;
    const value = colon === -1 ? '' : fieldValue(line, colon + 1, line.length);
    if (name === 'event') this.#event = value;
    else this.#data = this.#data === undefined ? value : `${this.#data}\n${value}`;
  }
}

/** One space behind the colon is no part of the value. */
function fieldValue(text: string, from: number, to: number): string {
  return text.slice(text.charCodeAt(from) === 0x20 ? from + 1 : from, to);
}
