import { expect, it } from 'vitest';
import { drained, embedderScene, TWO_EMBEDDINGS } from '../../line/media/media.type-test.ts';

/** An Ollama client before a model of one provider, whose answer is given by hand. */
function scene(provider: string) {
  const inner = embedderScene(provider);
  return {
    ...inner,
    embedded: (path: string, request: object, answer: object) =>
      inner.embedded(path, { model: 'm', ...request }, answer),
  };
}

// Source: https://docs.ollama.com/api/embed
it('Ollama’s clients get embeddings of any provider, and hear what it can’t be told', async () => {
  const request = { input: ['a', 'b'], dimensions: 1, keep_alive: '5m', truncate: true, options: { num_ctx: 8 } };
  const { sent, told, dropped } = await scene('openai').embedded('/api/embed', request, TWO_EMBEDDINGS);
  expect(sent).toEqual({ model: 'embedder', input: ['a', 'b'], dimensions: 1 });
  expect(told).toEqual({ model: 'm', embeddings: [[0.5], [1]], prompt_eval_count: 4 });
  expect(dropped).toContain('ollama');
});

it('and of its own with all that it knows', async () => {
  const request = { input: 'a', keep_alive: '5m', truncate: false, options: { num_ctx: 8 } };
  const answer = { model: 'embedder', embeddings: [[0.5]], prompt_eval_count: 2 };
  const { path, sent, told, dropped } = await scene('ollama').embedded('/api/embed', request, answer);
  expect(path).toBe('/api/embed');
  expect(sent).toEqual({ model: 'embedder', ...request });
  expect(told).toEqual({ model: 'm', embeddings: [[0.5]], prompt_eval_count: 2 });
  expect(dropped).toBeUndefined();
});

// Source: https://github.com/ollama/ollama/blob/main/docs/api.md#generate-embedding
it('the older endpoint embeds one prompt', async () => {
  const { sent, told } = await scene('openai').embedded('/api/embeddings', { prompt: 'a' }, TWO_EMBEDDINGS);
  expect(sent).toEqual({ model: 'embedder', input: 'a' });
  expect(told).toEqual({ embedding: [0.5] });
});

it.each([
  ['/api/embed', 'input'],
  ['/api/embeddings', 'prompt'],
])('%s without its %s is refused in the client’s form', async (path, param) => {
  const { ask, upstream } = scene('openai');
  const reply = await ask(path, { model: 'm' });
  expect(reply.status).toBe(400);
  expect(await drained(reply)).toContain(`'${param}'`);
  expect(upstream.calls).toHaveLength(0);
});
