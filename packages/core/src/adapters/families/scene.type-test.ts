/** What the tests of families share; named so that it is neither built nor run as a test. */
import { expect } from 'vitest';
import { drained, mediaScene, textOf } from '../../line/media/media.type-test.ts';
import { type ByteSource, isByteSource } from '../../transport/byte-source.ts';
import type { Chunk } from '../../transport/gateway-request.ts';

const encoder = new TextEncoder();
export const field = (name: string, value: string): string =>
  `--B\r\ncontent-disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`;
const AUDIO = `${field('model', 'm')}--B\r\ncontent-disposition: form-data; name="file"; filename="a.wav"\r\ncontent-type: audio/wav\r\n\r\nRIFF\r\n`;

/** A gateway whose alias `m` is one model of one provider. */
export function scene(provider: string, model: string, settings: Readonly<Record<string, string>> = {}) {
  const signed = provider.startsWith('vertex') || provider === 'watsonx';
  const inner = mediaScene({
    providers: { p: { extends: provider, settings, ...(signed ? {} : { apiKey: 'key-of-p' }) } },
    ...(signed ? { credentials: { p: { headers: () => ({ authorization: 'Bearer token' }) } } } : {}),
    models: { m: { deployments: [`p/${model}`], retries: 0 } },
  });
  const transcribe = (more = '') =>
    inner.send('/v1/audio/transcriptions', {
      header: (name) => (name === 'content-type' ? 'multipart/form-data; boundary=B' : undefined),
      async *upload() {
        yield encoder.encode(`${AUDIO}${more}--B--`);
      },
    });
  return {
    ...inner,
    transcribe,
    /** Changes an image, or several, of a form. */
    edit: (more = '', images = ['image']) =>
      inner.send('/v1/images/edits', {
        header: (name) => (name === 'content-type' ? 'multipart/form-data; boundary=B' : undefined),
        async *upload() {
          const files = images.map(
            (name, at) =>
              `--B\r\ncontent-disposition: form-data; name="${name}"; filename="${at}.png"\r\ncontent-type: image/png\r\n\r\nPNG${at}\r\n`,
          );
          yield encoder.encode(`${field('model', 'm')}${field('prompt', 'A red door')}${files.join('')}${more}--B--`);
        },
      }),
    speak: (more: object = {}) => inner.ask('/v1/audio/speech', { model: 'm', input: 'Hello', voice: 'v1', ...more }),
    draw: (more: object = {}) => inner.ask('/v1/images/generations', { model: 'm', prompt: 'A door', ...more }),
  };
}

export async function bodyOf(body: unknown): Promise<string> {
  if (!isByteSource(body as ByteSource)) return body === undefined ? '' : textOf(body as Chunk);
  let text = '';
  for await (const piece of (body as ByteSource).open()) text += textOf(piece);
  return text;
}

export const json = async (body: unknown) => JSON.parse(await bodyOf(body)) as Record<string, unknown>;
export const answered = async (reply: Parameters<typeof drained>[0]) => JSON.parse(await drained(reply)) as object;

/** Words of a transcript as several vendors tell them, the times in `unit`s of a second. */
export const SECONDS = [
  ['Hello', 0, 0.5],
  ['there.', 0.5, 1],
  ['Bye.', 61.25, 62],
] as const;
export const SRT = '1\n00:00:00,000 --> 00:00:01,000\nHello there.\n\n2\n00:01:01,250 --> 00:01:02,000\nBye.\n\n';

/** Before the pause is over nothing is asked; then time goes on. */
export async function waits(
  upstream: ReturnType<typeof scene>['upstream'],
  clock: ReturnType<typeof scene>['clock'],
  ms: number,
) {
  const calls = upstream.calls.length;
  await othersTurn();
  await clock.advance(ms - 1);
  expect(upstream.calls).toHaveLength(calls);
  await clock.advance(1);
}

/** Lets what is ready run to where it waits. */
// biome-ignore lint/style/noRestrictedGlobals: tests run on Node, and wait for no time here.
export const othersTurn = () => new Promise((resolve) => setImmediate(resolve));
