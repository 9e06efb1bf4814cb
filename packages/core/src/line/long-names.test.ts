import { describe, expect, it } from 'vitest';
import type { DecisionRecord } from '../router/decision.ts';
import { errorOf, Scene } from './routing-scene.type-test.ts';

const LONG = `a/${'x'.repeat(300)}`;
const messages = [{ role: 'user', content: 'hello' }];
const sceneOf = () => new Scene({ allowDirect: ['a/*'], models: { m: 'a/one' }, explain: true });

describe('a name of a model that no model can have', () => {
  it.each([
    ['in a body', '/v1/chat/completions', { model: LONG, messages }, 'model'],
    ['in a list of fallbacks', '/v1/chat/completions', { model: 'm', fallbacks: [LONG], messages }, 'fallbacks'],
  ])('is refused %s', async (_, path, body, param) => {
    const scene = sceneOf();
    const reply = await scene.post(path, body);
    expect([reply.status, errorOf(reply).param]).toEqual([400, param]);
    expect(scene.ended[0]?.model.length).toBeLessThan(300);
    expect(scene.went).toEqual([]);
  });

  it('is refused in the format of its client, in a path as well', async () => {
    const contents = [{ role: 'user', parts: [{ text: 'hello' }] }];
    const reply = await sceneOf().post(`/v1beta/models/${encodeURIComponent(LONG)}:generateContent`, { contents });
    // https://ai.google.dev/gemini-api/docs/troubleshooting
    expect(JSON.parse(String(reply.body))).toMatchObject({ error: { code: 400, status: 'INVALID_ARGUMENT' } });
  });

  it('is refused in a header, and in process', async () => {
    const scene = sceneOf();
    const reply = await scene.ask({}, { 'x-postern-fallbacks': `m, ${LONG}` });
    expect([reply.status, errorOf(reply).param]).toEqual([400, 'x-postern-fallbacks']);
    const chat = scene.gateway.chat(
      { model: LONG, messages: [{ role: 'user', content: 'hello' }] },
      { caller: { id: 'ann' } },
    );
    await expect(chat).rejects.toMatchObject({ code: 'invalid_request', param: 'model' });
  });
});

describe('a decision record', () => {
  it('holds so much of a long id of a caller that it is another one than the next', async () => {
    const scene = sceneOf();
    const callers: string[] = [];
    scene.gateway.events.on('decision', ({ question }: DecisionRecord) => callers.push(question.caller));
    for (const last of ['1', '2', '1']) await scene.ask({}, {}, { id: 'c'.repeat(10_000) + last });
    expect(callers.every((caller) => caller.length <= 200)).toBe(true);
    expect(new Set(callers).size).toBe(2);
    expect(callers[0]).toBe(callers[2]);
  });

  it.each([`${'x,'.repeat(17)}`, 'x'.repeat(2_000)])(
    'holds few tags of a request: more are refused (%#)',
    async (tags) => {
      const reply = await sceneOf().ask({}, { 'x-postern-tags': tags });
      expect([reply.status, errorOf(reply).param]).toEqual([400, 'x-postern-tags']);
    },
  );
});
