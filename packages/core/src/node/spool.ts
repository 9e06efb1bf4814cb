import { type FileHandle, open, unlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Spool, sliced } from '../transport/spool.ts';
import { randomId } from './random-id.ts';

/** An upload up to this size never touches the disk. */
const IN_MEMORY = 64 * 1024;
/** Bytes that are read at a time. */
const PIECE = 64 * 1024;

/**
 * A spool in a file that only this process may read. The file has no name from the moment it is open, where the system allows that, so that nothing
 * stays behind a process that is killed; elsewhere its name goes when the spool is removed.
 *
 * @param folder default: the system's for temporary files
 */
export function fileSpool(folder: string = tmpdir()): Spool {
  return new FileSpool(folder);
}

class FileSpool implements Spool {
  size = 0;
  readonly #path: string;
  #held: Uint8Array[] = [];
  #file: FileHandle | undefined;
  #named = false;
  #removed = false;

  constructor(folder: string) {
    this.#path = join(folder, `postern-${randomId(16)}.upload`);
  }

  async write(bytes: Uint8Array): Promise<void> {
    if (this.#file === undefined && this.size + bytes.length <= IN_MEMORY) {
      this.size += bytes.length;
      this.#held.push(bytes);
      return;
    }
    const file = this.#file ?? (await this.#open());
    await writeAll(file, bytes, this.size);
    this.size += bytes.length;
  }

  async *read(start: number, end: number): AsyncGenerator<Uint8Array> {
    const file = this.#file;
    if (file === undefined) yield* sliced(this.#held, start, end);
    else for (let at = start; at < end; at += PIECE) yield await readPiece(file, at, Math.min(PIECE, end - at));
  }

  async remove(): Promise<void> {
    this.#removed = true;
    this.#held = [];
    const file = this.#file;
    this.#file = undefined;
    // What can't be closed or is gone already needs nothing more.
    await file?.close().catch(ignore);
    if (this.#named) await unlink(this.#path).catch(ignore);
  }

  async #open(): Promise<FileHandle> {
    const file = await open(this.#path, 'wx+', 0o600);
    this.#named = await unlink(this.#path).then(
      () => false,
      () => true,
    );
    this.#file = file;
    if (this.#removed) {
      await this.remove();
      throw new Error('the upload was given up');
    }
    let at = 0;
    for (const piece of this.#held) at += await writeAll(file, piece, at);
    this.#held = [];
    return file;
  }
}

async function writeAll(file: FileHandle, bytes: Uint8Array, position: number): Promise<number> {
  let written = 0;
  while (written < bytes.length) {
    const { bytesWritten } = await file.write(bytes, written, bytes.length - written, position + written);
    written += bytesWritten;
  }
  return written;
}

/** In memory of its own: the connection may hold it for a while. */
async function readPiece(file: FileHandle, position: number, length: number): Promise<Uint8Array> {
  const piece = Buffer.allocUnsafeSlow(length);
  let filled = 0;
  while (filled < length) {
    const { bytesRead } = await file.read(piece, filled, length - filled, position + filled);
    if (bytesRead === 0) throw new Error('the upload is shorter on disk than it was');
    filled += bytesRead;
  }
  return piece;
}

function ignore(): void {}
