/** Reads delta frames of a passing stream without decoding them: is the JSON whole, and how many characters of content does it bring? */

import { WEIGHTS, weightOfEscape } from '../../chat/weight.ts';
import { startsWith } from '../shared/contains.ts';
import { escapeLength } from '../shared/escape-length.ts';

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COLON = 0x3a;
const OPEN_BRACE = 0x7b;
const OPEN_BRACKET = 0x5b;
const CLOSE_BRACE = 0x7d;
const CLOSE_BRACKET = 0x5d;
const LF = 0x0a;
const CR = 0x0d;
const SPACE = 0x20;

const ascii = (text: string): Uint8Array => new TextEncoder().encode(text);
const EVENT = ascii('event: response.');
const DELTA = ascii('.delta');
const DATA = ascii('data:');
const KEY = ascii('delta');

const broken = (): SyntaxError => new SyntaxError('A frame of the stream is not a whole JSON object.');

function lineEnd(bytes: Uint8Array, from: number, to: number): number {
  let at = from;
  while (at < to && bytes[at] !== LF && bytes[at] !== CR) at++;
  return at;
}

/** Is the frame from `start` to `end` an `event:` line of a delta and a `data:` line behind it? Where the data then begins; 0 for any other frame. */
export function deltaData(bytes: Uint8Array, start: number, end: number): number {
  if (!startsWith(bytes, start, EVENT)) return 0;
  const name = lineEnd(bytes, start, end);
  if (!startsWith(bytes, name - DELTA.length, DELTA)) return 0;
  const data = name + (bytes[name] === CR && bytes[name + 1] === LF ? 2 : 1);
  if (!startsWith(bytes, data, DATA)) return 0;
  return data + DATA.length;
}

/** The index of the closing quote; `from` is behind the opening one. */
function stringEnd(bytes: Uint8Array, from: number, to: number): number {
  for (let at = from; at < to; at++) {
    const byte = bytes[at] ?? 0;
    if (byte === QUOTE) return at;
    if (byte < SPACE) break;
    if (byte !== BACKSLASH) continue;
    const length = escapeLength(bytes, at);
    if (length === 0) break;
    at += length - 1;
  }
  throw broken();
}

/** The weight of a string that is known to be whole. */
function characters(bytes: Uint8Array, from: number, to: number): number {
  let count = 0;
  for (let at = from; at < to; at++) {
    const byte = bytes[at] ?? 0;
    count += byte === BACKSLASH ? weightOfEscape(bytes, at) : (WEIGHTS[byte] as number);
    if (byte === BACKSLASH) at += escapeLength(bytes, at) - 1;
  }
  return count;
}

function skipSpace(bytes: Uint8Array, from: number, to: number): number {
  let at = from;
  while (at < to && (bytes[at] ?? 0) <= SPACE) at++;
  return at;
}

const isDelta = (bytes: Uint8Array, from: number, to: number): boolean =>
  to - from === KEY.length && startsWith(bytes, from, KEY);

/** The weight of the `delta` of the object that begins at `from`. Throws SyntaxError when the rest of the frame is not one JSON object. */
export function deltaCharacters(bytes: Uint8Array, from: number, end: number): number {
  const start = skipSpace(bytes, from, end);
  if (bytes[start] !== OPEN_BRACE) throw broken();
  let depth = 0;
  let counts = false;
  let total = 0;
  for (let at = start; at < end; at++) {
    const byte = bytes[at];
    if (byte === QUOTE) {
      const close = stringEnd(bytes, at + 1, end);
      const isKey = bytes[skipSpace(bytes, close + 1, end)] === COLON;
      if (isKey && depth === 1) counts = isDelta(bytes, at + 1, close);
      else if (counts && depth === 1) total += characters(bytes, at + 1, close);
      at = close;
    } else if (byte === OPEN_BRACE || byte === OPEN_BRACKET) depth++;
    else if ((byte === CLOSE_BRACE || byte === CLOSE_BRACKET) && --depth === 0) {
      if (skipSpace(bytes, at + 1, end) < end) throw broken();
      return total;
    }
  }
  throw broken();
}
