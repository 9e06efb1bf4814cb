import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import OpenAI, { toFile } from 'openai';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { HOST_NAMES } from '../kit/hosts.ts';
import { type Stage, stage } from '../kit/stage.ts';
import { CLIENTS_KEY } from './client.ts';

const TRANSCRIPT = 'The quick brown fox.';
/** Larger than what stays in memory, of bytes that no text holds. */
const SOUND = Buffer.from(Array.from({ length: 300_000 }, (_, at) => (at * 7919) % 256));
const sound = () => toFile(SOUND, 'voice.wav', { type: 'audio/wav' });
const png = (name: string) => toFile(Buffer.from('89504e470d0a1a0a', 'hex'), name, { type: 'image/png' });

describe.each(HOST_NAMES)('the client of OpenAI on %s', (host) => {
  let at: Stage;
  let openai: OpenAI;
  beforeAll(async () => {
    at = await stage(host);
    openai = new OpenAI({ apiKey: CLIENTS_KEY, baseURL: `${at.url}/v1`, maxRetries: 0 });
  });
  afterAll(() => at.close());

  const body = () => at.sim.calls.at(-1)?.body as Record<string, unknown>;
  const settled = () => at.ended.at(-1);

  it('moderates', async () => {
    const answer = await openai.moderations.create({ model: 'oa/sim', input: ['peace', 'violence'] });
    expect(answer.results.map(({ flagged }) => flagged)).toEqual([false, true]);
    expect(settled()).toMatchObject({ operation: 'moderations', outcome: 'ok' });
  });

  it('makes images', async () => {
    const answer = await openai.images.generate({ model: 'oa/sim', prompt: 'A door', n: 2 });
    expect(answer.data?.map((image) => typeof image.b64_json)).toEqual(['string', 'string']);
    expect(settled()?.usage).toEqual({ input: 10, inputImage: 40, outputImage: 60, outputImages: 2 });
  });

  it('gets images as a stream', async () => {
    const stream = await openai.images.generate({ model: 'oa/sim', prompt: 'A door', stream: true, partial_images: 1 });
    const types: string[] = [];
    for await (const event of stream) types.push(event.type);
    expect(types).toEqual(['image_generation.partial_image', 'image_generation.completed']);
    expect(settled()).toMatchObject({ outcome: 'ok', usage: { outputImage: 60 } });
  });

  it('changes images, several at once', async () => {
    const image = [await png('1.png'), await png('2.png')];
    const answer = await openai.images.edit({ model: 'oa/sim', image, prompt: 'Join them' });
    expect(answer.data).toHaveLength(1);
    expect(body()).toMatchObject({ model: 'sim', 'image[]': [{ filename: '1.png' }, { filename: '2.png' }] });
  });

  it('varies an image', async () => {
    const answer = await openai.images.createVariation({ model: 'oa/sim', image: await png('1.png'), n: 1 });
    expect(answer.data).toHaveLength(1);
  });

  it('has a text spoken, byte by byte as it was', async () => {
    const answer = await openai.audio.speech.create({ model: 'oa/sim', voice: 'alloy', input: 'Hello '.repeat(50) });
    expect(answer.headers.get('content-type')).toBe('audio/mpeg');
    const bytes = Buffer.from(await answer.arrayBuffer());
    expect(bytes).toHaveLength(300_000);
    expect(bytes.readUInt16BE(0)).toBe(0xfffb);
    await expect.poll(settled).toMatchObject({ operation: 'speech', outcome: 'ok', usage: { inputCharacters: 300 } });
  });

  it('has audio written down, and not a byte of it is lost', async () => {
    const answer = await openai.audio.transcriptions.create({ model: 'oa/sim', file: await sound(), language: 'en' });
    expect(answer.text).toBe(TRANSCRIPT);
    const { file, ...fields } = body() as { file: { content: string } };
    expect(fields).toEqual({ model: 'sim', language: 'en' });
    expect(file).toMatchObject({ filename: 'voice.wav', type: 'audio/wav', size: SOUND.length });
    expect(Buffer.from(file.content, 'latin1').equals(SOUND)).toBe(true);
    expect(settled()?.usage).toEqual({ inputSeconds: 2 });
  });

  it.each(['text', 'srt', 'vtt'] as const)('has audio written down as %s', async (response_format) => {
    const answer = await openai.audio.transcriptions.create({ model: 'oa/sim', file: await sound(), response_format });
    expect(answer).toContain(TRANSCRIPT);
  });

  it('reads a transcript while it is made', async () => {
    const stream = await openai.audio.transcriptions.create({ model: 'oa/sim', file: await sound(), stream: true });
    let text = '';
    for await (const event of stream) if (event.type === 'transcript.text.delta') text += event.delta;
    expect(text).toBe(TRANSCRIPT);
    expect(settled()?.usage).toEqual({ input: 4, inputAudio: 10, output: 5 });
  });

  it('has audio translated', async () => {
    const answer = await openai.audio.translations.create({ model: 'oa/sim', file: await sound() });
    expect(answer.text).toBe(TRANSCRIPT);
    expect(at.sim.calls.at(-1)?.path).toBe('/v1/audio/translations');
  });

  it('gets an error that it knows for a model that there is not, and for a provider that is overloaded', async () => {
    const lost = openai.audio.transcriptions.create({ model: 'nowhere/model', file: await sound() });
    await expect(lost).rejects.toBeInstanceOf(OpenAI.NotFoundError);
    const busy = openai.audio.transcriptions.create({ model: 'oa/sim+e500', file: await sound() });
    await expect(busy).rejects.toBeInstanceOf(OpenAI.InternalServerError);
  });

  it('sends its file again to the fallback, from where it waits', async () => {
    const fallen = await stage(host, {
      config: {
        models: {
          m: {
            deployments: [
              { model: 'oa/sim+e500', order: 0 },
              { model: 'oa/sim-echo', order: 1 },
            ],
          },
        },
      },
    });
    const client = new OpenAI({ apiKey: CLIENTS_KEY, baseURL: `${fallen.url}/v1`, maxRetries: 0 });
    const answer = await client.audio.transcriptions.create({ model: 'm', file: await sound() });
    expect(answer.text).toBe(TRANSCRIPT);
    const files = fallen.sim.calls.map((call) => (call.body as { file: { content: string } }).file.content);
    expect(files.length).toBeGreaterThan(1);
    for (const file of files) expect(Buffer.from(file, 'latin1').equals(SOUND)).toBe(true);
    await fallen.close();
  });

  it('sends its file straight through when the query names the model', async () => {
    const client = new OpenAI({
      apiKey: CLIENTS_KEY,
      baseURL: `${at.url}/v1`,
      maxRetries: 0,
      defaultQuery: { model: 'oa/sim' },
    });
    const answer = await client.audio.transcriptions.create({ file: await sound(), model: 'another', language: 'en' });
    expect(answer.text).toBe(TRANSCRIPT);
    const { file, ...fields } = body() as { file: { content: string } };
    expect(fields).toEqual({ model: 'sim', language: 'en' });
    expect(Buffer.from(file.content, 'latin1').equals(SOUND)).toBe(true);
    expect(at.sim.calls.at(-1)?.headers['content-length']).toBeUndefined();
  });

  it('that hangs up in the middle of a long speech ends it at the provider', async () => {
    const provider = await endless();
    const long = await stage(host, {
      config: { providers: { up: { extends: 'openai', baseUrl: `${provider.url}/v1`, apiKey: 'k' } } },
    });
    const client = new OpenAI({ apiKey: CLIENTS_KEY, baseURL: `${long.url}/v1`, maxRetries: 0 });
    const controller = new AbortController();
    const answer = await client.audio.speech.create(
      { model: 'up/voice', voice: 'alloy', input: 'Hello' },
      { signal: controller.signal },
    );
    const reader = answer.body?.getReader() as ReadableStreamDefaultReader<Uint8Array>;
    await reader.read();
    controller.abort();
    await provider.left;
    await expect.poll(() => long.ended.at(-1)).toMatchObject({ outcome: 'cancelled' });
    await long.close();
    await provider.close();
  });
});

/** A provider that speaks without end, and tells when its client has left. */
async function endless() {
  let leave: () => void;
  const left = new Promise<void>((resolve) => {
    leave = resolve;
  });
  const server = createServer((request, response) => {
    request.resume();
    response.writeHead(200, { 'content-type': 'audio/mpeg' });
    const more = (): void => {
      while (!response.destroyed && response.write(Buffer.alloc(16_384)));
    };
    response.on('drain', more).on('close', () => leave());
    more();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const close = () => {
    server.closeAllConnections();
    return new Promise((resolve) => server.close(resolve));
  };
  return { url: `http://127.0.0.1:${port}`, left, close };
}
