import { RequestError } from '../kit/errors.ts';
import type { ByteText } from './byte-text.ts';
import { type DecisiveKeys, misspelt, spelledAs } from './decisive-keys.ts';

/** A top-level member of a JSON object; all numbers are offsets. */
export interface Member {
  /** Decoded name. */
  readonly key: string;
  /** Of the name's opening quote. */
  readonly keyStart: number;
  /** Behind the name's closing quote. */
  readonly keyEnd: number;
  /** Of the value's first character. */
  readonly start: number;
  /** Behind the value's last character. */
  readonly end: number;
}

/** Rules of {@link scanObject}. */
export interface ScanRules {
  /** Deepest nesting allowed; the object itself counts 1. */
  readonly maxDepth: number;
  /** Names that decisions rest on: each may stand once and in its plain spelling. */
  readonly decisive: DecisiveKeys;
}

const QUOTE = 0x22;
const COMMA = 0x2c;
const COLON = 0x3a;
const OPEN_LIST = 0x5b;
const BACKSLASH = 0x5c;
const CLOSE_LIST = 0x5d;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;

const SCALAR = /(?:true|false|null|-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?)/y;

/**
 * Finds the top-level members of a JSON object, in one pass. It proves that brackets match, strings end and nothing stands behind the object;
 * what nested values hold is left to whoever parses them.
 *
 * @throws RequestError `invalid_json`; `body_too_deep`; `duplicate_key` with `param`; `invalid_request` for JSON that is no object
 */
export function scanObject(source: ByteText, rules: ScanRules): Member[] {
  const { text } = source;
  const members: Member[] = [];
  let at = openingBrace(text);
  if (text.charCodeAt(at) === CLOSE_OBJECT) return finish(text, at, members);
  for (;;) {
    const member = readMember(source, at, rules.maxDepth);
    guardKey(member, rules.decisive, members);
    members.push(member);
    at = skipSpace(text, member.end);
    const separator = text.charCodeAt(at);
    if (separator === CLOSE_OBJECT) return finish(text, at, members);
    if (separator !== COMMA) throw broken(at);
    at = skipSpace(text, at + 1);
  }
}

function openingBrace(text: string): number {
  const at = skipSpace(text, 0);
  const code = text.charCodeAt(at);
  if (code === OPEN_OBJECT) return skipSpace(text, at + 1);
  if (/["[\-0-9tfn]/.test(text.charAt(at)))
    throw new RequestError('invalid_request', 'The body must be a JSON object.');
  throw broken(at);
}

function finish(text: string, closing: number, members: Member[]): Member[] {
  const rest = skipSpace(text, closing + 1);
  if (rest !== text.length) throw broken(rest);
  return members;
}

function readMember(source: ByteText, keyStart: number, maxDepth: number): Member {
  const { text } = source;
  if (text.charCodeAt(keyStart) !== QUOTE) throw broken(keyStart);
  const keyEnd = endOfString(text, keyStart);
  const colon = skipSpace(text, keyEnd);
  if (text.charCodeAt(colon) !== COLON) throw broken(colon);
  const start = skipSpace(text, colon + 1);
  const end = endOfValue(text, start, maxDepth);
  return { key: keyOf(source, keyStart, keyEnd), keyStart, keyEnd, start, end };
}

const PLAIN = /^[ !#-[\]-~]*$/;
const utf8 = new TextDecoder();

function keyOf({ text, bytes }: ByteText, start: number, end: number): string {
  const plain = text.slice(start + 1, end - 1);
  if (PLAIN.test(plain)) return plain;
  try {
    return JSON.parse(utf8.decode(bytes.subarray(start, end))) as string;
  } catch {
    throw broken(start);
  }
}

/** Decisive names are few, and each may stand once: looking behind for one is cheaper than a set of them. */
function guardKey({ key, keyStart, keyEnd }: Member, decisive: DecisiveKeys, before: readonly Member[]): void {
  if (!decisive.exact.has(key)) {
    const meant = spelledAs(key, decisive);
    if (meant !== undefined) throw misspelt(meant);
    return;
  }
  if (keyEnd - keyStart - 2 !== key.length) throw misspelt(key);
  if (before.some((member) => member.key === key))
    throw new RequestError('duplicate_key', `"${key}" stands more than once in the body.`, { param: key });
}

function endOfValue(text: string, start: number, maxDepth: number): number {
  const code = text.charCodeAt(start);
  if (code === QUOTE) return endOfString(text, start);
  if (code === OPEN_OBJECT || code === OPEN_LIST) return endOfContainer(text, start, maxDepth);
  SCALAR.lastIndex = start;
  if (!SCALAR.test(text)) throw broken(start);
  return SCALAR.lastIndex;
}

/** Behind the bracket that closes the one at `start`. `closers` holds the brackets that are still to come. */
function endOfContainer(text: string, start: number, maxDepth: number): number {
  const closers: number[] = [];
  const length = text.length;
  for (let at = start; at < length; at++) {
    const code = text.charCodeAt(at);
    if (code === QUOTE) at = endOfString(text, at) - 1;
    else if (code === OPEN_OBJECT || code === OPEN_LIST) {
      // '[' and ']' as well as '{' and '}' lie two apart in ASCII.
      if (closers.push(code + 2) >= maxDepth) throw tooDeep(maxDepth);
    } else if (code === CLOSE_OBJECT || code === CLOSE_LIST) {
      if (closers.pop() !== code) throw broken(at);
      if (closers.length === 0) return at + 1;
    }
  }
  throw broken(length);
}

/** Behind the closing quote of the string that opens at `start`. Native search: nine tenths of a chat body are inside strings. */
function endOfString(text: string, start: number): number {
  let at = text.indexOf('"', start + 1);
  while (at !== -1) {
    let run = at;
    while (text.charCodeAt(run - 1) === BACKSLASH) run--;
    if (((at - run) & 1) === 0) return at + 1;
    at = text.indexOf('"', at + 1);
  }
  throw broken(text.length);
}

function skipSpace(text: string, from: number): number {
  let at = from;
  for (;;) {
    const code = text.charCodeAt(at);
    if (code !== 0x20 && code !== 0x0a && code !== 0x0d && code !== 0x09) return at;
    at++;
  }
}

const broken = (at: number): RequestError =>
  new RequestError('invalid_json', `The body is not valid JSON (at byte ${at}).`);
const tooDeep = (cap: number): RequestError =>
  new RequestError('body_too_deep', `The body is nested deeper than ${cap} levels.`);
