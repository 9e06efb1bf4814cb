import { type FormFile, type FormPart, isFormFile } from '../../transport/body.ts';
import type { FormPiece } from '../../transport/multipart.ts';
import type { FormCollector } from './collector.ts';

/** A form up to its first file, and what follows: read by whoever sends it on, once. */
export interface LiveForm {
  readonly parts: readonly FormPart[];
  /** The parts behind those. Undefined: there are none, the form held no file. */
  readonly more: AsyncIterable<FormPart> | undefined;
}

/**
 * Reads a form to its first file. From there on its bytes go straight through; caps hold all the same.
 *
 * @param fail called with what is wrong with the form, also when that shows while somebody else reads it
 * @throws RequestError, or what the pieces throw
 */
export async function readLive(
  pieces: AsyncIterator<FormPiece>,
  collector: FormCollector,
  fail: (reason: unknown) => void,
): Promise<LiveForm> {
  const step = async (): Promise<FormPiece | undefined> => {
    try {
      const { done, value } = await pieces.next();
      if (done === true) return undefined;
      await collector.take(value);
      return value;
    } catch (reason) {
      fail(reason);
      throw reason;
    }
  };
  for (;;) {
    const piece = await step();
    if (piece === undefined) return { parts: collector.parts, more: undefined };
    const file = fileOf(piece, step);
    if (file !== undefined) return { parts: [...collector.parts, file], more: following(step, collector) };
  }
}

type Step = () => Promise<FormPiece | undefined>;

/** The file whose head this is. */
function fileOf(piece: FormPiece, step: Step): FormFile | undefined {
  if (piece.kind !== 'head' || piece.head.filename === undefined) return undefined;
  const { name, filename, type } = piece.head;
  return { name, filename, type, source: { size: undefined, once: true, open: () => contentOf(step) } };
}

async function* contentOf(step: Step): AsyncGenerator<Uint8Array> {
  for (let piece = await step(); piece !== undefined && piece.kind !== 'end'; piece = await step())
    if (piece.kind === 'data') yield piece.bytes;
}

/** The parts behind the first file, each to be read before the next. */
async function* following(step: Step, collector: FormCollector): AsyncGenerator<FormPart> {
  let seen = collector.parts.length;
  for (let piece = await step(); piece !== undefined; piece = await step()) {
    const file = fileOf(piece, step);
    if (file !== undefined) yield file;
    const last = collector.parts.at(-1);
    if (collector.parts.length > seen && last !== undefined && !isFormFile(last)) yield last;
    seen = collector.parts.length;
  }
}
