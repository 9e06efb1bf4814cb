import { describe, expect, it } from 'vitest';
import { Cancellation } from '../../kit/cancel.ts';
import { ClientGone } from '../../kit/errors.ts';
import { drained, errorOf } from '../media/media.type-test.ts';
import { AUDIO, encoder, field, file, form, scene, sentForm, TRANSCRIBE } from './form.type-test.ts';

describe('a form', () => {
  it('goes on as a form of its own, with the model of the target and every byte of its file', async () => {
    const { send, upstream, ended, made } = scene();
    const pending = send(
      TRANSCRIBE,
      form(`${AUDIO}${field('timestamp_granularities[]', 'word')}${field('language', 'de')}`),
    );
    const call = await upstream.next();
    expect(call.request.path).toBe('/v1/audio/transcriptions');
    const boundary = /^multipart\/form-data; boundary=(\S+)$/.exec(call.request.headers['content-type'] ?? '')?.[1];
    const { text, size } = await sentForm(call.request.body);
    expect(text.split(`--${boundary}`).map((part) => part.trim().replaceAll('\r\n', '|'))).toEqual([
      '',
      'content-disposition: form-data; name="model"||one',
      'content-disposition: form-data; name="file"; filename="a.wav"|content-type: audio/wav||RIFF-sound',
      'content-disposition: form-data; name="timestamp_granularities[]"||word',
      'content-disposition: form-data; name="language"||de',
      '--',
    ]);
    expect(size).toBe(encoder.encode(text).length);
    expect(made).toMatchObject([{ removed: 0, size: 10 }]);
    // Source: https://platform.openai.com/docs/api-reference/audio/json-object
    call.respond(200, { text: 'Hello', usage: { type: 'duration', seconds: 3 } });
    expect(JSON.parse(await drained(await pending))).toMatchObject({ text: 'Hello' });
    expect(ended[0]).toMatchObject({ outcome: 'ok', usage: { inputSeconds: 3 } });
    expect(made[0]?.removed).toBe(1);
  });

  it('is sent again, whole, to the next deployment', async () => {
    const { send, upstream, made } = scene();
    const pending = send(TRANSCRIBE, form(AUDIO));
    const first = await upstream.next();
    await sentForm(first.request.body);
    first.respond(500, { error: { message: 'boom' } });
    const second = await upstream.next();
    const { text } = await sentForm(second.request.body);
    expect(text).toMatch(/name="model"\r\n\r\ntwo\r\n/);
    expect(text).toContain('RIFF-sound');
    second.respond(200, { text: 'Hello' });
    expect((await pending).status).toBe(200);
    expect(made[0]?.removed).toBe(1);
  });

  it('obeys the row: what its API refuses is left out and told', async () => {
    const { send, upstream } = scene({
      providers: {
        a: {
          format: 'openai-chat',
          baseUrl: 'https://a.test/v1',
          apiKey: 'k',
          serves: ['transcriptions'],
          drop: ['temperature'],
          rename: { prompt: 'hint' },
        },
      },
      models: { m: 'a/one' },
    });
    const pending = send(TRANSCRIBE, form(AUDIO + field('temperature', '0.5') + field('prompt', 'Names')));
    const call = await upstream.next();
    const { text } = await sentForm(call.request.body);
    expect(text).not.toContain('temperature');
    expect(text).toContain('name="hint"\r\n\r\nNames');
    call.respond(200, { text: 'Hello' });
    expect((await pending).headers['x-postern-dropped']).toBe('temperature');
  });

  it('can not smuggle a line into the form that goes on', async () => {
    const { send, upstream } = scene();
    const parts = field('model', 'm') + file('file', 'x', 'a\\"b.wav', 'audio/wav" x: y');
    const pending = send(TRANSCRIBE, form(parts));
    const call = await upstream.next();
    const { text } = await sentForm(call.request.body);
    expect(text).toContain('filename="a\\%22b.wav"\r\ncontent-type: application/octet-stream\r\n\r\nx');
    call.respond(200, { text: '' });
    expect((await pending).status).toBe(200);
  });

  it.each([
    ['srt', 'text/plain; charset=utf-8', '1\n00:00:00,000 --> 00:00:01,000\nHello\n'],
    ['vtt', 'text/vtt', 'WEBVTT\n\n00:00.000 --> 00:01.000\nHello\n'],
    ['text', 'text/plain', 'Hello\n'],
  ])('brings a transcript as %s, in its own type', async (format, type, transcript) => {
    const { send, upstream, ended } = scene();
    const pending = send(TRANSCRIBE, form(AUDIO + field('response_format', format)));
    const stream = (await upstream.next()).stream({ 'content-type': type });
    stream.write(transcript);
    stream.end();
    const reply = await pending;
    expect(reply.headers['content-type']).toBe(type);
    expect(await drained(reply)).toBe(transcript);
    expect(ended[0]).toMatchObject({ outcome: 'ok', usage: { estimated: true } });
  });

  it('streams a transcript as events', async () => {
    const { send, upstream, ended } = scene();
    const pending = send(TRANSCRIBE, form(AUDIO + field('stream', 'true')));
    const stream = (await upstream.next()).stream();
    // Source: https://platform.openai.com/docs/api-reference/audio/transcript-text-done-event
    const events =
      'data: {"type":"transcript.text.delta","delta":"Hel"}\n\n' +
      'data: {"type":"transcript.text.done","text":"Hello","usage":{"type":"tokens","input_tokens":14,"input_token_details":{"text_tokens":4,"audio_tokens":10},"output_tokens":2,"total_tokens":16}}\n\n';
    stream.write(events);
    stream.end();
    expect(await drained(await pending)).toBe(events);
    expect(ended[0]?.usage).toEqual({ input: 4, inputAudio: 10, output: 2 });
  });

  it('of images goes to edits with all of them', async () => {
    const { send, upstream } = scene();
    const images = file('image[]', 'one', '1.png', 'image/png') + file('image[]', 'two', '2.png', 'image/png');
    const pending = send('/v1/images/edits', form(field('model', 'm') + field('prompt', 'Join') + images));
    const call = await upstream.next();
    expect(call.request.path).toBe('/v1/images/edits');
    const { text } = await sentForm(call.request.body);
    expect(text.match(/name="image\[\]"; filename="\d\.png"\r\ncontent-type: image\/png/g)).toHaveLength(2);
    call.respond(200, { created: 1, data: [{ b64_json: 'AA' }] });
    expect((await pending).status).toBe(200);
  });
});

