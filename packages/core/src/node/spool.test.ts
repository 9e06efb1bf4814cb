import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { fileSpool } from './spool.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'postern-test-'));
});
afterEach(async () => {
  await rm(folder, { recursive: true });
});

const KIB = 1024;
const numbered = (size: number, from: number): Uint8Array =>
  Uint8Array.from({ length: size }, (_, at) => (from + at) % 251);

async function read(pieces: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const all: Uint8Array[] = [];
  for await (const piece of pieces) all.push(piece);
  return Buffer.concat(all);
}

it.each([1, 60 * KIB, 64 * KIB, 300 * KIB])(
  'gives back any range of %d bytes, as often as it is asked',
  async (size) => {
    const spool = fileSpool(folder);
    const whole = numbered(size, 0);
    for (let at = 0; at < size; at += 50 * KIB) await spool.write(whole.subarray(at, at + 50 * KIB));
    expect(spool.size).toBe(size);
    for (let round = 0; round < 2; round++) expect((await read(spool.read(0, size))).equals(whole)).toBe(true);
    const [start, end] = [Math.floor(size / 3), Math.ceil(size / 2)];
    expect((await read(spool.read(start, end))).equals(whole.subarray(start, end))).toBe(true);
    await spool.remove();
  },
);

it('is read by several at once', async () => {
  const spool = fileSpool(folder);
  const whole = numbered(200 * KIB, 3);
  await spool.write(whole);
  const both = await Promise.all([read(spool.read(0, spool.size)), read(spool.read(0, spool.size))]);
  for (const one of both) expect(one.equals(whole)).toBe(true);
  await spool.remove();
});

it('leaves no file behind, also when it is removed while it is written', async () => {
  const spool = fileSpool(folder);
  const writing = spool.write(numbered(200 * KIB, 0));
  await spool.remove();
  await writing.catch(() => undefined);
  expect(await readdir(folder)).toEqual([]);
  await spool.remove();
});

it('has no name that another process could open it by', async () => {
  const spool = fileSpool(folder);
  await spool.write(numbered(200 * KIB, 0));
  const names = await readdir(folder);
  // Where the system keeps the name of an open file, only the owner may read it.
  for (const name of names) expect((await stat(join(folder, name))).mode & 0o077).toBe(0);
  if (process.platform !== 'win32') expect(names).toEqual([]);
  await spool.remove();
});
