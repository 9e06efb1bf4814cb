import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { fetchDispatcher } from '../fetch/dispatcher.ts';
import { Cancellation } from '../kit/cancel.ts';
import type { ByteSource } from '../transport/byte-source.ts';
import type { WireRequest } from '../transport/dispatcher.ts';
import { readAll } from '../transport/read-all.ts';
import { nodeDispatcher } from './dispatcher.ts';

const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

/** A server that tells what it heard: the length that was declared, and the bytes that came. */
async function hearing(): Promise<string> {
  const server = createServer((incoming: IncomingMessage, response) => {
    let size = 0;
    incoming.on('data', (piece: Uint8Array) => {
      size += piece.length;
    });
    incoming.on('end', () => response.end(JSON.stringify([incoming.headers['content-length'] ?? null, size])));
  });
  closers.push(() => {
    server.closeAllConnections();
    server.close();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const PIECE = new Uint8Array(50_000).fill(120);

/** Ten pieces, with what is wrong with them. */
function source(more: Partial<ByteSource> & { readonly fails?: boolean } = {}) {
  const seen = { opened: 0, given: 0, left: 0 };
  const body: ByteSource = {
    size: 10 * PIECE.length,
    async *open() {
      seen.opened++;
      try {
        for (let piece = 0; piece < 10; piece++) {
          if (more.fails === true && piece === 5) throw new Error('the disk is gone');
          seen.given++;
          yield PIECE;
        }
      } finally {
        seen.left++;
      }
    },
    ...more,
  };
  return { body, seen };
}

const post = (origin: string, body: ByteSource): WireRequest => ({
  method: 'POST',
  origin,
  path: '/',
  headers: {},
  body,
});

describe.each([
  ['Node', nodeDispatcher],
  ['fetch', () => fetchDispatcher],
] as const)('a body that is read while it is sent, on %s', (_, make) => {
  const dispatcher = () => {
    const made = make();
    closers.push(() => made.close());
    return made;
  };
  const heard = async (origin: string, body: ByteSource) => {
    const response = await dispatcher().dispatch(post(origin, body), new Cancellation());
    return JSON.parse(Buffer.from(await readAll(response.body, 1000)).toString()) as unknown;
  };

  it('has its length told where it is known', async () => {
    const { body } = source();
    expect(await heard(await hearing(), body)).toEqual(['500000', 500_000]);
  });

  it('goes without one where it is not', async () => {
    const { body } = source({ size: undefined, once: true });
    expect(await heard(await hearing(), body)).toEqual([null, 500_000]);
  });

  it('can be sent again', async () => {
    const { body, seen } = source();
    const origin = await hearing();
    await heard(origin, body);
    await heard(origin, body);
    expect(seen).toEqual({ opened: 2, given: 20, left: 2 });
  });

  it('that can not be read to its end is no request', async () => {
    const { body, seen } = source({ fails: true });
    await expect(heard(await hearing(), body)).rejects.toBeDefined();
    expect(seen.left).toBe(1);
  });
});

it('is read no further when the call is cancelled', async () => {
  const origin = await hearing();
  const signal = new Cancellation();
  let given = 0;
  const left = new Promise<void>((resolve) => {
    async function* open() {
      try {
        for (;;) {
          given++;
          yield PIECE;
          if (given === 3) signal.abort(new Error('enough'));
        }
      } finally {
        resolve();
      }
    }
    const made = nodeDispatcher();
    closers.push(() => made.close());
    made.dispatch(post(origin, { size: undefined, open }), signal).catch(() => undefined);
  });
  await left;
  expect(given).toBeLessThan(10);
});
