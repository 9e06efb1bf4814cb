import { brotliCompressSync, createGzip, deflateRawSync, deflateSync, gzipSync } from 'node:zlib';
import { describe, expect, it, vi } from 'vitest';
import type { WireResponse } from '../transport/dispatcher.ts';
import { readAll } from '../transport/read-all.ts';
import { decoded } from './inflate.ts';

const MB = 1024 * 1024;
const plain = Buffer.from(`{"text":"${'żółć '.repeat(5000)}"}`);

function answer(
  encoding: string | undefined,
  pieces: Iterable<Uint8Array>,
): WireResponse & { readonly cancelled: unknown[]; readonly state: { closed: boolean } } {
  const cancelled: unknown[] = [];
  const state = { closed: false };
  const headers = new Map([
    ['content-length', '1'],
    ['content-type', 'application/json'],
    ...(encoding === undefined ? [] : [['content-encoding', encoding] as const]),
  ]);
  return {
    status: 200,
    header: (name) => headers.get(name),
    body: from(pieces, state),
    cancel: (reason) => void cancelled.push(reason),
    cancelled,
    state,
  };
}

async function* from(pieces: Iterable<Uint8Array>, state: { closed: boolean }): AsyncGenerator<Uint8Array> {
  try {
    yield* pieces;
  } finally {
    state.closed = true;
  }
}

const cut = (bytes: Uint8Array, size: number): Uint8Array[] =>
  Array.from({ length: Math.ceil(bytes.length / size) }, (_, at) => bytes.subarray(at * size, (at + 1) * size));
const read = async (response: WireResponse): Promise<Buffer> => Buffer.from(await readAll(response.body, 1000 * MB));

/** 200 MiB of zeros in about 200 kB. */
async function bomb(): Promise<Uint8Array[]> {
  const gzip = createGzip();
  const zeros = Buffer.alloc(MB);
  const pieces: Buffer[] = [];
  gzip.on('data', (piece: Buffer) => pieces.push(piece));
  const end = new Promise((resolve) => gzip.on('end', resolve));
  for (let count = 0; count < 200; count++) await new Promise((resolve) => gzip.write(zeros, resolve));
  gzip.end();
  await end;
  return pieces;
}

describe('a compressed answer', () => {
  it.each([
    ['gzip', gzipSync(plain)],
    ['x-gzip', gzipSync(plain)],
    ['GZIP', gzipSync(plain)],
    ['br', brotliCompressSync(plain)],
    ['deflate', deflateSync(plain)],
    ['deflate', deflateRawSync(plain)],
  ])('in %s is given in the open, cut anywhere', async (encoding, compressed) => {
    for (const size of [1, 7, 1000, compressed.length]) {
      const source = answer(encoding, cut(compressed, size));
      const response = decoded(source);
      expect(response.header('content-encoding')).toBeUndefined();
      expect(response.header('content-length')).toBeUndefined();
      expect(response.header('content-type')).toBe('application/json');
      expect((await read(response)).equals(plain)).toBe(true);
    }
  });

  it('gives each event when its bytes have come, not at the end', async () => {
    const gzip = createGzip();
    async function* live(): AsyncGenerator<Uint8Array> {
      for (const event of ['data: 1\n\n', 'data: 2\n\n']) {
        gzip.write(event);
        await new Promise<void>((resolve) => gzip.flush(resolve));
        for (let piece: Buffer | null = gzip.read(); piece !== null; piece = gzip.read()) yield piece;
      }
      await new Promise(() => undefined);
    }
    const iterator = decoded({ ...answer('gzip', []), body: live() }).body[Symbol.asyncIterator]();
    expect(Buffer.from((await iterator.next()).value as Uint8Array).toString()).toBe('data: 1\n\n');
    expect(Buffer.from((await iterator.next()).value as Uint8Array).toString()).toBe('data: 2\n\n');
  });

  it.each([
    ['gzip', 'not gzip at all'],
    ['br', 'not brotli at all, but long enough to be seen as such'],
    ['deflate', 'x'.repeat(100)],
    ['gzip', gzipSync(plain).subarray(0, -9)],
    ['br', brotliCompressSync(plain).subarray(0, -1)],
    ['deflate', deflateSync(plain).subarray(0, -5)],
  ])('in broken %s is an invalid response', async (encoding, bytes) => {
    await expect(read(decoded(answer(encoding, [Buffer.from(bytes)])))).rejects.toMatchObject({
      code: 'upstream_invalid_response',
    });
  });

  it.each(['zstd', 'gzip, br', 'aes128gcm'])('in %s is refused and closed', (encoding) => {
    const source = answer(encoding, [Buffer.from('x')]);
    expect(() => decoded(source)).toThrow(expect.objectContaining({ code: 'upstream_invalid_response' }) as Error);
    expect(source.cancelled).toHaveLength(1);
  });

  it.each([undefined, '', 'identity'])('that is none (%j) is given as it is', (encoding) => {
    const source = answer(encoding, [plain]);
    expect(decoded(source)).toBe(source);
  });

  it('without a body has none', async () => {
    expect(await read(decoded(answer('gzip', [])))).toHaveLength(0);
  });

  it('passes on the error of a connection that breaks', async () => {
    const failure = new Error('cut');
    async function* breaking(): AsyncGenerator<Uint8Array> {
      yield gzipSync(plain).subarray(0, 20);
      throw failure;
    }
    await expect(read(decoded({ ...answer('gzip', []), body: breaking() }))).rejects.toBe(failure);
  });

  it('is closed when the reader breaks off', async () => {
    const source = answer('gzip', cut(gzipSync(Buffer.concat(Array.from({ length: 50 }, () => plain))), 100));
    for await (const _ of decoded(source).body) break;
    await vi.waitFor(() => expect(source.state.closed).toBe(true));
  });
});

describe('a decompression bomb', () => {
  it('is refused early and with little memory', async () => {
    const pieces = await bomb();
    const before = process.memoryUsage().rss;
    let received = 0;
    const source = answer('gzip', pieces);
    const reading = (async () => {
      for await (const piece of decoded(source).body) received += piece.length;
    })();
    await expect(reading).rejects.toMatchObject({ code: 'upstream_invalid_response' });
    expect(received).toBeLessThan(64 * MB);
    expect(process.memoryUsage().rss - before).toBeLessThan(64 * MB);
    await vi.waitFor(() => expect(source.state.closed).toBe(true));
  });

  it('within the ratio is refused at the cap on bytes', async () => {
    const source = answer('gzip', [gzipSync(Buffer.alloc(3 * MB, plain))]);
    await expect(read(decoded(source, { maxBytes: 2 * MB, maxRatio: 1e9 }))).rejects.toMatchObject({
      code: 'upstream_invalid_response',
    });
  });

  it('is told from well compressible text', async () => {
    const json = Buffer.from(
      JSON.stringify({
        choices: Array.from({ length: 8000 }, (_, index) => ({ index, delta: { content: `word ${index * 7919}` } })),
      }),
    );
    expect((await read(decoded(answer('gzip', [gzipSync(json)])))).equals(json)).toBe(true);
  });
});
