import { RequestError } from '../../kit/errors.ts';
import { type FormPart, HEAD_BYTES } from '../../transport/body.ts';
import type { FormLimits } from '../../transport/gateway-request.ts';
import type { FormPiece } from '../../transport/multipart.ts';
import type { PartHead } from '../../transport/part-head.ts';
import { join } from '../../transport/read-all.ts';
import type { Spool } from '../../transport/spool.ts';

/** Bytes of one field: a prompt may be long, but is no file. */
const MAX_FIELD = 1024 * 1024;
const decoder = new TextDecoder();

/** Nothing of a file is kept. */
const NOWHERE: Spool = { size: 0, write: async () => {}, read: async function* () {}, remove: async () => {} };

/** Puts the pieces of a form together, under its caps: fields in memory, files in the spool. */
export class FormCollector {
  readonly parts: FormPart[] = [];
  /** May be changed for an empty one up to the head of the first file. */
  spool = NOWHERE;
  readonly #limits: FormLimits;
  #head: PartHead | undefined;
  /** Of the file under way: where it begins in the spool. */
  #start = 0;
  /** Of the field under way; of a file its first bytes. */
  #text: Uint8Array[] = [];
  #size = 0;
  #total = 0;
  #files = 0;
  #fields = 0;

  constructor(limits: FormLimits) {
    this.#limits = limits;
  }

  /** Gives a promise where the next piece has to wait. Throws RequestError `invalid_request` or `body_too_large`. */
  take(piece: FormPiece): void | Promise<void> {
    if (piece.kind === 'head') this.#begin(piece.head);
    else if (piece.kind === 'data') return this.#add(piece.bytes);
    else this.#finish();
  }

  #begin(head: PartHead): void {
    const { maxFiles, maxFields } = this.#limits;
    const isFile = head.filename !== undefined;
    if (isFile && ++this.#files > maxFiles) throw tooMany('files', maxFiles);
    if (!isFile && ++this.#fields > maxFields) throw tooMany('fields', maxFields);
    this.#head = head;
    this.#start = this.spool.size;
    this.#size = 0;
    this.#text = [];
  }

  #add(bytes: Uint8Array): void | Promise<void> {
    const isFile = this.#head?.filename !== undefined;
    this.#size += bytes.length;
    this.#total += bytes.length;
    const most = isFile ? this.#limits.maxFileBytes : MAX_FIELD;
    if (this.#size > most)
      throw tooLarge(`The ${isFile ? 'file' : 'field'} '${this.#name}' is larger than ${most} bytes.`, this.#name);
    if (this.#total > this.#limits.maxBytes)
      throw tooLarge(`The form is larger than ${this.#limits.maxBytes} bytes.`, undefined);
    if (!isFile) this.#text.push(bytes);
    else {
      if (this.#size - bytes.length < HEAD_BYTES) this.#text.push(bytes.slice(0, HEAD_BYTES));
      return this.spool.write(bytes);
    }
  }

  #finish(): void {
    const { name = '', filename, type } = this.#head ?? {};
    if (filename === undefined) {
      this.parts.push({ name, value: decoder.decode(join(this.#text, this.#size)) });
      return;
    }
    const [spool, start, size] = [this.spool, this.#start, this.#size];
    const head = join(
      this.#text,
      this.#text.reduce((sum, { length }) => sum + length, 0),
    );
    this.parts.push({ name, filename, type, head, source: { size, open: () => spool.read(start, start + size) } });
  }

  get #name(): string {
    return (this.#head?.name ?? '').slice(0, 100);
  }
}

const tooMany = (what: string, most: number): RequestError =>
  new RequestError('invalid_request', `The form has more than ${most} ${what}.`);
const tooLarge = (message: string, param: string | undefined): RequestError =>
  new RequestError('body_too_large', message, param === undefined ? {} : { param });