describe('refused with 400, and forgotten, is a form', () => {
  it.each<[string, ReturnType<typeof form>, string | null]>([
    ['without a model', form(file('file', 'x')), 'model'],
    ['without a file', form(field('model', 'm')), 'file'],
    ['whose file is a field', form(field('model', 'm') + field('file', 'x')), 'file'],
    ['with two files of that name', form(AUDIO + file('file', 'x')), 'file'],
    ['with two models', form(AUDIO + field('model', 'other')), 'model'],
    ['with a file for a model', form(AUDIO + file('model', 'other')), 'model'],
    ['with a model in other letters', form(AUDIO + field('Model', 'other')), 'model'],
    ['that is cut off', form(AUDIO, { close: '' }), null],
    ['without a boundary', form(AUDIO, { type: 'multipart/form-data' }), null],
    ['with another boundary', form(AUDIO, { type: 'multipart/form-data; boundary=C' }), null],
    [
      'with too many fields',
      form(
        AUDIO +
          'x'
            .repeat(70)
            .split('')
            .map((_, at) => field(`f${at}`, ''))
            .join(''),
      ),
      null,
    ],
    [
      'with too many files',
      form(
        AUDIO +
          'x'
            .repeat(20)
            .split('')
            .map((_, at) => file(`f${at}`, ''))
            .join(''),
      ),
      null,
    ],
  ])('%s', async (_, sent, param) => {
    const { send, upstream, made, ended } = scene();
    const reply = await send(TRANSCRIBE, sent);
    expect(reply.status).toBe(400);
    expect(await errorOf(reply)).toMatchObject({ type: 'invalid_request_error', ...(param === null ? {} : { param }) });
    expect(upstream.calls).toHaveLength(0);
    expect(ended).toHaveLength(1);
    for (const { removed } of made) expect(removed).toBeGreaterThan(0);
  });
});

it.each([
  ['file', { maxFileBytes: 10 }, field('model', 'm') + file('file', 'x'.repeat(11))],
  ['form', { maxBytes: 10 }, field('model', 'm') + file('file', 'x'.repeat(10))],
])('a %s beyond its cap is refused with 413 before it is read to its end', async (_, caps, parts) => {
  const { send, made } = scene({ form: caps });
  let taken = 0;
  const { header } = form(parts);
  async function* upload() {
    for (const byte of encoder.encode(`${parts}--B--`)) {
      taken++;
      yield Uint8Array.of(byte);
    }
  }
  const reply = await send(TRANSCRIBE, { header, upload });
  expect(reply.status).toBe(413);
  expect(taken).toBeLessThan(parts.length);
  expect(made[0]?.removed).toBeGreaterThan(0);
});

