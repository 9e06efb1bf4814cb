import { describe, expect, it } from 'vitest';
import { drained, errorOf } from '../media/media.type-test.ts';
import { encoder, field, file, form, scene, sentForm, TRANSCRIBE } from './form.type-test.ts';

const SOUND = file('file', 'RIFF-sound');
const STRAIGHT = { defaults: { transcriptions: { model: 'm', straight: true } } } as const;
/** Source: https://platform.openai.com/docs/api-reference/audio/json-object */
const TRANSCRIPT = { text: 'Hello' };

describe('a form without a model, whose operation has a default that it goes straight to', () => {
  it('is on its way before its file is read, and its client is told where to', async () => {
    const { send, upstream, made, ended } = scene(STRAIGHT);
    const { header } = form(SOUND);
    let taken = 0;
    async function* upload() {
      for (const byte of encoder.encode(`${SOUND}--B--`)) {
        taken++;
        yield Uint8Array.of(byte);
      }
    }
    const pending = send(TRANSCRIBE, { header, upload });
    const call = await upstream.next();
    expect(taken).toBeLessThanOrEqual(SOUND.indexOf('RIFF'));
    const { text } = await sentForm(call.request.body);
    expect(text).toMatch(/name="model"\r\n\r\none\r\n/);
    expect(text).toContain('RIFF-sound');
    call.respond(200, TRANSCRIPT);
    expect((await pending).headers['x-postern-inserted']).toBe('model=m');
    expect(made).toEqual([]);
    expect(ended).toHaveLength(1);
    expect(ended[0]).toMatchObject({ outcome: 'ok', model: 'm', inserted: ['model=m'] });
  });

  it.each(['m', 'a/one', 'mine'])('may name that model behind its file: %s', async (late) => {
    const access = { identify: () => ({ id: 'ann', aliases: { mine: 'm' } }) };
    const { send, upstream, ended } = scene({ ...STRAIGHT, access });
    const pending = send(TRANSCRIBE, form(SOUND + field('model', late) + field('language', 'de')));
    const call = await upstream.next();
    const { text } = await sentForm(call.request.body);
    expect(text.match(/name="[a-z_]+"/g)).toEqual(['name="model"', 'name="file"', 'name="language"']);
    expect(text).toMatch(/name="model"\r\n\r\none\r\n/);
    call.respond(200, TRANSCRIPT);
    expect((await pending).status).toBe(200);
    expect(ended[0]).toMatchObject({ outcome: 'ok', model: 'm' });
  });

  it.each(['other', 'one', 'b/two', ''])('may name no other one there, and is told how: "%s"', async (late) => {
    const models = {
      m: {
        deployments: [
          { model: 'a/one', order: 0 },
          { model: 'b/two', order: 1 },
        ],
      },
      other: 'a/three',
    };
    const { send, upstream, ended } = scene({ ...STRAIGHT, models });
    const pending = send(TRANSCRIBE, form(SOUND + field('model', late)));
    const call = await upstream.next();
    await expect(sentForm(call.request.body)).rejects.toThrow();
    const reply = await pending;
    expect(reply.status).toBe(400);
    const error = await errorOf(reply);
    expect(error).toMatchObject({ type: 'invalid_request_error', param: 'model' });
    expect(error.message).toContain('?model=');
    expect(call.signal.aborted).toBe(true);
    expect(upstream.calls).toHaveLength(1);
    expect(ended).toHaveLength(1);
    expect(ended[0]).toMatchObject({
      model: 'm',
      status: 400,
      attempts: [{ modelServed: 'a/one', outcome: 'fault' }],
    });
  });

  it('can not be sent again: the failure is told', async () => {
    const { send, upstream } = scene(STRAIGHT);
    const pending = send(TRANSCRIBE, form(SOUND));
    const call = await upstream.next();
    await sentForm(call.request.body);
    call.respond(500, { error: { message: 'boom' } });
    expect((await pending).status).toBe(500);
    expect(upstream.calls).toHaveLength(1);
  });

  it('is refused without a file', async () => {
    const { send, upstream } = scene(STRAIGHT);
    const reply = await send(TRANSCRIBE, form(field('language', 'de')));
    expect(await errorOf(reply)).toMatchObject({ type: 'invalid_request_error', param: 'file' });
    expect(upstream.calls).toHaveLength(0);
  });

  it('waits where everything must be known first', async () => {
    const { send, upstream, made } = scene({ ...STRAIGHT, strict: true });
    const pending = send(TRANSCRIBE, form(SOUND));
    (await upstream.next()).respond(200, TRANSCRIPT);
    expect((await pending).status).toBe(200);
    expect(made).toHaveLength(1);
  });
});

