import type { FormPiece } from '../../transport/multipart.ts';

/** What may be held of the fields before the first file, in bytes; who sends more has them read as any form's. */
const MOST = 1024 * 1024;
/** What a piece costs besides its bytes, and what a head can be long. */
const PIECE = 256;
const HEAD = 8 * 1024;

/** A form whose beginning is known. */
interface FormHead {
  /** Does a part of this name stand in what is known? */
  names(name: string): boolean;
  /** All pieces of the form, from its first. */
  readonly all: AsyncGenerator<FormPiece>;
}

/** Reads a form to the head of its first file, or to its end, and holds what it read for whoever reads the form after it. */
export async function toFirstFile(pieces: AsyncIterator<FormPiece>): Promise<FormHead> {
  const seen: FormPiece[] = [];
  const names = new Set<string>();
  let held = 0;
  for (let at = await pieces.next(); at.done !== true; at = await pieces.next()) {
    seen.push(at.value);
    held += PIECE + (at.value.kind === 'data' ? at.value.bytes.length : 0);
    if (at.value.kind === 'head') {
      held += HEAD;
      names.add(at.value.head.name);
      if (at.value.head.filename !== undefined) break;
    }
    if (held > MOST) break;
  }
  return { names: (name) => names.has(name), all: chained(seen, pieces) };
}

async function* chained(seen: readonly FormPiece[], rest: AsyncIterator<FormPiece>): AsyncGenerator<FormPiece> {
  yield* seen;
  for (let at = await rest.next(); at.done !== true; at = await rest.next()) yield at.value;
}
