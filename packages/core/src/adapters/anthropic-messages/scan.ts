/** Reads delta frames of a passing stream without decoding them: is the JSON whole, and how many characters of content does it bring? */

import { WEIGHTS, weightOfEscape } from '../../chat/weight.ts';
import { startsWith } from '../shared/contains.ts';

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COLON = 0x3a;
const OPEN_BRACE = 0x7b;
const OPEN_BRACKET = 0x5b;
const CLOSE_BRACE = 0x7d;
const CLOSE_BRACKET = 0x5d;
const LETTER_U = 0x75;
const LF = 0x0a;
const CR = 0x0d;
const SPACE = 0x20;

const ascii = (text: string): Uint8Array => new TextEncoder().encode(text);
const EVENT = ascii('event:');
const DATA = ascii('data:');
const DELTA_EVENT = ascii('content_block_delta');
const DELTA_KEY = ascii('delta');
/** The members of a delta whose characters count as content. */
const CONTENT_KEYS = [ascii('text'), ascii('thinking'), ascii('partial_json')];

const isKey = (bytes: Uint8Array, from: number, to: number, key: Uint8Array): boolean =>
  to - from === key.length && startsWith(bytes, from, key);

function lineEnd(bytes: Uint8Array, from: number): number {
  let at = from;
  while (at < bytes.length && bytes[at] !== LF && bytes[at] !== CR) at++;
  return at;
}

/** A frame's single `data:` line when its `event:` line says content_block_delta. */
export interface DeltaLine {
  readonly from: number;
  readonly to: number;
}

/** Where the JSON of a delta frame stands; undefined for frames of every other kind, and for odd ones, which are parsed. */
export function deltaLine(raw: Uint8Array): DeltaLine | undefined {
  let isDelta = false;
  let line: DeltaLine | undefined;
  for (let at = 0; at < raw.length; ) {
    const end = lineEnd(raw, at);
    if (startsWith(raw, at, EVENT)) {
      const from = raw[at + EVENT.length] === SPACE ? at + EVENT.length + 1 : at + EVENT.length;
      if (!isKey(raw, from, end, DELTA_EVENT)) return undefined;
      isDelta = true;
    } else if (startsWith(raw, at, DATA)) {
      if (line !== undefined) return undefined;
      line = { from: at + DATA.length, to: end };
    }
    at = end + 1;
  }
  return isDelta ? line : undefined;
}

const broken = (): SyntaxError => new SyntaxError('A frame of the stream is not a whole JSON object.');

/** Weighs what stands before the closing quote. */
class StringReader {
  weight = 0;
  /** The index of the closing quote. `from` is behind the opening one. */
  read(bytes: Uint8Array, from: number, to: number): number {
    let weight = 0;
    for (let at = from; at < to; at++) {
      const byte = bytes[at] ?? 0;
      if (byte === QUOTE) {
        this.weight = weight;
        return at;
      }
      weight += byte === BACKSLASH ? weightOfEscape(bytes, at) : (WEIGHTS[byte] as number);
      if (byte === BACKSLASH) at += bytes[at + 1] === LETTER_U ? 5 : 1;
    }
    throw broken();
  }
}

function skipSpace(bytes: Uint8Array, from: number, to: number): number {
  let at = from;
  while (at < to && (bytes[at] ?? 0) <= SPACE) at++;
  return at;
}

function isContentKey(bytes: Uint8Array, from: number, to: number): boolean {
  for (const key of CONTENT_KEYS) if (isKey(bytes, from, to, key)) return true;
  return false;
}

/**
 * The weight of text, thinking and tool input in the delta between `from` and `to`.
 * Throws SyntaxError when this is not one JSON object from its first brace to its last.
 */
export function deltaCharacters(bytes: Uint8Array, from: number, to: number): number {
  const reader = new StringReader();
  const start = skipSpace(bytes, from, to);
  if (bytes[start] !== OPEN_BRACE) throw broken();
  let depth = 0;
  let inDelta = false;
  let counts = false;
  let total = 0;
  for (let at = start; at < to; at++) {
    const byte = bytes[at];
    if (byte === QUOTE) {
      const end = reader.read(bytes, at + 1, to);
      if (bytes[skipSpace(bytes, end + 1, to)] === COLON) {
        if (depth === 1) inDelta = isKey(bytes, at + 1, end, DELTA_KEY);
        counts = depth === 2 && inDelta && isContentKey(bytes, at + 1, end);
      } else if (counts && depth === 2) total += reader.weight;
      at = end;
    } else if (byte === OPEN_BRACE || byte === OPEN_BRACKET) depth++;
    else if ((byte === CLOSE_BRACE || byte === CLOSE_BRACKET) && --depth === 0) {
      if (skipSpace(bytes, at + 1, to) < to) throw broken();
      return total;
    }
  }
  throw broken();
}
