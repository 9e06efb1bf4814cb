/** What the tests of forms share; named so that it is neither built nor run as a test. */
import { type ByteSource, isByteSource } from '../../transport/byte-source.ts';
import { memorySpool, type Spool } from '../../transport/spool.ts';
import { mediaScene, textOf } from '../media/media.type-test.ts';

/** A spool that tells what becomes of it. */
function watched(): { spool: () => Spool; made: { removed: number; size: number }[] } {
  const made: { removed: number; size: number }[] = [];
  return {
    made,
    spool() {
      const inner = memorySpool();
      const seen = { removed: 0, size: 0 };
      made.push(seen);
      return {
        get size() {
          return inner.size;
        },
        async write(bytes) {
          await inner.write(bytes);
          seen.size = inner.size;
        },
        read: (start, end) => inner.read(start, end),
        async remove() {
          seen.removed++;
          await inner.remove();
        },
      };
    },
  };
}

export const encoder = new TextEncoder();
export const field = (name: string, value: string): string =>
  `--B\r\ncontent-disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`;
export const file = (name: string, content: string, filename = 'a.wav', type = 'audio/wav'): string =>
  `--B\r\ncontent-disposition: form-data; name="${name}"; filename="${filename}"\r\ncontent-type: ${type}\r\n\r\n${content}\r\n`;
export const AUDIO = field('model', 'm') + file('file', 'RIFF-sound');

const TYPE = 'multipart/form-data; boundary=B';

/** A form as a client sends it, a few bytes at a time. */
export const form = (parts: string, { close = '--B--\r\n', type = TYPE } = {}) => ({
  header: (name: string) => (name === 'content-type' ? type : undefined),
  async *upload() {
    const bytes = encoder.encode(parts + close);
    for (let at = 0; at < bytes.length; at += 7) yield bytes.subarray(at, at + 7);
  },
});

export async function sentForm(body: unknown): Promise<{ text: string; size: number | undefined }> {
  if (!isByteSource(body as ByteSource)) throw new Error('the call holds its body');
  let text = '';
  for await (const piece of (body as ByteSource).open()) text += textOf(piece);
  return { text, size: (body as ByteSource).size };
}

export function scene(config = {}) {
  const { spool, made } = watched();
  return { ...mediaScene({ platform: { spool }, ...config }), made };
}

export const TRANSCRIBE = '/v1/audio/transcriptions';
