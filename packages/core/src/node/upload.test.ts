import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import { afterEach, expect, it } from 'vitest';
import { manualClock } from '../testing/index.ts';
import { UPLOAD_STALL } from './read-upload.ts';
import { requestOf } from './request.ts';

const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

/** A server that answers with what the handler says. */
async function serve(
  handle: (incoming: IncomingMessage, response: ServerResponse) => Promise<string>,
): Promise<number> {
  const server = createServer((incoming, response) => {
    handle(incoming, response).then(
      (text) => response.end(text),
      (error: Error & { status?: number }) => {
        response.statusCode = error.status ?? 500;
        response.end(error.message);
      },
    );
  });
  closers.push(() => {
    server.closeAllConnections();
    server.close();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
}

interface Answer {
  readonly status: number | undefined;
  readonly text: string;
}

/** Sends a body of so many bytes, to its end, whatever the answer; resolves with it. */
function send(port: number, body: Uint8Array, headers: Record<string, string> = {}): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const outgoing = request({ port, host: '127.0.0.1', method: 'POST', headers }, async (incoming) => {
      let text = '';
      for await (const piece of incoming) text += piece;
      resolve({ status: incoming.statusCode, text });
    });
    outgoing.on('error', reject);
    outgoing.end(body);
  });
}

const uploadOf = (incoming: IncomingMessage, response: ServerResponse, options = {}): AsyncIterable<Uint8Array> => {
  const upload = requestOf(incoming, incoming, '/', response, options).upload?.();
  if (upload === undefined) throw new Error('no upload');
  return upload;
};

const SIZE = 3_000_000;

it('gives every byte, and no faster than it is read', async () => {
  const port = await serve(async (incoming, response) => {
    let [size, most] = [0, 0];
    for await (const piece of uploadOf(incoming, response)) {
      size += piece.length;
      most = Math.max(most, incoming.readableLength);
      await new Promise((resolve) => setImmediate(resolve));
    }
    return `${size} ${most < SIZE / 4}`;
  });
  expect((await send(port, Buffer.alloc(SIZE))).text).toBe(`${SIZE} true`);
});

it('may be left in the middle: the client sends the rest to nobody and reads the answer', async () => {
  const port = await serve(async (incoming, response) => {
    for await (const piece of uploadOf(incoming, response)) return `enough after ${piece.length > 0}`;
    return 'nothing';
  });
  expect((await send(port, Buffer.alloc(SIZE))).text).toBe('enough after true');
});

it('that the host has read is refused, and says where to mount', async () => {
  const port = await serve(async (incoming, response) => {
    for await (const _ of incoming);
    for await (const _ of uploadOf(incoming, response));
    return 'read twice';
  });
  const answer = await send(port, Buffer.from('x'));
  expect(answer.status).toBe(500);
  expect(answer.text).toMatch(/before what parses forms/);
});

it('is taken from where a host keeps the bytes that it has read', async () => {
  const port = await serve(async (incoming, response) => {
    const pieces: Uint8Array[] = [];
    for await (const piece of incoming) pieces.push(piece);
    Object.assign(incoming, { rawBody: Buffer.concat(pieces) });
    let text = '';
    for await (const piece of uploadOf(incoming, response)) text += Buffer.from(piece).toString();
    return text;
  });
  expect((await send(port, Buffer.from('kept'))).text).toBe('kept');
});

it('is not taken compressed', async () => {
  const port = await serve(async (incoming, response) => {
    for await (const _ of uploadOf(incoming, response));
    return 'read';
  });
  expect((await send(port, gzipSync('x'), { 'content-encoding': 'gzip' })).status).toBe(415);
});

it('that stands still is given up', async () => {
  const clock = manualClock();
  let waiting: () => void;
  const waits = new Promise<void>((resolve) => {
    waiting = resolve;
  });
  const failed = new Promise((resolve) => {
    void serve(async (incoming, response) => {
      try {
        for await (const _ of uploadOf(incoming, response, { clock })) setImmediate(waiting);
      } catch (error) {
        resolve((error as { code: string }).code);
      }
      return 'done';
    }).then((port) => {
      const outgoing = request({ port, host: '127.0.0.1', method: 'POST', headers: { 'content-length': '100' } });
      outgoing.on('error', () => undefined);
      outgoing.write('half');
      closers.push(() => outgoing.destroy());
    });
  });
  await waits;
  await clock.advance(UPLOAD_STALL);
  expect(await failed).toBe('request_timeout');
});

it('whose client leaves ends with that', async () => {
  const gone = new Promise((resolve) => {
    void serve(async (incoming, response) => {
      try {
        for await (const _ of uploadOf(incoming, response));
      } catch (error) {
        resolve((error as { code: string }).code);
      }
      return 'done';
    }).then((port) => {
      const outgoing = request({ port, host: '127.0.0.1', method: 'POST', headers: { 'content-length': '100' } });
      outgoing.on('error', () => undefined);
      outgoing.write('half', () => outgoing.destroy());
    });
  });
  expect(await gone).toBe('client_gone');
});
