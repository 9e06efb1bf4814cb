import { RequestError } from '../kit/errors.ts';
import { ByteFinder } from './find-bytes.ts';
import { type PartHead, readPartHead } from './part-head.ts';
import { join } from './read-all.ts';

/** What a form is cut into, in its order: the head of a part, its content in pieces, its end. */
export type FormPiece =
  | { readonly kind: 'head'; readonly head: PartHead }
  | { readonly kind: 'data'; readonly bytes: Uint8Array }
  | { readonly kind: 'end' };

/** Bytes of a part's head, and of white space behind a boundary; real ones have some hundred. */
const MAX_HEAD = 8 * 1024;
const LONG_HEAD = 'has a part with too long a head';
const END: FormPiece = { kind: 'end' };
const CR = 13;
const DASH = 45;
const encoder = new TextEncoder();
const decoder = new TextDecoder();
const nothing = new Uint8Array(0);
const LINE_ENDS = new ByteFinder(encoder.encode('\r\n\r\n'));
const LINE_END = new ByteFinder(encoder.encode('\r\n'));

/** The form was cut off, or is none. */
const broken = (what: string): RequestError => new RequestError('invalid_request', `The form ${what}.`);

/** Does a body of this content type hold a form with files? */
export function isForm(contentType: string | undefined): boolean {
  return contentType !== undefined && /^\s*multipart\/form-data\s*(?:;|$)/i.test(contentType);
}

/**
 * The boundary of a multipart/form-data body.
 * Source: https://www.rfc-editor.org/rfc/rfc2046#section-5.1.1
 *
 * @throws RequestError `invalid_request` when it has none, or none that is allowed
 */
export function boundaryOf(contentType: string): string {
  const found = /;\s*boundary=(?:"([^"]*)"|([^\s";]+))/i.exec(contentType);
  const boundary = found?.[1] ?? found?.[2] ?? '';
  if (/^[0-9A-Za-z'()+_,\-./:=? ]{0,69}[0-9A-Za-z'()+_,\-./:=?]$/.test(boundary)) return boundary;
  throw broken('has no boundary in its content-type');
}

/**
 * Cuts a multipart/form-data body into pieces, however its bytes arrive. It holds no more of it than the head of one part. Pieces of content are views
 * into what was pushed.
 * Source: https://www.rfc-editor.org/rfc/rfc7578
 */
export class MultipartReader {
  readonly #delimiter: ByteFinder;
  /** Bytes that can't be judged yet. The first boundary needs no line end before it: here is one. */
  #rest: Uint8Array = encoder.encode('\r\n');
  #state: 'preamble' | 'delimited' | 'head' | 'content' | 'epilogue' = 'preamble';

  constructor(boundary: string) {
    this.#delimiter = new ByteFinder(encoder.encode(`\r\n--${boundary}`));
  }

  /** Throws RequestError `invalid_request`. Read all that it gives before the next push. */
  *push(bytes: Uint8Array): Generator<FormPiece, void, undefined> {
    const all = this.#rest.length === 0 ? bytes : join([this.#rest, bytes], this.#rest.length + bytes.length);
    this.#rest = nothing;
    let at = 0;
    while (at >= 0 && this.#state !== 'epilogue') {
      if (this.#state === 'head') at = yield* this.#head(all, at);
      else if (this.#state === 'delimited') at = this.#delimited(all, at);
      else at = yield* this.#content(all, at);
    }
  }

  /** After the last byte. Throws RequestError `invalid_request` when the form is not whole. */
  end(): void {
    if (this.#state !== 'epilogue') throw broken('is not complete: its last boundary is missing');
  }

  /** Up to the next delimiter. Gives where to go on; -1: with the next bytes. */
  *#content(all: Uint8Array, start: number): Generator<FormPiece, number, undefined> {
    const found = this.#delimiter.find(all, start);
    const end = found < 0 ? this.#delimiter.tail(all, start) : found;
    const inPart = this.#state === 'content';
    if (inPart && end > start) yield { kind: 'data', bytes: all.subarray(start, end) };
    if (found < 0) return this.#wait(all, end);
    if (inPart) yield END;
    this.#state = 'delimited';
    return found + this.#delimiter.sequence.length;
  }

  /** Behind a delimiter stand two dashes, which end the form, or white space and a line end. */
  #delimited(all: Uint8Array, start: number): number {
    if (all.length - start < 2) return this.#wait(all, start);
    if (all[start] === DASH && all[start + 1] === DASH) {
      this.#state = 'epilogue';
      return start;
    }
    const end = all[start] === CR ? start : LINE_END.find(all, start);
    if (end < 0) return this.#wait(all, start);
    for (let at = start; at < end; at++) if (all[at] !== 32 && all[at] !== 9) throw broken('has a broken boundary');
    this.#state = 'head';
    return end;
  }

  /** From the line end behind the delimiter on, so that a part without any line of its own has the two that end a head. */
  *#head(all: Uint8Array, start: number): Generator<FormPiece, number, undefined> {
    const end = LINE_ENDS.find(all, start);
    if (end < 0) return this.#wait(all, start);
    if (end - start > MAX_HEAD) throw broken(LONG_HEAD);
    yield { kind: 'head', head: readPartHead(decoder.decode(all.subarray(start, end))) };
    this.#state = 'content';
    return end + LINE_ENDS.sequence.length;
  }

  #wait(all: Uint8Array, from: number): -1 {
    if (all.length - from > MAX_HEAD) throw broken(LONG_HEAD);
    // A copy, so that no large array is kept alive for a few bytes of it.
    this.#rest = all.slice(from);
    return -1;
  }
}