it('an upload that the client leaves is forgotten, and settled once', async () => {
  const { send, ended, made } = scene();
  const signal = new Cancellation();
  async function* upload() {
    yield encoder.encode(AUDIO);
    signal.abort(new ClientGone());
    throw new ClientGone();
  }
  await send(TRANSCRIBE, { ...form(AUDIO), upload, signal });
  expect(ended).toHaveLength(1);
  expect(ended[0]).toMatchObject({ outcome: 'cancelled' });
  expect(made[0]?.removed).toBeGreaterThan(0);
});

it('what takes a form takes nothing else', async () => {
  const { ask } = scene();
  expect((await ask(TRANSCRIBE, { model: 'm', file: 'x' })).status).toBe(415);
});

it('audio by address is only for gateways that allow it', async () => {
  const parts = field('model', 'm') + field('url', 'https://elsewhere.test/a.wav');
  expect((await scene({ features: { remoteMedia: false } }).send(TRANSCRIBE, form(parts))).status).toBe(403);
  const { send, upstream } = scene();
  const pending = send(TRANSCRIBE, form(parts));
  (await upstream.next()).respond(200, { text: 'Hello' });
  expect((await pending).status).toBe(200);
});

describe('a form whose model stands in the query', () => {
  const query = new URLSearchParams({ model: 'm' });
  const LATE = file('file', 'RIFF-sound') + field('model', 'other') + field('response_format', 'text');

  it('goes straight through, its later fields too, and nothing of it is kept', async () => {
    const { send, upstream, made, ended } = scene();
    let taken = 0;
    const { header } = form(LATE);
    async function* upload() {
      for (const byte of encoder.encode(`${LATE}--B--`)) {
        taken++;
        yield Uint8Array.of(byte);
      }
    }
    const pending = send(TRANSCRIBE, { header, upload, query });
    const call = await upstream.next();
    expect(taken).toBeLessThanOrEqual(LATE.indexOf('RIFF'));
    const { text, size } = await sentForm(call.request.body);
    expect(size).toBeUndefined();
    expect(text.match(/name="[a-z_]+"/g)).toEqual(['name="model"', 'name="file"', 'name="response_format"']);
    expect(text).toMatch(/name="model"\r\n\r\none\r\n/);
    expect(text).toContain('RIFF-sound');
    expect(made).toEqual([]);
    const stream = call.stream({ 'content-type': 'text/plain' });
    stream.write('Hello\n');
    stream.end();
    expect(await drained(await pending)).toBe('Hello\n');
    expect(ended).toHaveLength(1);
    expect(ended[0]).toMatchObject({ outcome: 'ok', model: 'm' });
  });

  it('can not be sent again: the failure is told', async () => {
    const { send, upstream } = scene();
    const pending = send(TRANSCRIBE, { ...form(LATE), query });
    const call = await upstream.next();
    await sentForm(call.request.body);
    call.respond(500, { error: { message: 'boom' } });
    expect((await pending).status).toBe(500);
    expect(upstream.calls).toHaveLength(1);
  });

  it('that breaks its cap or off on the way ends with that, whatever the provider says', async () => {
    for (const [sent, status] of [
      [form(LATE, { close: '' }), 400],
      [form(file('file', 'x'.repeat(100))), 413],
    ] as const) {
      const { send, upstream, ended } = scene({ form: { maxFileBytes: 50 } });
      const pending = send(TRANSCRIBE, { ...sent, query });
      const call = await upstream.next();
      await expect(sentForm(call.request.body)).rejects.toThrow();
      expect((await pending).status).toBe(status);
      expect(ended).toHaveLength(1);
    }
  });

  it('waits all the same where everything must be known first', async () => {
    const { send, upstream, made } = scene({ strict: true });
    const pending = send(TRANSCRIBE, { ...form(file('file', 'RIFF-sound')), query });
    (await upstream.next()).respond(200, { text: 'Hello' });
    expect((await pending).status).toBe(200);
    expect(made).toHaveLength(1);
  });
});
