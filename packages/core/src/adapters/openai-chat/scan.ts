import { WEIGHTS, weightOfEscape } from '../../chat/weight.ts';
import type { Frame } from '../../transport/frame.ts';
import type { Hole } from '../shared/frame-template.ts';

/**
 * Reads one SSE frame of a passing stream in its bytes: one walk, no decoding, no parsing. It tells apart keys and strings, so that
 * an answer that talks about `"usage":{` deceives nobody.
 */
export interface Scan {
  /** `object`: sound, it opens and closes as one JSON object. `done`: the terminal `[DONE]`. */
  kind: 'object' | 'done';
  /** The weight of text, reasoning, refusals, transcripts and tool input. */
  content: number;
  /** The strings that made `content`, and one of random letters: what differs from frame to frame. */
  readonly holes: Hole[];
  /** A usage that is not null, an error, a finish reason that is not null: the frame is worth parsing. */
  telling: boolean;
  /** Lists or objects that may tell of the answer without a character of it. */
  speaking: boolean;
}

/** A scan to be filled. */
export const newScan = (): Scan => ({
  kind: 'object',
  content: 0,
  holes: [],
  telling: false,
  speaking: false,
});

const QUOTE = 0x22;
const COMMA = 0x2c;
const COLON = 0x3a;
const OPEN_LIST = 0x5b;
const BACKSLASH = 0x5c;
const CLOSE_LIST = 0x5d;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;
const LF = 0x0a;
const SMALL_U = 0x75;

const bytesOf = (ascii: string): readonly number[] => [...ascii].map((letter) => letter.charCodeAt(0));
const DATA = bytesOf('data:');
const DONE = bytesOf('[DONE]');

/** What the value of a key means to the meter. */
type Meaning = 'none' | 'content' | 'padding' | 'speaking' | 'telling';

/** By length of the key, so that most keys are dismissed by one look. `top`: only on the outermost object. */
const KEYS: readonly (readonly {
  readonly bytes: readonly number[];
  readonly meaning: Meaning;
  readonly top: boolean;
}[])[] = keyTable([
  ['content', 'content', false],
  ['arguments', 'content', false],
  ['refusal', 'content', false],
  ['transcript', 'content', false],
  ['reasoning_content', 'content', false],
  ['reasoning', 'content', false],
  ['input', 'content', false],
  // Random letters that hide how long a piece of text is. Source: https://platform.openai.com/docs/api-reference/chat/create (include_obfuscation)
  ['obfuscation', 'padding', true],
  ['tool_calls', 'speaking', false],
  ['function_call', 'speaking', false],
  ['audio', 'speaking', false],
  ['images', 'speaking', false],
  ['reasoning_details', 'speaking', false],
  ['finish_reason', 'telling', false],
  ['usage', 'telling', true],
  ['error', 'telling', true],
]);

function keyTable(
  keys: readonly (readonly [string, Meaning, boolean])[],
): { bytes: readonly number[]; meaning: Meaning; top: boolean }[][] {
  const table: { bytes: readonly number[]; meaning: Meaning; top: boolean }[][] = Array.from({ length: 20 }, () => []);
  for (const [key, meaning, top] of keys) table[key.length]?.push({ bytes: bytesOf(key), meaning, top });
  return table;
}

function equalAt(raw: Uint8Array, at: number, bytes: readonly number[]): boolean {
  for (let index = 0; index < bytes.length; index++) if (raw[at + index] !== bytes[index]) return false;
  return true;
}

function meaningOf(raw: Uint8Array, start: number, end: number, depth: number): Meaning {
  const candidates = KEYS[end - start];
  if (candidates === undefined) return 'none';
  for (const { bytes, meaning, top } of candidates)
    if ((!top || depth === 1) && equalAt(raw, start, bytes)) return meaning;
  return 'none';
}

/** The last byte that is no line end or blank, plus one. */
function trimmedEnd(raw: Uint8Array, start: number, stop: number): number {
  let end = stop;
  while (end > start && (raw[end - 1] ?? 0) <= 0x20) end--;
  return end;
}

/**
 * Scans a frame of a single `data:` line into `into`. false: it is not of that kind (a comment, several lines) and must be read the
 * slow way. Throws SyntaxError for data that is neither `[DONE]` nor one whole object.
 */
export function scanFrame(frame: Frame, into: Scan): boolean {
  const raw = frame.bytes;
  if (!equalAt(raw, frame.start, DATA)) return false;
  const end = trimmedEnd(raw, frame.start, frame.end);
  let start = frame.start + DATA.length;
  while (start < end && (raw[start] ?? 0) <= 0x20) start++;
  const line = raw.indexOf(LF, start);
  if (line >= 0 && line < end) return false;
  into.content = 0;
  into.holes.length = 0;
  into.telling = false;
  into.speaking = false;
  if (raw[start] === OPEN_LIST && end - start === DONE.length && equalAt(raw, start, DONE)) {
    into.kind = 'done';
    return true;
  }
  into.kind = 'object';
  walk(raw, start, end, into);
  return true;
}

/** How many open brackets can be remembered by kind, one bit each; a chunk that nests deeper is only counted. */
const MOST_KINDS = 31;

const broken = (): SyntaxError => new SyntaxError('a chunk that is no whole JSON object');

function walk(raw: Uint8Array, start: number, end: number, into: Scan): void {
  if (raw[start] !== OPEN_OBJECT) throw broken();
  let depth = 0;
  let kinds = 0;
  let remembered = true;
  let meaning: Meaning = 'none';
  for (let at = start; at < end; at++) {
    const byte = raw[at];
    if (byte === QUOTE) {
      const first = at + 1;
      let weight = 0;
      for (at = first; at < end && raw[at] !== QUOTE; at++) {
        const inner = raw[at] ?? 0;
        weight += inner === BACKSLASH ? weightOfEscape(raw, at) : (WEIGHTS[inner] as number);
        if (inner === BACKSLASH) at += raw[at + 1] === SMALL_U ? 5 : 1;
      }
      if (at >= end) throw broken();
      if (raw[at + 1] === COLON) meaning = meaningOf(raw, first, at, depth);
      else if (meaning !== 'none') {
        if (meaning === 'content') into.content += weight;
        if (meaning === 'content' || meaning === 'padding')
          into.holes.push({ from: first, to: at, content: meaning === 'content' });
        else if (meaning === 'telling') into.telling = true;
        meaning = 'none';
      }
    } else if (byte === OPEN_OBJECT || byte === OPEN_LIST) {
      if (meaning === 'telling') into.telling = true;
      else if (meaning !== 'none') into.speaking = true;
      meaning = 'none';
      if (++depth > MOST_KINDS) remembered = false;
      kinds = (kinds << 1) | (byte === OPEN_OBJECT ? 1 : 0);
    } else if (byte === CLOSE_OBJECT || byte === CLOSE_LIST) {
      if (remembered && (kinds & 1) !== (byte === CLOSE_OBJECT ? 1 : 0)) throw broken();
      kinds >>= 1;
      if (--depth === 0 && at !== end - 1) throw broken();
    } else if (byte === COMMA) meaning = 'none';
  }
  if (depth !== 0) throw broken();
}
