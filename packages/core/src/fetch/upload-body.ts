import { type ByteSource, type CallBody, isByteSource } from '../transport/byte-source.ts';
import { readAll } from '../transport/read-all.ts';

/** What `fetch` is given for a body. */
interface FetchBody {
  readonly body: Uint8Array<ArrayBuffer> | string | ReadableStream<Uint8Array> | null;
  /** A stream is sent before the answer is read; runtimes want to be told. */
  readonly duplex?: 'half';
}

/**
 * A body as `fetch` takes it. What can be read again is in memory on these runtimes, so it goes as a whole, with its length, which a stream would not
 * have; only what comes from a connection is streamed.
 */
export async function uploadBody(body: CallBody): Promise<FetchBody> {
  // A view into a SharedArrayBuffer is none that we make.
  if (!isByteSource(body)) return { body: (body ?? null) as Uint8Array<ArrayBuffer> | string | null };
  if (body.size !== undefined && body.once !== true)
    return { body: (await readAll(body.open(), body.size)) as Uint8Array<ArrayBuffer> };
  return { body: streamOf(body), duplex: 'half' };
}

function streamOf(source: ByteSource): ReadableStream<Uint8Array> {
  const iterator = source.open()[Symbol.asyncIterator]();
  return new ReadableStream(
    {
      async pull(controller) {
        const { done, value } = await iterator.next();
        if (done === true) controller.close();
        else controller.enqueue(value);
      },
      async cancel() {
        await iterator.return?.();
      },
    },
    { highWaterMark: 0 },
  );
}
