import { describe, expect, it } from 'vitest';
import { gemini } from './index.ts';
import { exchange, ROW, target } from './support.type-test.ts';

const HI = [{ role: 'user' as const, content: [{ type: 'text' as const, text: 'Hi' }] }];

describe('the path of a call', () => {
  it.each([
    ['gemini-3-pro', '/models/gemini-3-pro:generateContent'],
    ['models/gemini-3-pro', '/models/gemini-3-pro:generateContent'],
    ['tunedModels/my-tune', '/tunedModels/my-tune:generateContent'],
    ['a/b c', '/models/a%2Fb%20c:generateContent'],
  ])('names the model %s as %s', (model, path) => {
    expect(gemini.client.render({ messages: HI }, target(model), exchange()).path).toBe(path);
  });

  it('asks for server-sent events on a stream', () => {
    expect(gemini.client.render({ messages: HI }, target('g'), exchange({ stream: true }))).toMatchObject({
      path: '/models/g:streamGenerateContent?alt=sse',
      stream: true,
      method: 'POST',
      headers: { 'content-type': 'application/json' },
    });
  });

  it.each(['..', 'models/../x', 'tunedModels/..', 'models/'])(
    'never leaves its place for a model called %j',
    (model) => {
      expect(() => gemini.client.render({ messages: HI }, target(model), exchange())).toThrow(
        expect.objectContaining({ code: 'model_not_found' }),
      );
    },
  );

  it('follows a row that has its own paths', () => {
    const own = { ...target('g'), row: { ...ROW, paths: { chat: '/publishers/{model}:{action}?x=1' } } };
    expect(gemini.client.render({ messages: HI }, own, exchange({ stream: true })).path).toBe(
      '/publishers/models/g:streamGenerateContent?x=1&alt=sse',
    );
  });
});