describe('where the default is gone straight to', () => {
  it('a model in front of the file decides, and the form waits in the spool, to be sent again if need be', async () => {
    const models = {
      m: 'a/one',
      other: {
        deployments: [
          { model: 'a/three', order: 0 },
          { model: 'b/two', order: 1 },
        ],
      },
    };
    const { send, upstream, made } = scene({ ...STRAIGHT, models });
    const pending = send(
      TRANSCRIBE,
      form(field('language', 'de') + field('model', 'other') + SOUND + field('prompt', 'Names')),
    );
    const first = await upstream.next();
    expect((await sentForm(first.request.body)).text).toMatch(/name="model"\r\n\r\nthree\r\n/);
    first.respond(500, { error: { message: 'boom' } });
    const { text, size } = await sentForm((await upstream.next()).request.body);
    expect(text).toMatch(/name="model"\r\n\r\ntwo\r\n/);
    expect(text).toContain('RIFF-sound');
    expect(text).toContain('name="prompt"\r\n\r\nNames');
    expect(size).toBe(encoder.encode(text).length);
    upstream.calls[1]?.respond(200, TRANSCRIPT);
    const reply = await pending;
    expect(JSON.parse(await drained(reply))).toEqual(TRANSCRIPT);
    expect(reply.headers['x-postern-inserted']).toBeUndefined();
    expect(made).toMatchObject([{ removed: 1, size: 10 }]);
  });

  it('two models are refused as ever, wherever they stand', async () => {
    const { send } = scene(STRAIGHT);
    const reply = await send(TRANSCRIBE, form(field('model', 'm') + SOUND + field('model', 'm')));
    expect(await errorOf(reply)).toMatchObject({ code: 'duplicate_key', param: 'model' });
  });

  it('a model in the query decides', async () => {
    const { send, upstream } = scene({ ...STRAIGHT, models: { m: 'a/one', other: 'a/three' } });
    const pending = send(TRANSCRIBE, {
      ...form(SOUND + field('model', 'm')),
      query: new URLSearchParams({ model: 'other' }),
    });
    const call = await upstream.next();
    expect((await sentForm(call.request.body)).text).toMatch(/name="model"\r\n\r\nthree\r\n/);
    call.respond(200, TRANSCRIPT);
    expect((await pending).headers['x-postern-inserted']).toBeUndefined();
  });

  it('forms of another operation wait', async () => {
    const { send, upstream, made } = scene(STRAIGHT);
    const pending = send('/v1/audio/translations', form(SOUND + field('model', 'm')));
    (await upstream.next()).respond(200, TRANSCRIPT);
    expect((await pending).status).toBe(200);
    expect(made).toHaveLength(1);
  });
});

describe('behind the file of a form that goes straight through, by its query or by a default, nothing that was judged is said again', () => {
  it.each<[string, string, number, string | null]>([
    ['a model in other letters', field('Model', 'other'), 400, 'model'],
    ['a file for a model', file('model', 'other'), 400, 'model'],
    ['a second model', field('model', 'm') + field('model', 'm'), 400, 'model'],
    ['a field that stood in front already', field('stream', 'true'), 400, 'stream'],
    ['an address of audio, where those are not taken', field('url', 'https://elsewhere.test/a.wav'), 403, 'input'],
  ])('%s is refused', async (_, late, status, param) => {
    for (const query of [new URLSearchParams({ model: 'm' }), new URLSearchParams()]) {
      const { send, upstream, ended } = scene({ ...STRAIGHT, features: { remoteMedia: false } });
      const pending = send(TRANSCRIBE, { ...form(field('stream', 'false') + SOUND + late), query });
      const call = await upstream.next();
      await expect(sentForm(call.request.body)).rejects.toThrow();
      const reply = await pending;
      expect(reply.status).toBe(status);
      expect(await errorOf(reply)).toMatchObject({ param });
      expect(ended).toHaveLength(1);
    }
  });
});
